/**
 * Alerts per unit and week: over all units that tickets are sent to, and all whole weeks, also those in which nothing came.
 */
import { weekday } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { describeBurden } from '../../models/evaluate/summary.ts'
import type { Burden } from '../../models/evaluate/summary.ts'
import { tellings } from './alert-rows.ts'
import type { Telling, ToldCourse } from './alert-rows.ts'

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
  const unitIds = [...new Set([...units, ...alerts.flatMap((alert) => alert.nights.flatMap((night) => night.leadUnit ?? alert.leadUnit ?? []))])].sort((a, b) => a - b)
  const unitAt = new Map(unitIds.map((id, i) => [id, i]))
  const all = [...new Set(nights.map(mondayOf))]
  const first = nights[0]!
  const last = nights.at(-1)!
  const whole = all.filter((monday) => monday >= first && monday + 6 <= last)
  const weeks = whole.length > 0 ? whole : all
  const weekAt = new Map(weeks.map((monday, i) => [monday, i]))
  const count = (tellingsOf: (alert: ToldCourse) => Telling[]): Burden => {
    const counts = new Float64Array(unitIds.length * weeks.length)
    for (const alert of alerts) {
      const cells = new Set<number>()
      for (const { unit, night } of tellingsOf(alert)) {
        const week = weekAt.get(mondayOf(night))
        if (unit !== null && week !== undefined) cells.add(unitAt.get(unit)! * weeks.length + week)
      }
      for (const cell of cells) counts[cell]!++
    }
    return describeBurden(counts, unitIds.length, weeks.length)
  }
  return {
    above_blue: count(tellings),
    sent: count((alert) => tellings(alert).filter((telling) => telling.sent)),
    opened: count((alert) => (alert.earlier ? [] : [{ night: alert.nights[0]!.night, unit: alert.nights[0]!.leadUnit ?? alert.leadUnit, sent: true }])),
  }
}

function mondayOf(night: Day): Day {
  return night + 1 - weekday(night)
}
