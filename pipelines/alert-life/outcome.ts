/**
 * What came after 销号: tickets and distinct callers of the cause in the 30 and 90 days after it, against matched places without an alert. Before and after alone
 * would be regression to the mean. Rounds that the cause came back from count as much as those that held.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { readAfter, readStruckOff } from '../../sql/alert-life.ts'
import type { AfterRow } from '../../sql/alert-life.ts'
import type { Db } from '../../sql/db.ts'
import { HORIZONS, measureAfter } from '../learn/effect.ts'
import type { EffectReport, EffectRow } from '../learn/effect.ts'

/** One 销号 and what followed; the keys are promised in docs/cli.md. */
export interface Outcome {
  alert_id: string
  /** Day of 销号. */
  struck_off_on: string
  /** First night after it on which the cause was back, or the day on which a person reopened it; null where it held so far. */
  returned_on: string | null
  after: {
    days: number
    /** Tickets and distinct callers of the cause; null where the days are not over by the night. */
    tickets: number | null
    callers: number | null
    /** Against matched places; null where the days are not over. */
    matched: EffectRow | null
  }[]
}

/** Every 销号 of the alert up to the night, oldest first. @param alertId null for every alert */
export async function readStrikeOffOutcomes(db: Db, night: string, alertId: string | null): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const row of await readStruckOff(db, night, alertId)) {
    const counts = await readAfter(db, row.alertId, row.struckOffOn, night, [...HORIZONS])
    const [ended] = endedOf([row])
    const report = alertId === null ? undefined : await measureAfter(db, night, [ended!])
    outcomes.push({
      alert_id: row.alertId, struck_off_on: row.struckOffOn, returned_on: row.returnedOn,
      after: HORIZONS.map((days) => {
        const count: AfterRow | undefined = counts.find((after) => after.days === days)
        const matched = report?.horizons.find((horizon) => horizon.days === days)
        return { days, tickets: count?.tickets ?? null, callers: count?.callers ?? null, matched: matched && matched.alerts > 0 ? matched : null }
      }),
    })
  }
  return outcomes
}

/** The effect over all alerts struck off by the night, in the shape of `weisu effect`. */
export async function readStrikeOffEffect(db: Db, night: string): Promise<EffectReport> {
  return measureAfter(db, night, endedOf(await readStruckOff(db, night, null)))
}

function endedOf(rows: Awaited<ReturnType<typeof readStruckOff>>): Parameters<typeof measureAfter>[2] {
  return rows.map(({ alertId, placeId, familyId, level, first, struckOffOn }) => ({ alertId, placeId, familyId, level, first: parseDay(first), ended: parseDay(struckOffOn) + 1 }))
}

/** The days of look-back of a 销号, for whoever must do them. */
export function lookBackDays(struckOffOn: string): { days: number, on: string }[] {
  return HORIZONS.map((days) => ({ days, on: formatDay(parseDay(struckOffOn) + days) }))
}
