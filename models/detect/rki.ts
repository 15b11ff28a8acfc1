/**
 * RKI 1 to 3: is this count outside the confidence limits of the mean of its reference counts?
 * The early rule of the Robert Koch Institute, in Höhle (2007), Computational Statistics 22:571-582, §2.1; limits of small
 * means: Crow & Gardner (1959), Biometrika 46:441-453. docs/methods/rki.md
 */
import { resolveOptions } from '../../core/options.ts'
import type { Judgements, SeriesInput } from './method.ts'
import { judgeByReferences, REFERENCE_RANGES, REFERENCE_WINDOWS } from './reference-counts.ts'
import type { ReferenceWindow } from './reference-counts.ts'

export const RKI_DEFAULTS: Readonly<ReferenceWindow> = REFERENCE_WINDOWS[3]

/** Upper 95 % limit of the mean of a Poisson count of 0 to 20: Crow & Gardner (1959), table 1. */
export const CROW_GARDNER_UPPER: readonly number[] = [
  3.285, 5.323, 6.686, 8.102, 9.598, 11.177, 12.817, 13.765, 14.921, 16.768, 17.633,
  19.050, 20.335, 21.364, 22.945, 23.762, 25.400, 26.306, 27.735, 28.966, 30.017,
]

/**
 * Bounds each count by mean + 2 sd of its references, or, for a mean of 20 or less, by the table's limit for the mean rounded
 * down. statistic is (count − mean) / (upper − mean): above 1 is an alarm. There is no p.
 *
 * @throws {InvalidOptionError} an unknown option, or one out of range
 */
export function rki(input: SeriesInput, options: Partial<ReferenceWindow> = {}): Judgements {
  const window = resolveOptions('rki', RKI_DEFAULTS, REFERENCE_RANGES, options)
  return judgeByReferences(input, window, (out, i, count, references) => {
    const n = references.length
    let mean = 0
    for (let j = 0; j < n; j++) mean += references[j]
    mean /= n
    let squares = 0
    for (let j = 0; j < n; j++) squares += (references[j] - mean) ** 2
    const upper = mean > 20 ? mean + 2 * Math.sqrt(squares / (n - 1)) : CROW_GARDNER_UPPER[Math.floor(mean)]!
    out.expected[i] = mean
    out.upper[i] = upper
    out.statistic[i] = upper > mean ? (count - mean) / (upper - mean) : count > mean ? Infinity : 0
    out.alarm[i] = count > upper ? 1 : 0
  })
}
