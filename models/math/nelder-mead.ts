/**
 * Minimum of a function of a few variables inside a box, without derivatives: the simplex of Nelder & Mead (1965), Computer
 * Journal 7:308-313, with their coefficients 1, 2, ½, ½. A point outside the box is moved to its edge (Box 1965).
 */

export interface Minimum { at: Float64Array, value: number, evaluations: number }

/**
 * @param f        must answer a number; NaN counts as Infinity. Must not keep its argument
 * @param start    first corner; the others are start + step in one variable each
 * @param low      lower edge of the box
 * @param high     upper edge
 * @param evaluations at most
 */
export function nelderMead(
  f: (x: Float64Array) => number, start: ArrayLike<number>, step: ArrayLike<number>, low: ArrayLike<number>, high: ArrayLike<number>,
  evaluations = 200, tolerance = 1e-6,
): Minimum {
  const p = start.length
  let used = 0
  const clamp = (x: Float64Array): Float64Array => {
    for (let a = 0; a < p; a++) x[a] = Math.min(high[a], Math.max(low[a], x[a]))
    return x
  }
  const ask = (x: Float64Array): number => {
    used++
    const value = f(x)
    return Number.isNaN(value) ? Infinity : value
  }
  const corners: { x: Float64Array, value: number }[] = []
  for (let i = 0; i <= p; i++) {
    const x = Float64Array.from(start)
    if (i > 0) x[i - 1] += x[i - 1] + step[i - 1] > high[i - 1] ? -step[i - 1] : step[i - 1]
    clamp(x)
    corners.push({ x, value: ask(x) })
  }
  const order = (): void => { corners.sort((a, b) => a.value - b.value) }
  const mix = (centre: Float64Array, worst: Float64Array, by: number): Float64Array => clamp(centre.map((c, a) => c + by * (c - worst[a])))
  order()
  while (p > 0 && used < evaluations) {
    const best = corners[0]
    const worst = corners[p]
    if (Math.abs(worst.value - best.value) <= tolerance * (Math.abs(best.value) + tolerance)) break
    const centre = new Float64Array(p)
    for (let i = 0; i < p; i++) for (let a = 0; a < p; a++) centre[a] += corners[i].x[a] / p
    const reflected = mix(centre, worst.x, 1)
    const value = ask(reflected)
    if (value < best.value) {
      const expanded = mix(centre, worst.x, 2)
      const further = ask(expanded)
      corners[p] = further < value ? { x: expanded, value: further } : { x: reflected, value }
    } else if (value < corners[p - 1].value) {
      corners[p] = { x: reflected, value }
    } else {
      const contracted = value < worst.value ? mix(centre, worst.x, 0.5) : mix(centre, worst.x, -0.5)
      const nearer = ask(contracted)
      if (nearer < Math.min(value, worst.value)) corners[p] = { x: contracted, value: nearer }
      else {
        for (let i = 1; i <= p; i++) {
          const x = corners[i].x.map((c, a) => best.x[a] + 0.5 * (c - best.x[a]))
          corners[i] = { x, value: ask(x) }
        }
      }
    }
    order()
  }
  return { at: corners[0].x, value: corners[0].value, evaluations: used }
}
