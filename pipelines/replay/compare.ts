/**
 * Two replays of the same nights side by side, or a replay and the live nights: what one said and the other did not, what it said
 * earlier or later, and how many alerts each took for it.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import * as replays from '../../sql/replays.ts'
import type { AlertSpan } from '../../sql/replays.ts'
import { readDataRange } from '../../sql/runs.ts'

/** Names are promised in docs/cli.md. */
export interface ReplayComparison {
  name: string
  /** First and last night that both have. */
  from: string
  to: string
  /** Alerts opened on these nights, in all and by their highest level. */
  here: { alerts: number, by_level: Record<string, number> }
  there: { alerts: number, by_level: Record<string, number> }
  both: number
  only_here: number
  only_there: number
  /** Of those that both have: first told here before, on the same night, after. */
  earlier: number
  same_night: number
  later: number
  /** Mean of the nights by which it was told earlier here, over those that both have; null without any. */
  mean_nights_earlier: number | null
}

/** The live nights as something to compare with. */
export const LIVE = 'live'

/** Before any night is run. @throws {BadInputError} no replay has the name */
export async function checkCompared(db: Queryable, name: string): Promise<void> {
  if (name !== LIVE && !(await replays.readReplay(db, name))) throw new BadInputError('no_such_replay', `no replay is called ${name}: weisu replay list`, { name })
}

/** @throws {BadInputError} no replay has the name, or it has no night of the range */
export async function compareReplays(db: Db, own: Queryable, plan: { from: string, until: string }, name: string): Promise<ReplayComparison> {
  const other = name === LIVE ? undefined : await replays.readReplay(db, name)
  if (name !== LIVE && !other) throw new BadInputError('no_such_replay', `no replay is called ${name}: weisu replay list`, { name })
  const range = other ?? (await liveRange(db))
  const from = later(plan.from, range?.from ?? plan.until)
  const until = earlier(plan.until, range?.until ?? plan.from)
  if (from >= until) throw new BadInputError('nothing_to_compare', `${name} has no night from ${plan.from} on before ${plan.until}`, { name, from: plan.from, until: plan.until })
  const there = other ? replays.openReplay(db, name, 1) : undefined
  try {
    const ours = await replays.readAlertSpans(own, from, until)
    const theirs = await replays.readAlertSpans(there ?? db, from, until)
    return { name, from, to: formatDay(parseDay(until) - 1), ...compareAlerts(ours, theirs) }
  } finally {
    await there?.close()
  }
}

/** Alerts of one place and family whose nights overlap are the same; each is paired once, in order of first night. */
export function compareAlerts(ours: readonly AlertSpan[], theirs: readonly AlertSpan[]): Omit<ReplayComparison, 'name' | 'from' | 'to'> {
  const free = new Map<string, AlertSpan[]>()
  for (const alert of theirs) free.set(causeOf(alert), [...(free.get(causeOf(alert)) ?? []), alert])
  const gained: Day[] = []
  for (const alert of ours) {
    const candidates = free.get(causeOf(alert)) ?? []
    const at = candidates.findIndex((one) => one.firstNight <= alert.lastNight && alert.firstNight <= one.lastNight)
    if (at < 0) continue
    gained.push(parseDay(candidates[at]!.firstNight) - parseDay(alert.firstNight))
    candidates.splice(at, 1)
  }
  return {
    here: totals(ours), there: totals(theirs), both: gained.length, only_here: ours.length - gained.length, only_there: theirs.length - gained.length,
    earlier: gained.filter((nights) => nights > 0).length, same_night: gained.filter((nights) => nights === 0).length, later: gained.filter((nights) => nights < 0).length,
    mean_nights_earlier: gained.length === 0 ? null : Math.round((gained.reduce((sum, nights) => sum + nights, 0) / gained.length) * 100) / 100,
  }
}

function causeOf({ placeId, familyId, kind }: AlertSpan): string {
  return `${placeId}/${familyId}/${kind === 'seasonal' ? kind : ''}`
}

function totals(alerts: readonly AlertSpan[]): { alerts: number, by_level: Record<string, number> } {
  const levels = Map.groupBy(alerts, (alert) => alert.level)
  return { alerts: alerts.length, by_level: Object.fromEntries([...levels].map(([level, of]) => [level, of.length] as const).sort(([a], [b]) => (a < b ? -1 : 1))) }
}

async function liveRange(db: Queryable): Promise<{ from: string, until: string } | undefined> {
  const range = await readDataRange(db)
  return range ? { from: range.first, until: formatDay(parseDay(range.last) + 1) } : undefined
}

function later(a: string, b: string): string {
  return a > b ? a : b
}

function earlier(a: string, b: string): string {
  return a < b ? a : b
}
