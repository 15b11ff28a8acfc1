/**
 * The night: the steps in order, each harmless to repeat, each entered in the ledger before it begins and after it ends.
 * A night that was killed goes on where it stopped; a night that is asked for again with the same input is read from the
 * ledger. Callers hold the store's write lock.
 */
import { createHash } from 'node:crypto'
import type { Config, Settings } from '../core/config.ts'
import { formatDay, parseDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { BadInputError, PipelineError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { readOpenAlerts } from '../sql/alerts.ts'
import type { Db } from '../sql/db.ts'
import { fenceRun } from '../sql/fence.ts'
import { deriveInboxAfter } from '../sql/inbox-refresh.ts'
import * as runs from '../sql/runs.ts'
import { readCityCountries, readPlaces, readTopics } from '../sql/trees.ts'
import { raiseAlerts } from './alert.ts'
import type { AlertCounts } from './alert.ts'
import { countDirtyDays } from './count.ts'
import { createDetector } from './detect.ts'
import type { Detector, DetectSettings } from './detect.ts'
import { failPoint } from './fail-point.ts'
import { saveForecasts } from './forecast.ts'
import { createForecaster } from './forecast/forecaster.ts'
import type { Forecaster, NightForecasts } from './forecast/forecaster.ts'
import { ingestInbox } from './inbox.ts'
import { judgeCauses } from './issues/cause-signals.ts'
import { groupTickets } from './issues/group-tickets.ts'
import { pollFeeds } from './open311/poll.ts'
import { saveDocuments } from './reports/compute.ts'
import { resolveTickets } from './resolve.ts'
import { reviewForecasts } from './forecast/review.ts'
import { reviewAlerts } from './review.ts'
import { createWeekly } from './season/weekly.ts'
import type { Weekly } from './season/weekly.ts'
import { causeMode, hashRules, rulesOn, wordMode } from './rules.ts'
import type { Rules } from './rules.ts'
import { readRulesInForce, settingsUnder } from './rules-in-force.ts'
import { judgeWords } from './words/word-signals.ts'

/** Raised by hand whenever the same tickets would give other alerts. */
export const METHOD_VERSION = 8

export const STEPS = ['ingest', 'resolve', 'count', 'detect', 'forecast', 'alert', 'notify', 'report', 'review'] as const
export type StepName = (typeof STEPS)[number]

export interface StepEvent { name: string, status: 'start' | 'done', seconds?: number, in?: number, out?: number }

export interface NightDeps {
  db: Db
  config: Config
  /** Rules for every night, instead of those that were in force on it. */
  rules?: Rules
  log: Log
  onStep?: (step: StepEvent) => void
  signal?: AbortSignal
  /** Delivers what the outbox holds for a night; absent where nothing may leave. */
  deliver?: (night: string) => Promise<{ delivered: number, failed: number, pending: number }>
  /** Writes the report of a night and says where; absent where none is wanted. */
  report?: (night: string) => Promise<{ path: string, alerts: number }>
  /** What becomes of the notices of the last night of the range: 'send' (default), 'later' (held until missed nights are caught up) or 'never'. */
  notices?: 'send' | 'later' | 'never'
  /** Who judges the nights: createDetector, unless other processes share the work. */
  detector?: (db: Db, settings: DetectSettings) => Detector
}

export interface NightResult {
  run: string
  date: string
  steps: { name: string, seconds: number, in: number, out: number }[]
  alerts: { new: number, continued: number, ended: number }
  /** The night had been run with the same input; nothing was done. */
  reused: boolean
  reportPath?: string
  warnings: string[]
}

/** A day, or how to choose it once the inbox is in: its files may bring the day itself. */
type Choice = string | (() => Promise<string>)

async function chosen(choice: Choice): Promise<string> {
  return typeof choice === 'string' ? choice : choice()
}

/** How a night of the past is run again: on what is counted already, in tables of its own, and nothing leaves. */
export interface Rerun {
  detector: Detector
  /** Where the detector's night did not run in this process: keeps its models between nights. */
  forecaster: Forecaster
  /** Forecasts of a night's signals, where they were made along with the judgement. */
  forecasts?: (night: Day) => NightForecasts | undefined
  /** What is computed once a week; made anew for the night where it is left out. */
  weekly?: Weekly
}

interface Outcome { in: number, out: number, detail?: Record<string, unknown> }

/** @throws {PipelineError} no tickets at all, or the date lies before the first of them */
export async function runNight(deps: NightDeps, options: { date: Choice, force?: boolean }): Promise<NightResult> {
  const [result] = await runRange(deps, async () => {
    const night = parseDay(await chosen(options.date))
    return [night, night + 1]
  }, options.force ?? false)
  return result!
}

/** Nights of [from, until) in order; only the last one's notices may leave and only it gets a report. */
export async function runNights(deps: NightDeps, options: { from: string, until: Choice, force?: boolean }): Promise<NightResult[]> {
  return runRange(deps, async () => [parseDay(options.from), parseDay(await chosen(options.until))], options.force ?? false)
}

/**
 * Runs one night of the past again, by the same steps, in the night tables that `deps.db` finds first. Nothing is taken from the
 * inbox, marked or counted; notices are withheld. A night that was done is not done twice.
 */
export async function rerunNight(deps: NightDeps, night: Day, rerun: Rerun): Promise<NightResult> {
  return runOne(deps, night, night, false, { in: 0, out: 0 }, () => rerun.detector, () => rerun.forecaster, () => rerun.weekly ?? createWeekly(deps.db), rerun)
}

async function runRange(deps: NightDeps, choose: () => Promise<[from: Day, until: Day]>, force: boolean): Promise<NightResult[]> {
  const { db } = deps
  const inbox = await ingestAll(deps)
  const [from, until] = await choose()
  const range = await runs.readDataRange(db)
  if (!range) throw new BadInputError('no_tickets', 'the store holds no tickets yet: weisu import, or weisu demo', {})
  if (until - 1 < parseDay(range.first)) {
    throw new BadInputError('night_before_data', `the first ticket is of ${range.first}, after ${formatDay(until - 1)}`, { first: range.first })
  }
  const results: NightResult[] = []
  let detector: Detector | undefined
  let forecaster: Forecaster | undefined
  let weekly: Weekly | undefined
  let limits: string | undefined
  for (let night = from; night < until; night++) {
    deps.signal?.throwIfAborted()
    results.push(await runOne(deps, night, until - 1, force, night === from ? inbox : { in: 0, out: 0 }, ({ detection }) => {
      // Other limits came into force within the range: the judge begins anew.
      if (JSON.stringify(detection) !== limits) detector = (deps.detector ?? createDetector)(db, detection)
      limits = JSON.stringify(detection)
      return detector!
    }, () => forecaster ??= createForecaster(db, deps.config.version), () => weekly ??= createWeekly(db)))
  }
  const { failed, feeds } = inbox.detail
  if (failed.length > 0) results[0]?.warnings.push(`not read from the inbox: ${failed.join(', ')}`)
  for (const { source, error } of feeds) if (error) results[0]?.warnings.push(`not polled to the end: ${source}: ${error}`)
  return results
}

interface Ingested { in: number, out: number, detail: { files: number, failed: string[], feeds: { source: string, read: number, new: number, changed: number, faults: string[], error: string | null }[] } }

/** The files of the inbox, then the Open311 servers. What fails is told and costs the night nothing. */
async function ingestAll(deps: NightDeps): Promise<Ingested> {
  const inbox = await ingestInbox(deps)
  const polls = await pollFeeds(deps)
  return {
    in: polls.reduce((sum, poll) => sum + poll.read, inbox.in), out: polls.reduce((sum, poll) => sum + poll.new + poll.changed, inbox.out),
    detail: { ...inbox.detail, feeds: polls.map(({ source, read, new: fresh, changed, faults, error }) => ({ source, read, new: fresh, changed, faults, error: error?.message ?? null })) },
  }
}

async function runOne(
  deps: NightDeps, night: Day, last: Day, force: boolean, inbox: Outcome, detector: (rules: Rules) => Detector, forecaster: () => Forecaster, weekly: () => Weekly, rerun?: Rerun,
): Promise<NightResult> {
  const { config } = deps
  let { db } = deps
  const isLast = night === last && rerun === undefined
  const date = formatDay(night)
  const warnings: string[] = []
  const rules = deps.rules ? rulesOn(deps.rules, date) : (await readRulesInForce(db, date, config.settings)).rules
  const configHash = configHashOf(config.settings, rules)
  const countDirty = async (): Promise<number> => (rerun ? 0 : runs.countDirty(db))
  // A night also depends on the alerts that were open before it: run after a night that was missing, it is another night.
  const open = await readOpenAlerts(db, formatDay(night - rules.closing.quietNights), date)
  const input = JSON.stringify([await runs.readInputMark(db, date, rerun === undefined), open.map((alert) => [alert.id, alert.level, alert.lastNight])])
  const mark = `${METHOD_VERSION}|${configHash}|${createHash('sha256').update(input).digest('hex').slice(0, 16)}`
  const before = await runs.readRun(db, date)
  const known = before?.inputHash === mark && !force
  if (known && before?.status === 'succeeded' && (await countDirty()) === 0) {
    return { ...(await readResult(db, date)), reused: true }
  }
  if (force) await db.query('delete from run_steps where night = $1', [date])
  const done = new Set((known ? await runs.readSteps(db, date) : []).filter((step) => step.status === 'succeeded').map((step) => step.name))
  const attempt = await runs.startRun(db, date, `${config.version}/${METHOD_VERSION}`, configHash, mark)
  db = fenceRun(deps.db, date, attempt) // from here on what another attempt has overtaken is not kept
  const newest = await runs.lastNight(db)
  const lastNight = newest !== null && newest > date ? newest : date
  const mayNotify = isLast && lastNight === date
  if (lastNight > date) warnings.push(`later nights up to ${lastNight} were run before this one`)

  const work: Record<StepName, () => Promise<Outcome>> = {
    ingest: async () => inbox,
    resolve: async () => {
      const dirty = await countDirty()
      if (dirty === 0) return { in: 0, out: 0 }
      const result = await resolveTickets(db)
      return { in: dirty, out: result.sweepsMarked + result.repeatsChanged, detail: { ...result } }
    },
    count: async () => {
      if (rerun) return { in: 0, out: 0 }
      const result = await countDirtyDays(db, () => failPoint('count:middle', config.killAt))
      return { in: result.days, out: result.rows }
    },
    detect: async () => {
      const result = await detector(rules).run(night, { db, attempt })
      const words = wordMode(rules) === 'off' ? undefined : await judgeWords(db, night, rules)
      // A replay finds the groups of the live nights; as of a night they are the same.
      const causes = rerun || causeMode(rules) === 'off' ? undefined : await groupTickets(db, { night: formatDay(last), nightly: date })
      const grown = causeMode(rules) === 'signal' ? await judgeCauses(db, night, rules) : undefined
      return {
        in: result.series, out: result.signals + (words?.signals ?? 0) + (grown?.signals ?? 0),
        detail: { judged: result.judged, cannot_tell: result.cannotTell, ...(words ? { words: words.bursts } : {}), ...(causes ? { grouped: causes.tickets } : {}) },
      }
    },
    forecast: () => saveForecasts({
      db, night, forecaster: forecaster(), view: () => detector(rules).asOf(night), ahead: rerun?.forecasts?.(night),
      ...(rerun ? {} : { live: { quietNights: rules.closing.quietNights } }),
      ...(isLast ? { table: { dataDir: config.dataDir, keep: config.settings.forecastFiles, codeVersion: config.version } } : {}),
    }),
    alert: async () => {
      const places = await readPlaces(db, date)
      const topics = await readTopics(db, date)
      const countries = await readCityCountries(db)
      await weekly().refresh(night)
      const counts = await db.transaction(async (client) => {
        const raise = (): Promise<AlertCounts> => raiseAlerts(client, {
          night, places, topics, rules, hotlineUnit: config.settings.hotlineUnit, countries, lastNight, notify: mayNotify && (deps.notices ?? 'send') === 'send',
          withheldAs: rerun ? 'replay' : mayNotify && deps.notices === 'later' ? 'catch_up' : 'past_night',
        })
        // A replay has no inbox.
        const raised = await (rerun ? raise() : deriveInboxAfter(client, date, raise))
        failPoint('alert:middle', config.killAt)
        return raised
      })
      return { in: counts.new + counts.continued, out: counts.new, detail: { ...counts } }
    },
    notify: async () => {
      if (!isLast || !deps.deliver) return { in: 0, out: 0 }
      const sent = await deps.deliver(date)
      if (sent.pending > 0 || sent.failed > 0) warnings.push(`${sent.pending + sent.failed} notices are still to be delivered`)
      return { in: sent.delivered + sent.failed + sent.pending, out: sent.delivered }
    },
    report: async () => {
      if (!isLast || !deps.report) return { in: 0, out: 0 }
      const report = await deps.report(date)
      await saveDocuments(db, config, date)
      return { in: report.alerts, out: 1, detail: { path: report.path } }
    },
    review: async () => {
      const reviewed = await reviewAlerts(db, date, rules.closing.quietNights)
      // A replay forecasts what rises alone: of that no record can be made.
      const forecasts = rerun ? undefined : await reviewForecasts(db, night, () => detector(rules).asOf(night))
      return { ...reviewed, ...(forecasts ? { detail: { forecasts: forecasts.in } } : {}) }
    },
  }
  for (const [position, name] of STEPS.entries()) {
    deps.signal?.throwIfAborted()
    // Counting is not a night's own affair: what came in since must be counted whoever asked first.
    const skip = done.has(name) && !((name === 'resolve' || name === 'count') && (await countDirty()) > 0)
    if (skip) continue
    deps.onStep?.({ name, status: 'start' })
    const began = performance.now()
    await runs.startStep(db, date, name, position)
    failPoint(`${name}:start`, config.killAt)
    let outcome: Outcome
    try {
      outcome = await work[name]()
    } catch (error) {
      if (error instanceof PipelineError && error.code === 'fenced') deps.log.warn('fenced', { night: date, attempt, step: name })
      else await runs.failRun(db, date, name, error instanceof Error ? error.message : String(error)).catch(() => {})
      throw error
    }
    failPoint(`${name}:end`, config.killAt)
    const seconds = Math.round(performance.now() - began) / 1000
    await runs.finishStep(db, date, name, outcome.in, outcome.out, seconds, outcome.detail ?? {})
    deps.onStep?.({ name, status: 'done', seconds, in: outcome.in, out: outcome.out })
  }
  await runs.finishRun(db, date)
  return { ...(await readResult(db, date)), reused: false, warnings }
}

/** What the ledger keeps of the settings and rules of a night. */
export function configHashOf(settings: Settings, rules: Rules): string {
  return createHash('sha256').update(JSON.stringify([settingsUnder(settings, rules), hashRules(rules)])).digest('hex').slice(0, 16)
}

/** The result of a night as the ledger has it. */
async function readResult(db: Db, date: string): Promise<NightResult> {
  const steps = await runs.readSteps(db, date)
  const alert = steps.find((step) => step.name === 'alert')?.detail ?? {}
  const path = steps.find((step) => step.name === 'report')?.detail.path
  const count = (key: string): number => Number(alert[key] ?? 0)
  return {
    run: `nightly:${date}`,
    date,
    steps: steps.map((step) => ({ name: step.name, seconds: step.seconds, in: step.rowsIn, out: step.rowsOut })),
    alerts: { new: count('new'), continued: count('continued'), ended: count('ended') },
    reused: false,
    ...(typeof path === 'string' ? { reportPath: path } : {}),
    warnings: [],
  }
}
