/**
 * The columns by which a day differs from the days around it: level, weekday, holiday, the first day of work after one, season,
 * damped trend, covariates. The columns of a series are pulled towards those of the series above it, not towards nothing.
 */
import { weekday } from '../../core/days.ts'
import { DAY_HOLIDAY, DAY_MAKE_UP, DAY_WEEKEND } from '../detect/baseline-design.ts'

/** Where the columns are. */
export const LEVEL = 0
const WEEKDAYS = 1
const HOLIDAY = 8
const AFTER_HOLIDAY = 9
const SEASON = 10
const HARMONICS = 3
const TREND = SEASON + 2 * HARMONICS
/** Covariates follow. */
export const CALENDAR_COLUMNS = TREND + 1
const YEAR = 365.2425
/** Days over which the trend dies away beyond the night: Gardner & McKenzie (1985), Management Science 31:1237-1246. */
const DAMPING_DAYS = 90

/** Prior standard deviations on the log scale: of a root's own effects, and of what a series differs from the one above it. */
const ROOT_SD = { weekday: 1, holiday: 1, after: 0.5, season: [0.5, 0.3, 0.2], trend: 0.2, covariate: 0.3 } as const
const CHILD_SD = { weekday: 0.12, holiday: 0.3, after: 0.15, season: [0.4, 0.25, 0.15], trend: 0.1, covariate: 0.15 } as const
const LEVEL_SD = 10
/** Years of history below which a pair of harmonics, and the trend, are not told from the level. */
const SEASON_YEARS = [0.9, 0.95, 1.4] as const
const TREND_YEARS = 1.05
/** What the history is too short for stays as it is above. */
const UNSUPPORTED = 1e-3

export interface CalendarDesign {
  columns: number
  rows: number
  /** rows * columns. */
  design: Float64Array
}

/**
 * @param firstDay day number of row 0
 * @param kinds    kind of each row's day, DAY_WORKING … DAY_MAKE_UP of models/detect/baseline-design.ts
 * @param night    row of the last day of the history
 * @param covariates each as many numbers as kinds, standardised, NaN for nothing known
 */
export function layCalendar(firstDay: number, kinds: Uint8Array, night: number, covariates: readonly Float64Array[] = []): CalendarDesign {
  const rows = kinds.length
  const columns = CALENDAR_COLUMNS + covariates.length
  const design = new Float64Array(rows * columns)
  let isAfter = false
  for (let i = 0, at = 0; i < rows; i++, at += columns) {
    const day = firstDay + i
    const kind = kinds[i]
    const d = weekday(day)
    design[at] = 1
    if (kind === DAY_MAKE_UP) design.fill(0.2, at + WEEKDAYS, at + WEEKDAYS + 5)
    else if (kind === DAY_HOLIDAY) design.fill(0.5, at + WEEKDAYS + 5, at + WEEKDAYS + 7)
    else design[at + WEEKDAYS + d - 1] = 1
    if (kind === DAY_HOLIDAY) {
      design[at + HOLIDAY] = 1
      isAfter = true
    } else if (kind !== DAY_WEEKEND) {
      if (isAfter) design[at + AFTER_HOLIDAY] = 1
      isAfter = false
    }
    for (let h = 1; h <= HARMONICS; h++) {
      const angle = (2 * Math.PI * h * day) / YEAR
      design[at + SEASON + 2 * h - 2] = Math.cos(angle)
      design[at + SEASON + 2 * h - 1] = Math.sin(angle)
    }
    const ahead = i - night
    design[at + TREND] = (ahead <= 0 ? ahead : DAMPING_DAYS * (1 - Math.exp(-ahead / DAMPING_DAYS))) / YEAR
    covariates.forEach((values, c) => { design[at + CALENDAR_COLUMNS + c] = Number.isNaN(values[i]) ? 0 : values[i] })
  }
  return { columns, rows, design }
}

/** Prior precisions (1 / sd²) of the columns. @param years length of the series' history */
export function calendarRidge(columns: number, years: number, isRoot: boolean): Float64Array {
  const sd = isRoot ? ROOT_SD : CHILD_SD
  const ridge = new Float64Array(columns)
  const set = (at: number, value: number): void => { ridge[at] = 1 / (value * value) }
  set(LEVEL, LEVEL_SD)
  for (let d = 0; d < 7; d++) set(WEEKDAYS + d, sd.weekday)
  set(HOLIDAY, sd.holiday)
  set(AFTER_HOLIDAY, sd.after)
  for (let h = 0; h < HARMONICS; h++) {
    const value = years >= SEASON_YEARS[h] ? sd.season[h] : UNSUPPORTED
    set(SEASON + 2 * h, value)
    set(SEASON + 2 * h + 1, value)
  }
  set(TREND, years >= TREND_YEARS ? sd.trend : UNSUPPORTED)
  for (let c = CALENDAR_COLUMNS; c < columns; c++) set(c, sd.covariate)
  return ridge
}
