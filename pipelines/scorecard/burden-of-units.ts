/**
 * Alerts per unit and week: over all units that tickets are sent to, and all whole weeks, also those in which nothing came.
 */
import { weekday } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { describeBurden } from '../../models/evaluate/summary.ts'
import type { Burden } from '../../models/evaluate/summary.ts'
import { tellings } from './alert-rows.ts'
import type { ToldCourse } from './alert-rows.ts'

export interface Burdens {
  /** Opened above blue, or risen to a level above blue. */
  above_blue: Burden
  /** Of these what the unit's budget let through. */
  sent: Burden
  /** Opened at any level. */
  opened: Burden
}

/**
 * An alert counts once in each week in which its lead unit had something new of it.
 *
 * @param units   that had tickets in the range; those with alerts are added
 * @param nights  that ran, ascending; a week counts where Monday to Sunday lie among them, all weeks where none does
 */
export function burdenOfUnits(alerts: readonly ToldCourse[], units: readonly number[], nights: readonly Day[]): Burdens {
  const unitIds = [...new Set([...units, ...alerts.flatMap((alert) => alert.leadUnit ?? [])])].sort((a, b) => a - b)
  const unitAt = new Map(unitIds.map((id, i) => [id, i]))
  const all = [...new Set(nights.map(mondayOf))]
  const first = nights[0]!
  const last = nights.at(-1)!
  const whole = all.filter((monday) => monday >= first && monday + 6 <= last)
  const weeks = whole.length > 0 ? whole : all
  const weekAt = new Map(weeks.map((monday, i) => [monday, i]))
  const count = (nightsOf: (alert: ToldCourse) => Day[]): Burden => {
    const counts = new Float64Array(unitIds.length * weeks.length)
    for (const alert of alerts) {
      if (alert.leadUnit === null) continue
      for (const monday of new Set(nightsOf(alert).map(mondayOf))) {
        const week = weekAt.get(monday)
        if (week !== undefined) counts[unitAt.get(alert.leadUnit)! * weeks.length + week]!++
      }
    }
    return describeBurden(counts, unitIds.length, weeks.length)
  }
  return {
    above_blue: count((alert) => tellings(alert).map((telling) => telling.night)),
    sent: count((alert) => tellings(alert).filter((telling) => telling.sent).map((telling) => telling.night)),
    opened: count((alert) => (alert.earlier ? [] : [alert.nights[0]!.night])),
  }
}

function mondayOf(night: Day): Day {
  return night + 1 - weekday(night)
}
