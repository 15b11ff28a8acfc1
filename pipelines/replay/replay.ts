/**
 * Nights of the past run again, as known then, in a schema of their own: what would have been said, and when. The live tables stay as they are.
 *
 * A replay takes up where it was left, by the ledger in its own schema, and only where all that it depends on is still the same.
 * docs/methods/replay.md
 */
import { createHash } from 'node:crypto'
import type { Config } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { withWriteLock } from '../../sql/db.ts'
import type { Db } from '../../sql/db.ts'
import * as replays from '../../sql/replays.ts'
import type { ReplayPlan } from '../../sql/replays.ts'
import { countDirty, readInputMark } from '../../sql/runs.ts'
import { countDirtyDays } from '../count.ts'
import { groupTickets } from '../issues/group-tickets.ts'
import { causeMode } from '../rules.ts'
import { createForecaster } from '../forecast/forecaster.ts'
import { configHashOf, METHOD_VERSION, rerunNight } from '../nightly.ts'
import type { NightResult } from '../nightly.ts'
import { resolveTickets } from '../resolve.ts'
import { createWeekly } from '../season/weekly.ts'
import { checkCompared } from './compare.ts'
import { readDelayModel } from './delay-model.ts'
import { judgeAhead } from './judge-ahead.ts'
import { describeRules, readNightRules } from './night-rules.ts'
import type { NightRules } from './night-rules.ts'
import { planNights } from './plan.ts'
import { trainAhead } from './train-ahead.ts'
import { describeReplay } from './result.ts'
import type { ReplayResult } from './result.ts'

export interface ReplayDeps {
  db: Db
  config: Config
  log: Log
  signal?: AbortSignal
  /** Told after each night. */
  onNight?: (progress: ReplayProgress) => void
  /** How long to wait for a writer of the store where tickets are still to be counted. */
  waitMs?: number
  onWait?: (holder: string) => void
}

export interface ReplayRequest {
  /** Letters, digits and `_`. */
  name: string
  /** Nights [from, until). */
  from: Day
  until: Day
  /** Nights before `from` that are run for the alerts they leave open, where the live ones will not do. */
  warmUpNights: number
  threads: number
  /** Begins anew, whatever is there under the name. */
  fresh?: boolean
  /** A file of known episodes to score against. */
  labels?: string
  /** Name of another replay to compare with, `live` for the live nights. */
  compare?: string
  /** When tickets without a time of arrival are let in (delay-model.ts); default at once. */
  delayModel?: string
  /** A file of rules by which all nights go, instead of those that were in force. */
  rulesFile?: string
}

export interface ReplayProgress { night: string, done: number, of: number, result: NightResult }

/**
 * @throws {InvalidOptionError} a name that cannot be one
 * @throws {BadInputError} no tickets, a range without data, or a replay of that name that depends on something else
 * @throws {LockedError} the same replay is being run
 */
export async function replay(deps: ReplayDeps, request: ReplayRequest): Promise<ReplayResult> {
  const { db } = deps
  checkName(request.name)
  return replays.withReplayLock(db, request.name, async () => {
    if (request.compare !== undefined) await checkCompared(db, request.compare)
    await countWhatWaits(deps)
    const rules = await readNightRules(deps, request)
    await groupWhatIsAsked(deps, request, rules)
    const known = request.fresh ? undefined : await replays.readReplay(db, request.name)
    const plan = await makePlan(deps, request, rules, known)
    if (known) refuseOther(known, plan)
    else await replays.createReplay(db, plan, rules.on(parseDay(plan.warmUp)).closing.quietNights)
    const own = replays.openReplay(db, request.name)
    try {
      // Counts of its own, where arrivals are delayed: what is counted once is not counted again.
      if (plan.delayModel.model !== 'none') await countDirtyDays(own)
      const resumed = known !== undefined
      const ran = await runNightsOf(deps, request, plan, rules, own)
      return await describeReplay({ db, own, plan, rules, request, resumed, ran })
    } finally {
      await own.close()
    }
  })
}

/** @throws {InvalidOptionError} */
export function checkName(name: string): void {
  if (!replays.REPLAY_NAME.test(name)) throw new InvalidOptionError('--name', name, 'up to 40 of a-z, 0-9 and _')
}

/** Tickets that came in since the last night are counted first, as that night would: the one moment at which the store is written. */
async function countWhatWaits({ db, waitMs = 0, onWait = () => {} }: ReplayDeps): Promise<void> {
  if ((await countDirty(db)) === 0) return
  await withWriteLock(db, waitMs, onWait, async () => {
    await resolveTickets(db)
    await countDirtyDays(db)
  })
}

/** Groups of one cause are read by nights that signal them, and made by live ones: those that are missing are made first. */
async function groupWhatIsAsked({ db, waitMs = 0, onWait = () => {} }: ReplayDeps, { from, until, warmUpNights }: ReplayRequest, rules: NightRules): Promise<void> {
  const first = from - warmUpNights
  if (!Array.from({ length: until - first }, (_, i) => first + i).some((night) => causeMode(rules.on(night)) === 'signal')) return
  await withWriteLock(db, waitMs, onWait, async () => { await groupTickets(db, { night: formatDay(until - 1), nightly: formatDay(first) }) })
}

async function makePlan({ db, config }: ReplayDeps, request: ReplayRequest, rules: NightRules, known: ReplayPlan | undefined): Promise<ReplayPlan> {
  const delayModel = await readDelayModel(db, request.delayModel ?? 'none')
  const planned = await planNights(db, { ...request, delayed: delayModel.model !== 'none' }, (night) => ({
    configHash: configHashOf(config.settings, rules.on(night)), quietNights: rules.on(night).closing.quietNights,
  }))
  // Live nights that were run since it began do not change where a replay's alerts come from.
  const goesOn = known?.from === formatDay(request.from)
  const warmUp = goesOn ? parseDay(known!.warmUp) : planned.warmUp
  const memory = goesOn ? known!.memory : planned.memory
  const last = formatDay(request.until - 1)
  const input = [await readInputMark(db, last, false), await replays.readTicketMark(db, formatDay(request.until))].join('|')
  return {
    name: request.name, from: formatDay(request.from), until: formatDay(request.until), warmUp: formatDay(warmUp), memory,
    delayModel, rules: describeRules(rules, warmUp, request.until), settings: settingsOf(config, request), methodVersion: METHOD_VERSION,
    schemaVersion: await replays.readSchemaVersion(db), inputHash: createHash('sha256').update(input).digest('hex').slice(0, 16),
  }
}

const WORDS: readonly (readonly [key: keyof ReplayPlan, word: string])[] = [
  ['from', 'range'], ['until', 'range'], ['warmUp', 'warm_up'], ['memory', 'warm_up'], ['delayModel', 'delay_model'], ['rules', 'rules'],
  ['settings', 'settings'], ['methodVersion', 'method'], ['schemaVersion', 'schema'], ['inputHash', 'input'],
]

/** @throws {BadInputError} `replay_changed`, naming what is no longer the same */
function refuseOther(known: ReplayPlan, plan: ReplayPlan): void {
  const changed = new Set(WORDS.filter(([key]) => stable(known[key]) !== stable(plan[key])).map(([, word]) => word))
  if (changed.size === 0) return
  throw new BadInputError('replay_changed', `the replay ${plan.name} is of other ${[...changed].join(', ')}: --fresh begins anew, --name keeps both`, {
    name: plan.name, changed: [...changed],
  })
}

/** The same text whatever the order of keys: jsonb does not keep it. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner)
    ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner))
}

export interface Ran { nights: number, seconds: number, judging: { cpuMs: number, wallMs: number }, trainingCpuMs: number }

/** The settings on which a night depends besides the rules. */
function settingsOf({ settings: { hotlineUnit, cutoffHours } }: Config, { warmUpNights }: ReplayRequest): Record<string, unknown> {
  return { hotlineUnit, cutoffHours, warmUpNights }
}

async function runNightsOf(
  { db, config, log, signal, onNight }: ReplayDeps, { name, threads }: ReplayRequest, plan: ReplayPlan, rules: NightRules, own: Db,
): Promise<Ran> {
  const began = performance.now()
  const first = parseDay(plan.warmUp)
  const until = parseDay(plan.until)
  const from = parseDay(await replays.firstNightToDo(own, plan.warmUp, plan.until))
  const forecaster = createForecaster(own, config.version)
  const weekly = createWeekly(own)
  const training = await trainAhead(own, { name, codeVersion: config.version }, from, until, threads, signal)
  const detector = judgeAhead(own, { name, codeVersion: config.version }, (night) => rules.on(night).detection, from, until, Math.min(threads, Math.max(1, until - from)))
  try {
    for (let night = from; night < until; night++) {
      signal?.throwIfAborted()
      const result = await rerunNight({ db: own, config, log, rules: rules.on(night), ...(signal ? { signal } : {}) }, night, {
        detector, forecaster, forecasts: detector.forecasts, weekly,
      })
      onNight?.({ night: formatDay(night), done: night + 1 - first, of: until - first, result })
    }
    return { nights: until - from, seconds: (performance.now() - began) / 1000, judging: { ...detector.cost }, trainingCpuMs: training }
  } finally {
    await detector.close()
    await replays.addReplaySeconds(db, name, (performance.now() - began) / 1000).catch(() => {})
  }
}
