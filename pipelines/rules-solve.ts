/**
 * Thresholds from a budget: from which recurrence interval on, or by which factor on the callers that level rules ask for, units would have
 * had no more alerts above blue than they can work on. Asked of what past nights kept; nothing is judged again. docs/rules.md
 */
import type { Settings } from '../core/config.ts'
import { formatDay } from '../core/days.ts'
import { BadInputError } from '../core/errors.ts'
import type { Db } from '../sql/db.ts'
import { readPast } from './rules-history.ts'
import type { PastRange, RangeRequest } from './rules-history.ts'
import { rerunAlerts } from './rules-rerun.ts'
import type { RerunAlert } from './rules-rerun.ts'
import type { LevelCondition, LevelRule, Rules } from './rules.ts'
import { burdenOfUnits } from './scorecard/burden-of-units.ts'

export const DIALS = ['interval', 'callers'] as const
/** What is turned: the recurrence interval, or a factor on the callers of the level rules of places. */
export type Dial = (typeof DIALS)[number]

export interface SolveRequest extends RangeRequest {
  /** Most alerts above blue per unit and week, in 95 of 100 units and weeks. */
  budget: number
  /** Name of a unit that is looked at alone. */
  unit?: string | undefined
  dial: Dial
  /** The budget is of each unit's fullest week, in 95 of 100 units; default of all weeks of all units, most of which have none. */
  fullest?: boolean | undefined
}

export interface CurvePoint {
  /** Recurrence interval in days, or factor. */
  at: number
  /** Alerts above blue a week: all units together, and at the 95th percentile and the fullest of units and weeks. */
  per_week: number
  p95: number
  /** 95th percentile over the units of what each has in its fullest week. */
  p95_fullest: number
  max: number
}

/** Keys are promised in docs/cli.md. */
export interface Solution {
  dial: Dial
  budget: number
  /** Which 95th percentile keeps it. */
  of: 'p95' | 'p95_fullest'
  unit: string | null
  from: string
  until: string
  units: number
  weeks: number
  replay: string | null
  /** Where the dial stands now, and what it gives. */
  now: CurvePoint
  /** From here on the budget is kept, at every setting that was tried beyond; null where it cannot be. */
  solved: CurvePoint | null
  curve: CurvePoint[]
  /** Rules behind what fires at the end of the curve, where the budget cannot be kept: what else would have to give. */
  unreachable_because: { rule: string, alerts: number }[]
}

const RANGES: Readonly<Record<Dial, readonly [from: number, until: number, points: number]>> = { interval: [10, 36525, 25], callers: [1, 16, 17] }

/** @param rules  those that the dial is turned on */
export async function solveRules(db: Db, settings: Settings, rules: Rules, request: SolveRequest): Promise<Solution> {
  const past = await readPast(db, settings, request)
  try {
    return solvePast(rules, past, request)
  } finally {
    await past.close()
  }
}

/** @throws {BadInputError} no such unit */
export function solvePast(rules: Rules, past: PastRange, { budget, unit, dial, fullest }: Pick<SolveRequest, 'budget' | 'unit' | 'dial' | 'fullest'>): Solution {
  const unitId = unit === undefined ? undefined : [...past.unitNames].find(([, name]) => name === unit)?.[0]
  if (unit !== undefined && unitId === undefined) throw new BadInputError('no_such_unit', `no unit is called ${unit}`, { unit })
  const of = fullest ? 'p95_fullest' : 'p95'
  const [least, most, points] = RANGES[dial]
  const from = dial === 'interval' ? Math.max(least, rules.detection.watchDays) : least
  const alertsAt = (at: number): RerunAlert[] => rerunAlerts(past.nights, () => turn(rules, dial, at), past.judgedBy, past.unitNames)
  const measured = new Map<number, CurvePoint>()
  let size = { units: 0, weeks: 0 }
  const measure = (at: number): CurvePoint => {
    const known = measured.get(at)
    if (known) return known
    const { above_blue: burden } = burdenOfUnits(toldIn(alertsAt(at), past, unitId), unitId === undefined ? past.busyUnits : [unitId], past.ran)
    size = { units: burden.units, weeks: burden.weeks }
    const point = { at, per_week: Math.round(burden.mean * burden.units * 1000) / 1000, p95: burden.p95, p95_fullest: burden.p95OfFullest, max: burden.max }
    measured.set(at, point)
    return point
  }
  const grid = Array.from({ length: points }, (_, i) => tidy(from * (most / from) ** (i / (points - 1)), dial))
  grid.forEach(measure)
  // A rise of the dial may move an alert into another, fuller week: beyond the solution every point of the grid must hold.
  const failing = grid.findLastIndex((at) => measure(at)[of] > budget)
  let solved: CurvePoint | null = null
  if (failing < grid.length - 1) {
    let low = grid[failing] ?? from
    let high = grid[failing + 1]!
    while (failing >= 0 && tidy((low + high) / 2, dial) > low && tidy((low + high) / 2, dial) < high) {
      const middle = tidy((low + high) / 2, dial)
      if (measure(middle)[of] > budget) low = middle
      else high = middle
    }
    solved = measure(high)
  }
  return {
    dial, budget, of, unit: unit ?? null, from: formatDay(past.from), until: formatDay(past.until - 1), ...size, replay: past.replay,
    now: measure(dial === 'interval' ? rules.detection.recurrenceDays : 1), solved,
    curve: [...measured.values()].sort((a, b) => a.at - b.at),
    unreachable_because: solved ? [] : rulesBehind(toldIn(alertsAt(most), past, unitId)),
  }
}

/** The rules with the dial at a place: what `--write` writes. */
export function turn(rules: Rules, dial: Dial, at: number): Rules {
  if (dial === 'interval') {
    // A stricter exception stays stricter, a laxer one as much laxer as it was.
    const factor = at / rules.detection.recurrenceDays
    return {
      ...rules, detection: { ...rules.detection, recurrenceDays: at },
      exceptions: rules.exceptions.map((rule) => (rule.recurrenceDays === undefined ? rule : { ...rule, recurrenceDays: Math.max(rules.detection.watchDays, rule.recurrenceDays * factor) })),
    }
  }
  return { ...rules, levels: rules.levels.map((rule) => (rule.level === 'blue' || rule.scope === 'area' ? rule : withCallers(rule, at))) }
}

function withCallers(rule: LevelRule, factor: number): LevelRule {
  const { callers, beyondUsual, forecast, ...rest } = rule.when
  const times = (n: number): number => Math.round(n * factor * 100) / 100
  const when: LevelCondition = {
    ...rest,
    ...(callers ? { callers: { ...callers, atLeast: times(callers.atLeast) } } : {}),
    ...(beyondUsual ? { beyondUsual: { ...beyondUsual, atLeast: times(beyondUsual.atLeast) } } : {}),
    ...(forecast ? { forecast: { ...forecast, callers: times(forecast.callers) } } : {}),
  }
  return { ...rule, when }
}

/** Each night has its own lead unit. */
interface Told { leadUnit: null, earlier: boolean, nights: RerunAlert['nights'] }

function toldIn(alerts: readonly RerunAlert[], { from, until }: PastRange, unit: number | undefined): Told[] {
  return alerts.flatMap(({ nights }) => {
    const inside = nights.filter(({ night }) => night >= from && night < until)
    const own = unit === undefined ? inside : inside.map((one) => (one.leadUnit === unit ? one : { ...one, leadUnit: null }))
    return inside.length === 0 ? [] : [{ leadUnit: null, earlier: nights[0]!.night < from, nights: own }]
  })
}

function rulesBehind(alerts: readonly Told[]): { rule: string, alerts: number }[] {
  const counts = new Map<string, number>()
  for (const { nights } of alerts) {
    const rule = nights.find(({ level }) => level !== 'blue')?.rule
    if (rule !== undefined) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  }
  return [...counts].map(([rule, n]) => ({ rule, alerts: n })).sort((a, b) => b.alerts - a.alerts || (a.rule < b.rule ? -1 : 1))
}

/** Whole days; factors to a twentieth. */
function tidy(at: number, dial: Dial): number {
  return dial === 'interval' ? Math.round(at) : Math.round(at * 20) / 20
}
