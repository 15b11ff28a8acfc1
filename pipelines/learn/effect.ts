/**
 * What happens after an alert has ended, against places that were as bad at the same time and had no alert: same family, same level of the tree, alike in the
 * last two and eight weeks and in the year before. Before and after alone is regression to the mean: where no match exists, that is what is said.
 */
import { parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { createRng } from '../../core/rng.ts'
import { createHistoryReader, sumBetween } from '../../features/history.ts'
import type { History as Counts } from '../../features/history.ts'
import { measureEffect, nearestControls } from '../../models/learn/matched-pairs.ts'
import type { Effect, MatchedSet } from '../../models/learn/matched-pairs.ts'
import { readCallerCounts } from '../../sql/counts.ts'
import type { Db } from '../../sql/db.ts'
import { readAlertSpans, readEndedAlerts } from '../../sql/ended-alerts.ts'
import type { EndedAlert } from '../../sql/ended-alerts.ts'
import { readPlaces } from '../../sql/trees.ts'
import { round } from '../signal-row.ts'

export const HORIZONS = [30, 90] as const
/** An alert ends after quiet nights: its controls were as quiet in them. */
const QUIET_DAYS = 15
const RECENT_DAYS = 56
const LONG_DAYS = 365
/** A control has had no alert of the family in so many days before; one that comes later is part of what is compared. */
const CLEAR_DAYS = 180
/** Long enough for the oldest alert looked at and the year before it. */
const HISTORY_DAYS = 731

/** Alerts of one horizon; the keys are promised in docs/cli.md. */
export interface EffectRow {
  days: number
  /** Alerts that ended so long ago, those with a match among them, and how many controls they have. */
  alerts: number
  matched: number
  controls: number
  /** Callers per alert in these days after the end, and per control over the same days; null where nothing is matched. */
  after: number | null
  after_controls: number | null
  difference: [mean: number, low: number | null, high: number | null] | null
  ratio: [mean: number, low: number | null, high: number | null] | null
  /** Callers per unmatched alert in as many days before its first night's end and after its end: no effect can be read from it. */
  unmatched: { alerts: number, before: number | null, after: number | null, regression_to_the_mean: boolean }
}

export interface EffectReport { night: string, horizons: EffectRow[], levels: { level: string, rows: EffectRow[] }[] }

const LEVELS = ['red', 'orange', 'yellow', 'blue'] as const

export async function readEffect(db: Db, night: string, quietNights: number): Promise<EffectReport> {
  return measureAfter(db, night, await readEndedAlerts(db, night, quietNights))
}

/** The same after other ends than those of signals, such as 销号: `ended` is the first day after it. */
export async function measureAfter(db: Db, night: string, ended: readonly EndedAlert[]): Promise<EffectReport> {
  const day = parseDay(night)
  const history = await createHistoryReader((...range) => readCallerCounts(db, ...range), HISTORY_DAYS).asOf(day)
  const depths = new Map([...(await readPlaces(db)).values()].map((place) => [place.id, place.depth]))
  const spans = Map.groupBy(await readAlertSpans(db, night), (span) => `${span.placeId}/${span.familyId}`)
  const peers = groupPeers(history, depths, new Set(ended.map((alert) => alert.familyId)))
  const rowsOf = (alerts: readonly EndedAlert[], label: string): EffectRow[] => HORIZONS.map((days) =>
    measureHorizon(alerts.filter((alert) => alert.ended + days <= day + 1 && alert.ended - LONG_DAYS >= history.from), days, { history, depths, spans, peers }, `effect/${night}/${label}/${days}`))
  return { night, horizons: rowsOf(ended, 'all'), levels: LEVELS.map((level) => ({ level, rows: rowsOf(ended.filter((alert) => alert.level === level), level) })).filter(({ rows }) => rows.some((row) => row.alerts > 0)) }
}

type Spans = Map<string, { first: Day, last: Day }[]>
interface Ground { history: Counts, depths: ReadonlyMap<number, number>, spans: Spans, peers: ReadonlyMap<string, readonly { series: number, placeId: number }[]> }

/** Series of one family at one depth. */
function groupPeers(history: Counts, depths: ReadonlyMap<number, number>, families: ReadonlySet<number>): Map<string, { series: number, placeId: number }[]> {
  const peers = new Map<string, { series: number, placeId: number }[]>()
  for (let series = 0; series < history.series; series++) {
    const familyId = history.topic[series]!
    if (!families.has(familyId)) continue
    const placeId = history.place[series]!
    const key = `${depths.get(placeId)}/${familyId}`
    const list = peers.get(key)
    if (list) list.push({ series, placeId })
    else peers.set(key, [{ series, placeId }])
  }
  return peers
}

function measureHorizon(alerts: readonly EndedAlert[], days: number, { history, depths, spans, peers }: Ground, seed: string): EffectRow {
  const sets: MatchedSet[] = []
  let controls = 0
  const unmatched = { alerts: 0, before: 0, after: 0 }
  for (const { placeId, familyId, ended, first } of alerts) {
    const own = history.find(placeId, familyId)
    if (own < 0) continue
    const past = (series: number): number[] => [
      Math.log1p(sumBetween(history, series, ended - QUIET_DAYS, ended)), Math.log1p(sumBetween(history, series, ended - RECENT_DAYS, ended)),
      Math.log1p(sumBetween(history, series, ended - LONG_DAYS, ended - RECENT_DAYS)),
    ]
    const isClear = (place: number): boolean =>
      (spans.get(`${place}/${familyId}`) ?? []).every((span) => span.last < ended - CLEAR_DAYS || span.first >= ended)
    const free = (peers.get(`${depths.get(placeId)}/${familyId}`) ?? []).filter((peer) => peer.placeId !== placeId && isClear(peer.placeId))
    const nearest = nearestControls(past(own), free.map((peer) => past(peer.series)))
    const after = sumBetween(history, own, ended, ended + days)
    if (nearest.length === 0) {
      unmatched.alerts++
      unmatched.before += sumBetween(history, own, first + 1 - days, first + 1)
      unmatched.after += after
      continue
    }
    controls += nearest.length
    sets.push({ treated: after, control: nearest.reduce((sum, at) => sum + sumBetween(history, free[at]!.series, ended, ended + days), 0) / nearest.length })
  }
  return describe(days, sets, controls, unmatched, measureEffect(sets, createRng(seed)))
}

function describe(days: number, sets: readonly MatchedSet[], controls: number, unmatched: { alerts: number, before: number, after: number }, effect: Effect): EffectRow {
  const known = (value: number): number | null => (Number.isFinite(value) ? round(value, 3) : null)
  const each = (sum: number, n: number): number | null => (n > 0 ? round(sum / n, 3) : null)
  const n = sets.length
  return {
    days, alerts: n + unmatched.alerts, matched: n, controls,
    after: each(effect.treated, n), after_controls: each(effect.control, n),
    difference: n > 0 ? [round(effect.difference, 3), known(effect.differenceLow), known(effect.differenceHigh)] : null,
    ratio: Number.isFinite(effect.ratio) ? [round(effect.ratio, 3), known(effect.ratioLow), known(effect.ratioHigh)] : null,
    unmatched: {
      alerts: unmatched.alerts, before: each(unmatched.before, unmatched.alerts), after: each(unmatched.after, unmatched.alerts), regression_to_the_mean: unmatched.alerts > 0,
    },
  }
}
