/**
 * A root of a continuous function between two points where its signs differ: inverse quadratic steps where they are safe, else
 * halving. Chandrupatla (1997), Advances in Engineering Software 28:145-149.
 */

/**
 * The bracket shrinks in every round; about eight evaluations for a smooth function.
 *
 * @param tolerance half the width of the last bracket, in units of x
 * @returns NaN where the signs do not differ, or the function is NaN on the way
 */
export function findRoot(f: (x: number) => number, low: number, high: number, tolerance: number): number {
  let a = high
  let b = low
  let fa = f(a)
  let fb = f(b)
  if (!(fa * fb <= 0)) return NaN
  let share = 0.5
  for (let round = 0; round < 200; round++) {
    const x = a + share * (b - a)
    const fx = f(x)
    if (Number.isNaN(fx)) return NaN
    // The root lies between x and b; c is the end that was left.
    let c = a
    let fc = fa
    if (Math.sign(fx) !== Math.sign(fa)) {
      c = b
      fc = fb
      b = a
      fb = fa
    }
    a = x
    fa = fx
    const best = Math.abs(fa) < Math.abs(fb) ? a : b
    const least = (2 * Number.EPSILON * Math.abs(best) + tolerance) / Math.abs(b - a)
    if (least > 0.5 || fa === 0 || fb === 0) return best
    const xi = (a - b) / (c - b)
    const phi = (fa - fb) / (fc - fb)
    const safe = phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi
    share = safe ? (fa / (fb - fa)) * (fc / (fb - fc)) + ((c - a) / (b - a)) * (fa / (fc - fa)) * (fb / (fc - fb)) : 0.5
    share = Math.min(1 - least, Math.max(least, share))
  }
  return NaN
}
