/**
 * Seeded random numbers: xoshiro128** (Blackman & Vigna 2018), seeded through SplitMix32.
 * The same seed gives the same numbers on every machine; nothing in this project calls Math.random.
 */
export interface Rng {
  /** Uniform on [0, 1), 32 bits. */
  next(): number
  /** Uniform whole number on [0, n). */
  below(n: number): number
  /** Standard normal (polar method). */
  normal(): number
  /** Poisson with the given mean: inversion below 30, PTRS (Hörmann 1993) above. */
  poisson(mean: number): number
  /** Gamma with shape and scale (Marsaglia & Tsang 2000). */
  gamma(shape: number, scale: number): number
  /** Negative binomial with mean and size (variance mean + mean²/size); Infinity is Poisson. */
  negativeBinomial(mean: number, size: number): number
  /** An index drawn in proportion to the weights, by their running sums. */
  weighted(cumulative: ArrayLike<number>): number
  /** An independent stream for the named purpose: adding draws in one does not move the other. */
  fork(label: string): Rng
  /** Four 32-bit words with which the same stream goes on elsewhere, as in WebAssembly. */
  state(): Uint32Array
}

/** @param seed any whole number or text; both are hashed */
export function createRng(seed: number | string): Rng {
  let h = hashText(String(seed))
  const split = (): number => {
    h = (h + 0x9e3779b9) | 0
    let z = h
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  let a = split()
  let b = split()
  let c = split()
  let d = split() | 1
  let spare = NaN

  const bits = (): number => {
    const x = Math.imul(b, 5)
    const result = Math.imul((x << 7) | (x >>> 25), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result >>> 0
  }
  const next = (): number => bits() / 4294967296
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const value = spare
      spare = NaN
      return value
    }
    for (;;) {
      const u = 2 * next() - 1
      const v = 2 * next() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const f = Math.sqrt((-2 * Math.log(s)) / s)
        spare = v * f
        return u * f
      }
    }
  }
  const gamma = (shape: number, scale: number): number => {
    if (shape < 1) return gamma(shape + 1, scale) * Math.pow(1 - next(), 1 / shape)
    const dd = shape - 1 / 3
    const cc = 1 / Math.sqrt(9 * dd)
    for (;;) {
      const x = normal()
      const v = Math.pow(1 + cc * x, 3)
      if (v <= 0) continue
      const u = 1 - next()
      if (Math.log(u) < 0.5 * x * x + dd - dd * v + dd * Math.log(v)) return dd * v * scale
    }
  }
  const poisson = (mean: number): number => {
    if (!(mean > 0)) return 0
    if (mean < 30) {
      const limit = Math.exp(-mean)
      let k = 0
      for (let p = next(); p > limit; p *= next()) k++
      return k
    }
    const bb = 0.931 + 2.53 * Math.sqrt(mean)
    const aa = -0.059 + 0.02483 * bb
    const inverseAlpha = 1.1239 + 1.1328 / (bb - 3.4)
    const vr = 0.9277 - 3.6224 / (bb - 2)
    for (;;) {
      const u = next() - 0.5
      const v = 1 - next()
      const us = 0.5 - Math.abs(u)
      const k = Math.floor((2 * aa / us + bb) * u + mean + 0.43)
      if (us >= 0.07 && v <= vr) return k
      if (k < 0 || (us < 0.013 && v > us)) continue
      if (Math.log((v * inverseAlpha) / (aa / (us * us) + bb)) <= k * Math.log(mean) - mean - logFactorial(k)) return k
    }
  }
  return {
    next,
    below: (n) => Math.floor(next() * n),
    normal,
    poisson,
    gamma,
    negativeBinomial: (mean, size) => (mean > 0 ? poisson(size < Infinity ? gamma(size, mean / size) : mean) : 0),
    weighted: (cumulative) => {
      const target = next() * cumulative[cumulative.length - 1]!
      let low = 0
      let high = cumulative.length - 1
      while (low < high) {
        const middle = (low + high) >> 1
        if (cumulative[middle]! > target) high = middle
        else low = middle + 1
      }
      return low
    },
    fork: (label) => createRng(`${seed}/${label}`),
    state: () => Uint32Array.of(a, b, c, d),
  }
}

function hashText(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h | 0
}

/** Stirling with three correction terms; exact enough for the rejection test of means above 30. */
function logFactorial(k: number): number {
  if (k < 2) return 0
  const n = k + 1
  return (n - 0.5) * Math.log(n) - n + 0.9189385332046727 + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5)
}
