/**
 * The gamma function in logs, and the regularised incomplete gamma function.
 * Shift and Stirling series: Abramowitz & Stegun 6.1.15, 6.1.40; series and continued fraction: 6.5.29, 6.5.31.
 * Not simple-statistics' gammaln: it is 5e-9 wrong at 1e-8 (seen in the tests), and the tails need the error of Stirling's
 * formula by itself (Loader 2000), from which logGamma falls out.
 */
const HALF_LOG_TWO_PI = 0.9189385332046727418
/** From here on seven terms of the Stirling series are exact to 1e-17. */
const SHIFT = 15
const EPSILON = 2.3e-16
/** Keeps Lentz's denominators off zero. */
const TINY = 1e-300
const FACTORIAL_ERRORS = factorialErrors()

/** ln Γ(x), x > 0, absolute error about 1e-15 max(1, |value|); Infinity at 0, NaN below. */
export function logGamma(x: number): number {
  if (!(x > 0)) return x === 0 ? Infinity : NaN
  if (x === 1 || x === 2) return 0
  let product = 1
  while (x < SHIFT) product *= x++
  const value = (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + series(x)
  return product === 1 ? value : value - Math.log(product)
}

/**
 * What Stirling's formula misses: ln Γ(x + 1) − (x + ½) ln x + x − ½ ln 2π, x > 0. Loader (2000) eq. 5.
 * Differences of it stay exact where differences of logGamma have lost their digits.
 */
export function stirlingError(x: number): number {
  if (x >= SHIFT) return series(x)
  if (Number.isInteger(x)) return FACTORIAL_ERRORS[x]!
  return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TWO_PI
}

/** x ln(x / m) + m − x without cancellation for x near m. Loader (2000), bd0. */
export function deviance(x: number, m: number): number {
  const difference = x - m
  if (Math.abs(difference) < 0.1 * (x + m)) {
    const v = difference / (x + m)
    const square = v * v
    let sum = difference * v
    let term = 2 * x * v
    for (let j = 1; j < 100; j++) {
      term *= square
      const next = sum + term / (2 * j + 1)
      if (next === sum) return next
      sum = next
    }
    return sum
  }
  return x * Math.log(x / m) + m - x
}

/** P(a, x), the regularised lower incomplete gamma function, relative error 1e-13; a > 0, x >= 0, else NaN. */
export function gammaP(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return NaN
  if (x === 0) return 0
  if (x === Infinity) return 1
  return x < a + 1 ? front(a, x) * lowerGammaSeries(a, x) : 1 - front(a, x) * a * upperGammaFraction(a, x)
}

/** Q(a, x) = 1 − P(a, x), exact where it is small. */
export function gammaQ(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return NaN
  if (x === 0) return 1
  if (x === Infinity) return 0
  return x < a + 1 ? 1 - front(a, x) * lowerGammaSeries(a, x) : front(a, x) * a * upperGammaFraction(a, x)
}

/** P(a, x) divided by x^a e^−x / Γ(a + 1): 1 + x/(a+1) + x²/((a+1)(a+2)) + … For x below a + 1. */
export function lowerGammaSeries(a: number, x: number): number {
  let term = 1
  let sum = 1
  for (let j = 1; j < 1e6; j++) {
    term *= x / (a + j)
    sum += term
    if (term < sum * EPSILON) break
  }
  return sum
}

/** Q(a, x) divided by x^a e^−x / Γ(a), by Lentz's continued fraction. For x of a + 1 and above. */
export function upperGammaFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1 / TINY
  let d = 1 / b
  let h = d
  for (let j = 1; j < 1e6; j++) {
    const numerator = -j * (j - a)
    b += 2
    d = numerator * d + b
    if (Math.abs(d) < TINY) d = TINY
    c = b + numerator / c
    if (Math.abs(c) < TINY) c = TINY
    d = 1 / d
    const delta = d * c
    h *= delta
    if (Math.abs(delta - 1) < EPSILON) break
  }
  return h
}

/** x^a e^−x / Γ(a + 1): the Poisson probability of a at mean x. */
function front(a: number, x: number): number {
  return Math.exp(-stirlingError(a) - deviance(a, x) - HALF_LOG_TWO_PI - 0.5 * Math.log(a))
}

function series(x: number): number {
  const s = 1 / (x * x)
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - (691 / 360360 - s / 156) * s) * s) * s) * s) * s) / x
}

function factorialErrors(): Float64Array {
  const table = new Float64Array(SHIFT)
  let factorial = 1
  for (let n = 1; n < SHIFT; n++) {
    factorial *= n
    table[n] = Math.log(factorial) - (n + 0.5) * Math.log(n) + n - HALF_LOG_TWO_PI
  }
  return table
}
