/**
 * The columns of the expected-count model: level, trend and season in every row, weekday and kind of day in some.
 * docs/methods/weisu-detector.md
 */
import { DAY_HOLIDAY, DAY_MAKE_UP, DAY_WEEKEND, DAY_WORKING } from './baseline-design.ts'

/** n rows of p columns; the first `dense` stand in every row, the others row by row as values and offsets. */
export interface Columns {
  columns: number
  dense: number
  /** n * dense. */
  base: Float64Array
  /** n + 1 offsets into `column` and `value`. */
  starts: Int32Array
  column: Uint8Array
  value: Float64Array
  /** Prior precision (1 / sd²) of each column. */
  ridge: Float64Array
  /** Years of history below which a column stays 0. */
  needsYears: Float64Array
}

/** Prior standard deviations on the log scale: what an effect may easily be. */
const LEVEL_SD = 1
/** Per year. */
const TREND_SD = 0.3
const HARMONIC_SD = 0.5
/** Of the weekend beside the working days; of a working day beside the others; of Saturday beside Sunday, one of which may be closed. */
const WEEKEND_SD = 1
const WEEKDAY_SD = 0.3
const WEEKEND_DAY_SD = 0.5
/** Special days: a closed office has hardly any tickets. */
const SPECIAL_SD = 2

/** Columns after the weekdays: a holiday on a working weekday, one on a weekend, the first day of work after one, Saturdays and Sundays. */
const HOLIDAY = 7
const HOLIDAY_WEEKEND = 8
const AFTER_HOLIDAY = 9
export const WEEKEND = 10
const DAY_COLUMNS = 11

/**
 * @param n              rows; row i is period i of the series
 * @param origin         row of which the level speaks and from which the trend counts
 * @param weekdays       n weekdays 1 to 7, absent for weekly series
 * @param kinds          n kinds of day, DAY_WORKING … DAY_MAKE_UP
 */
export function layColumns(n: number, origin: number, periodsPerYear: number, harmonics: number, weekdays?: Uint8Array, kinds?: Uint8Array): Columns {
  const dense = 2 + 2 * harmonics
  const columns = dense + (weekdays ? DAY_COLUMNS : 0)
  const base = new Float64Array(n * dense)
  const ridge = new Float64Array(columns)
  const needsYears = new Float64Array(columns)
  ridge[0] = 1 / LEVEL_SD ** 2
  ridge[1] = 1 / TREND_SD ** 2
  needsYears[1] = 1
  for (let h = 1; h <= harmonics; h++) {
    ridge.fill(1 / HARMONIC_SD ** 2, 2 * h, 2 * h + 2)
    needsYears.fill(h === 1 ? 1 : 2, 2 * h, 2 * h + 2)
  }
  if (weekdays) {
    ridge.fill(1 / WEEKDAY_SD ** 2, dense, dense + 5)
    ridge.fill(1 / WEEKEND_DAY_SD ** 2, dense + 5, dense + 7)
    ridge.fill(1 / SPECIAL_SD ** 2, dense + HOLIDAY)
    ridge[dense + WEEKEND] = 1 / WEEKEND_SD ** 2
  }
  for (let i = 0, at = 0; i < n; i++, at += dense) {
    base[at] = 1
    base[at + 1] = (i - origin) / periodsPerYear
    for (let h = 1; h <= harmonics; h++) {
      const angle = (2 * Math.PI * h * i) / periodsPerYear
      base[at + 2 * h] = Math.cos(angle)
      base[at + 2 * h + 1] = Math.sin(angle)
    }
  }
  return { columns, dense, base, ridge, needsYears, ...layDays(n, dense, weekdays, kinds) }
}

/** A make-up day is a working day of no weekday in particular; the first day of work after a holiday has what was left undone. */
function layDays(n: number, dense: number, weekdays?: Uint8Array, kinds?: Uint8Array): Pick<Columns, 'starts' | 'column' | 'value'> {
  const starts = new Int32Array(n + 1)
  const column: number[] = []
  const value: number[] = []
  let afterHoliday = false
  for (let i = 0; i < n && weekdays; i++) {
    const kind = kinds ? kinds[i] : weekdays[i] > 5 ? DAY_WEEKEND : DAY_WORKING
    if (kind === DAY_MAKE_UP) {
      for (let d = 0; d < 5; d++) put(d, 0.2)
    } else {
      put(weekdays[i] - 1, 1)
    }
    if (kind === DAY_HOLIDAY) put(weekdays[i] > 5 ? HOLIDAY_WEEKEND : HOLIDAY, 1)
    else if (afterHoliday && kind !== DAY_WEEKEND) put(AFTER_HOLIDAY, 1)
    if (kind === DAY_HOLIDAY) afterHoliday = afterHoliday || weekdays[i] < 6
    else if (kind !== DAY_WEEKEND) afterHoliday = false
    if (kind !== DAY_MAKE_UP && weekdays[i] > 5) put(WEEKEND, 1)
    starts[i + 1] = column.length
  }
  return { starts, column: Uint8Array.from(column), value: Float64Array.from(value) }

  function put(special: number, x: number): void {
    column.push(dense + special)
    value.push(x)
  }
}
