/**
 * The alert step over nights that were judged already, under other rules: from what was kept of each alert's nights, in memory. Two years of a
 * city are a few seconds. Which signals are one alert is taken over; what the rules do with it is done again.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { formatIsoWeek } from '../core/iso-week.ts'
import { createBudget } from './alert-budget.ts'
import { higher, rateLevel } from './levels.ts'
import type { Level, LevelFacts } from './levels.ts'
import { exceptionFor, rulesOn } from './rules.ts'
import type { ExceptionRule, Rules } from './rules.ts'

/** One night of one alert as it was judged. */
export interface PastNight {
  alertId: string
  night: Day
  kind: string
  /** Place and topic family: one cause. */
  cause: string
  place: string
  topic: string
  unitId: number | null
  rank: number
  observed: number
  recurrenceDays: number
  verdict: 'alert' | 'watch'
  rule: string
  /** Decades by which the threshold was moved. */
  offset: number
  level: Level
  withinBudget: boolean
  /** Nobody was told of it on the night; or it was told because nothing held it any more. */
  held?: boolean
  released?: boolean
  facts: LevelFacts
}

export interface RerunNight { night: Day, level: Level, rule: string, withinBudget: boolean, event: 'opened' | 'raised' | 'continued', leadUnit: number | null, past: PastNight }

export interface RerunAlert { id: string, nights: RerunNight[] }

/**
 * @param nights     in order of night and rank, from the first of all
 * @param rulesOf    rules of a night
 * @param judgedBy   rules that the night was judged by: an interval that is the same needs no comparison of rounded numbers
 * @param unitNames  for units with a budget of their own
 * @returns alerts in the order in which they began; one that fell silent for too long goes on as another, `ID~2`
 */
export function rerunAlerts(nights: readonly PastNight[], rulesOf: (night: Day) => Rules, judgedBy: (night: Day) => Rules, unitNames: ReadonlyMap<number, string>): RerunAlert[] {
  const alerts = new Map<string, RerunAlert>()
  /** Alert that a cause, or the past alert, goes on in. */
  const current = new Map<string, RerunAlert>()
  const unitOf = new Map<string, number>()
  let week = ''
  let told = new Set<string>()
  for (let i = 0, end = 0; i < nights.length; i = end) {
    const { night } = nights[i]!
    while (end < nights.length && nights[end]!.night === night) end++
    const rules = rulesOn(rulesOf(night), formatDay(night))
    const judged = rulesOn(judgedBy(night), formatDay(night))
    if (formatIsoWeek(night) !== week) told = new Set()
    week = formatIsoWeek(night)
    const sent = new Map<number, number>()
    for (const id of told) sent.set(unitOf.get(id)!, (sent.get(unitOf.get(id)!) ?? 0) + 1)
    const budget = createBudget(sent, rules.budget, unitNames)
    for (const past of nights.slice(i, end)) {
      const exception = exceptionFor(rules, past.place, past.topic)
      if (past.observed < Math.max(rules.detection.minCallers, exception?.minCallers ?? 0)) continue
      const open = continued(past, current, rules, judged)
      if (!open && rules.kinds[past.kind as keyof Rules['kinds']]?.enabled === false) continue
      const alert = open ?? begin(alerts, past.alertId)
      current.set(past.alertId, alert).set(past.cause, alert)
      const unit = past.unitId ?? -1
      unitOf.set(alert.id, unit)
      const before = alert.nights.at(-1)
      const ruling = rateLevel(past.facts, { verdict: verdictOf(past, rules, exception, judged), ...exception }, rules)
      const level = before ? higher(before.level, ruling.level) : ruling.level
      const event = !before ? 'opened' : level !== before.level ? 'raised' : 'continued'
      // What nobody was told of takes nothing of a budget until somebody is.
      const isTold = !past.held && (event !== 'continued' || past.released)
      const withinBudget = isTold ? budget.take(unit, level) : before?.withinBudget ?? true
      if (isTold && withinBudget && level !== 'blue') told.add(alert.id)
      alert.nights.push({ night, level, rule: ruling.rule, withinBudget, event, leadUnit: past.unitId, past })
    }
  }
  return [...alerts.values()]
}

/** The alert that goes on: its own, unless it was silent for too long; with longer quiet nights the one that had ended at the place before it. */
function continued(past: PastNight, current: ReadonlyMap<string, RerunAlert>, rules: Rules, judged: Rules): RerunAlert | undefined {
  const silence = (alert: RerunAlert): number => past.night - alert.nights.at(-1)!.night
  const own = current.get(past.alertId)
  if (own) return silence(own) <= rules.closing.quietNights ? own : undefined
  const before = current.get(past.cause)
  const hadEnded = before?.nights.at(-1)!.past.cause === past.cause && silence(before) > judged.closing.quietNights
  return hadEnded && silence(before) <= rules.closing.quietNights ? before : undefined
}

/** The alerts as they were stored, in the same shape. */
export function storedAlerts(nights: readonly PastNight[]): RerunAlert[] {
  const alerts = new Map<string, RerunAlert>()
  for (const past of nights) {
    const alert = alerts.get(past.alertId) ?? begin(alerts, past.alertId)
    const before = alert.nights.at(-1)
    const event = !before ? 'opened' : past.level !== before.level ? 'raised' : 'continued'
    alert.nights.push({ night: past.night, level: past.level, rule: past.rule, withinBudget: past.withinBudget, event, leadUnit: past.unitId, past })
  }
  return [...alerts.values()]
}

/** Share of the nights on which a rerun by the rules of the night says what was stored; NaN of none. */
export function shareReproduced(nights: readonly PastNight[], rerun: readonly RerunAlert[]): number {
  const again = new Map(rerun.flatMap((alert) => alert.nights.map((night) => [night.past, { ...night, id: alert.id }] as const)))
  const same = nights.filter((past) => {
    const night = again.get(past)
    return night?.id === past.alertId && night.level === past.level && night.withinBudget === past.withinBudget
  })
  return same.length / nights.length
}

function begin(alerts: Map<string, RerunAlert>, id: string): RerunAlert {
  let name = id
  for (let n = 2; alerts.has(name); n++) name = `${id}~${n}`
  const alert = { id: name, nights: [] }
  alerts.set(name, alert)
  return alert
}

/** As it was told under the interval of the night, else by its rarity, which is stored with one decimal. */
function verdictOf(past: PastNight, rules: Rules, exception: ExceptionRule | undefined, judged: Rules): 'alert' | 'watch' {
  const before = exceptionFor(judged, past.place, past.topic)?.recurrenceDays ?? judged.detection.recurrenceDays
  const interval = exception?.recurrenceDays ?? rules.detection.recurrenceDays
  if (interval === before) return past.verdict
  return past.recurrenceDays >= interval * 10 ** past.offset ? 'alert' : 'watch'
}

/** What other rules cannot be asked of nights that are judged; empty where they can. Paths of the rules file. */
export function needsJudging(rules: Rules, judgedBy: Rules): string[] {
  const needs: string[] = []
  if (rules.detection.watchDays !== judgedBy.detection.watchDays) needs.push('detection.watchDays')
  if (rules.detection.minCallers < judgedBy.detection.minCallers) needs.push('detection.minCallers')
  if (JSON.stringify(rules.learning) !== JSON.stringify(judgedBy.learning)) needs.push('learning')
  return needs
}
