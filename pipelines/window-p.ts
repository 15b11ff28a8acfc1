/**
 * How unlikely a window's count is. One rule for the first look, by daily counts, and for the last, by distinct callers: a
 * series that passes the first with the same count must pass the last.
 */
import { logTail } from '../models/math/distributions.ts'

/**
 * log10 of P(X >= count), at most 0. Windows overlap heavily: half their number is a conservative count of independent looks.
 *
 * @param windows  how many windows are looked at
 */
export function windowLog10P(count: number, mean: number, size: number, windows: number): number {
  return Math.min(0, logTail(count, mean, size) / Math.LN10 + Math.log10(Math.max(1, windows / 2)))
}
