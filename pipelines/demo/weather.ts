/**
 * The weather of the demo city: a daily mean temperature with cold snaps, and days of storm.
 */
import type { Day } from '../../core/days.ts'
import { formatDay, yearAndDay } from '../../core/days.ts'
import type { Rng } from '../../core/rng.ts'
import { isHeatingDay } from './rhythm.ts'

export interface ColdSnap { day: Day, length: number, depth: number }

export interface Weather {
  /** Degrees Celsius, one a day from `from`. */
  celsius: Float64Array
  /** In the heating season only, oldest first. */
  coldSnaps: ColdSnap[]
  /** May to September, oldest first. */
  stormDays: Day[]
}

/** The last week of a city that ends in the heating season always has a cold snap. */
export function drawWeather(from: Day, until: Day, rng: Rng): Weather {
  const n = until - from
  const celsius = new Float64Array(n)
  let noise = 0
  for (let i = 0; i < n; i++) {
    noise = 0.72 * noise + 2.1 * rng.normal()
    celsius[i] = 9.5 - 14.5 * Math.cos(((yearAndDay(from + i).dayOfYear - 17) / 365.25) * 2 * Math.PI) + noise
  }
  const coldSnaps: ColdSnap[] = []
  const last = isHeatingDay(until - 6) ? until - 6 : NaN
  for (let day = from + 3; day < until - 3; day++) {
    const isLast = day === last
    const free = day - (coldSnaps.at(-1)?.day ?? -99) > 9 && !(day < last && last - day <= 9)
    if (!isHeatingDay(day) || !(isLast || (free && rng.next() < 1 / 12))) continue
    const snap = { day, length: 3 + rng.below(3), depth: 5 + rng.gamma(2, 2) }
    coldSnaps.push(snap)
    for (let i = 0; i < snap.length && day + i < until; i++) celsius[day + i - from]! -= snap.depth * (1 - i / (snap.length + 1))
  }
  const stormDays: Day[] = []
  for (let day = from + 2; day < until - 2; day++) {
    const month = new Date(day * 86400000).getUTCMonth()
    if (month >= 4 && month <= 8 && day - (stormDays.at(-1) ?? -99) > 12 && rng.next() < 1 / 22) stormDays.push(day)
  }
  return { celsius, coldSnaps, stormDays }
}

/** Share of days with some rain, in the dry and in the wet half of the year, and the mean of such a day in millimetres. */
const RAINY_SHARE = { dry: 0.12, wet: 0.28 } as const
const RAIN_MM = { dry: 3, wet: 7 } as const
const STORM_MM = { least: 45, shape: 2, scale: 15 } as const

/** What a weather station would have measured: a table of days with temperature and rain, as `weisu import --covariate` reads it. */
export function weatherTable({ celsius, stormDays }: Weather, from: Day, rng: Rng): string {
  const storms = new Set(stormDays)
  const lines = ['date,temperature,rain']
  for (let i = 0; i < celsius.length; i++) {
    const month = new Date((from + i) * 86400000).getUTCMonth()
    const half = month >= 4 && month <= 8 ? 'wet' : 'dry'
    const ordinary = rng.next() < RAINY_SHARE[half] ? rng.gamma(1, RAIN_MM[half]) : 0
    const rain = storms.has(from + i) ? STORM_MM.least + rng.gamma(STORM_MM.shape, STORM_MM.scale) : ordinary
    lines.push(`${formatDay(from + i)},${celsius[i]!.toFixed(1)},${rain.toFixed(1)}`)
  }
  return `${lines.join('\n')}\n`
}
