/**
 * Two sets of rules over the same nights: what would have fired under one and not the other, and what each unit would have been sent.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { formatIsoWeek } from '../core/iso-week.ts'
import { LEVELS } from './levels.ts'
import type { Level } from './levels.ts'
import type { PastRange } from './rules-history.ts'
import type { RerunAlert, RerunNight } from './rules-rerun.ts'
import { tellings } from './scorecard/alert-rows.ts'
import type { ToldCourse } from './scorecard/alert-rows.ts'
import { burdenOfUnits } from './scorecard/burden-of-units.ts'
import type { Burdens } from './scorecard/burden-of-units.ts'

/** An alert fires where it is opened above blue or rises above it. */
export interface Side {
  /** Alerts with a night in the range, by the highest level they reached in it. */
  alerts: Record<Level, number>
  /** Of those above blue what the units' budgets let through. */
  sent: number
  units: Burdens
}

export const CHANGES = ['only_after', 'only_before', 'higher', 'lower', 'earlier', 'later'] as const

export interface Change {
  id: string
  change: (typeof CHANGES)[number]
  place: string[]
  topic: string[]
  unit: string | null
  /** First night above blue, highest level and the rule that gave it; null where it did not fire. */
  before: Firing | null
  after: Firing | null
}

export interface Firing { night: string, level: Level, rule: string }

/** Alerts above blue that a unit is told of in an ISO week. */
export interface WeekChange { unit: string, week: string, before: number, after: number }

export interface Comparison { before: Side, after: Side, changes: Change[], weeks: WeekChange[] }

export function compareAlerts(before: readonly RerunAlert[], after: readonly RerunAlert[], past: Pick<PastRange, 'from' | 'until' | 'ran' | 'busyUnits' | 'unitNames'>): Comparison {
  const sides = [before, after].map((alerts) => alerts.map((alert) => within(alert, past)).filter((alert) => alert !== undefined))
  const [old, now] = sides as [Within[], Within[]]
  const pairs = pair(old, now)
  const changes = pairs.flatMap(([was, is]) => changeOf(was, is, past.unitNames))
    .sort((a, b) => CHANGES.indexOf(a.change) - CHANGES.indexOf(b.change) || compare(nightOf(a), nightOf(b)) || compare(a.id, b.id))
  return { before: sideOf(old, past), after: sideOf(now, past), changes, weeks: weekChanges(old, now, past) }
}

/** An alert's nights of the range, each with its lead unit. */
interface Within extends ToldCourse { id: string, nights: RerunNight[] }

function within({ id, nights }: RerunAlert, { from, until }: { from: Day, until: Day }): Within | undefined {
  const inside = nights.filter(({ night }) => night >= from && night < until)
  return inside.length === 0 ? undefined : { id, nights: inside, earlier: nights[0]!.night < from, leadUnit: null }
}

/** The same alert has the same id; one that began on another night is known by a night that both share. */
function pair(old: readonly Within[], now: readonly Within[]): [Within | undefined, Within | undefined][] {
  const byId = new Map(now.map((alert) => [alert.id, alert]))
  const byNight = new Map(now.flatMap((alert) => alert.nights.map(({ night, past }) => [`${night}/${past.cause}`, alert] as const)))
  const taken = new Set<Within>()
  const pairs: [Within | undefined, Within | undefined][] = []
  const take = (was: Within, is: Within | undefined): boolean => {
    if (!is || taken.has(is)) return false
    taken.add(is)
    pairs.push([was, is])
    return true
  }
  const rest = old.filter((was) => !take(was, byId.get(was.id)))
  for (const was of rest) {
    const shared = was.nights.map(({ night, past }) => byNight.get(`${night}/${past.cause}`)).find((is) => is && !taken.has(is))
    if (!take(was, shared)) pairs.push([was, undefined])
  }
  for (const is of now) if (!taken.has(is)) pairs.push([undefined, is])
  return pairs
}

function changeOf(was: Within | undefined, is: Within | undefined, unitNames: ReadonlyMap<number, string>): Change[] {
  const before = firing(was)
  const after = firing(is)
  if (!before && !after) return []
  const step = before && after ? LEVELS.indexOf(after.level) - LEVELS.indexOf(before.level) : 0
  const change = !before ? 'only_after' : !after ? 'only_before' : step > 0 ? 'higher' : step < 0 ? 'lower'
    : after.night < before.night ? 'earlier' : after.night > before.night ? 'later' : undefined
  if (!change) return []
  const { id, nights } = (is ?? was)!
  const { leadUnit, past: { place, topic } } = nights.at(-1)!
  return [{ id, change, place: place.split('›'), topic: topic === '' ? [] : topic.split('›'), unit: leadUnit === null ? null : unitNames.get(leadUnit) ?? null, before, after }]
}

function firing(alert: Within | undefined): Firing | null {
  const first = alert?.nights.find(({ level }) => level !== 'blue')
  if (!first) return null
  const { level } = alert!.nights.at(-1)! // levels only go up
  const { rule } = alert!.nights.find((night) => night.level === level)!
  return { night: formatDay(first.night), level, rule }
}

function sideOf(alerts: readonly Within[], { busyUnits, ran }: Pick<PastRange, 'busyUnits' | 'ran'>): Side {
  const levels = { blue: 0, yellow: 0, orange: 0, red: 0 }
  for (const { nights } of alerts) levels[nights.at(-1)!.level]++
  return { alerts: levels, sent: alerts.filter((alert) => tellings(alert).some(({ sent }) => sent)).length, units: burdenOfUnits(alerts, busyUnits, ran) }
}

function weekChanges(old: readonly Within[], now: readonly Within[], { unitNames }: Pick<PastRange, 'unitNames'>): WeekChange[] {
  const rows = new Map<string, WeekChange>()
  for (const [key, alerts] of [['before', old], ['after', now]] as const) {
    for (const alert of alerts) {
      for (const at of new Set(tellings(alert).map(({ night, unit }) => `${formatIsoWeek(night)} ${unitNames.get(unit ?? -1) ?? ''}`))) {
        const row = rows.get(at) ?? { unit: at.slice(at.indexOf(' ') + 1), week: at.slice(0, at.indexOf(' ')), before: 0, after: 0 }
        row[key]++
        rows.set(at, row)
      }
    }
  }
  return [...rows.values()].filter(({ before, after }) => before !== after).sort((a, b) => compare(a.week, b.week) || compare(a.unit, b.unit))
}

function nightOf({ before, after }: Change): string {
  return after?.night ?? before!.night
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
