/**
 * What a reader must know of an alert's tickets before counting them: whether one caller stands behind most of them (campaign), and whether staff entered many
 * more at the place in one go (sweep). Counts already leave both out of the alert; the labels say so. No label names or scores a person.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { concentration } from '../../models/learn/concentration.ts'
import type { Queryable } from '../../sql/db.ts'
import { readAlertSweeps } from '../../sql/reporting.ts'
import type { SignalRow } from '../../sql/signals.ts'
import type { Evidence } from '../evidence.ts'
import { round } from '../signal-row.ts'

/** A campaign: one caller has at least half of the tickets, or they come as if from fewer than three equally busy callers. */
const CAMPAIGN_SHARE = 0.5
const CAMPAIGN_CALLERS = 3
/** A sweep: at least as many bulk entries as tickets. */
const SWEEP_RATIO = 1

export interface Labelled { id: string, signal: SignalRow, cell: readonly number[] }

/** For each alert's `why`; empty where there is nothing to say. */
export async function labelAlerts(db: Queryable, night: Day, alerts: readonly Labelled[], evidence: Evidence): Promise<Map<string, Record<string, unknown>>> {
  const sweeps = alerts.length === 0 ? new Map<string, number>() : await readAlertSweeps(db, alerts.map(({ id, signal }) => ({
    id, places: [signal.placeId, ...signal.evidence.neighbours], topic: signal.topicId, from: formatDay(night + 1 - signal.windowDays), until: formatDay(night),
  })), formatDay(night))
  return new Map(alerts.map(({ id, signal, cell }) => {
    const inside = cell.filter((at) => evidence.day[at]! > night - signal.windowDays)
    const known = inside.filter((at) => evidence.anonymous[at] === 0)
    const { top, herfindahl } = concentration([...Map.groupBy(known, (at) => evidence.caller[at]!).values()].map((tickets) => tickets.length))
    // Where most tickets come without a caller nothing is known of repeats.
    const told = known.length > 0 && known.length >= inside.length / 2
    const bulk = sweeps.get(id) ?? 0
    const labels = [
      ...(told && inside.length >= CAMPAIGN_CALLERS && (top >= CAMPAIGN_SHARE || 1 / herfindahl < CAMPAIGN_CALLERS) ? ['campaign'] : []),
      ...(bulk > 0 && bulk >= SWEEP_RATIO * inside.length ? ['sweep'] : []),
    ]
    return [id, { ...(told ? { caller_herfindahl: round(herfindahl) } : {}), ...(bulk > 0 ? { sweeps: bulk } : {}), ...(labels.length > 0 ? { labels } : {}) }]
  }))
}
