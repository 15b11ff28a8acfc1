/**
 * "Would have fired": other rules over nights of the past, beside what was said under the rules in force. Where what was kept of the nights
 * answers, nothing is judged again; else the nights are replayed.
 */
import { availableParallelism } from 'node:os'
import type { Config } from '../core/config.ts'
import { formatDay } from '../core/days.ts'
import type { Log } from '../core/log.ts'
import type { Db } from '../sql/db.ts'
import { openReplay, replaySchema } from '../sql/replays.ts'
import { saveTrial } from '../sql/rules.ts'
import { openOverlay } from '../sql/rules-overlay.ts'
import { replay } from './replay/replay.ts'
import type { ReplayProgress } from './replay/replay.ts'
import { compareAlerts } from './rules-compare.ts'
import type { Change, Comparison, Side, WeekChange } from './rules-compare.ts'
import { readNights, readPast, withWords } from './rules-history.ts'
import type { PastRange, RangeRequest } from './rules-history.ts'
import { needsJudging, rerunAlerts, shareReproduced, storedAlerts } from './rules-rerun.ts'
import type { RerunAlert } from './rules-rerun.ts'
import { hashRules } from './rules.ts'
import type { Rules } from './rules.ts'
import { scoreReplay } from './scorecard/score-replay.ts'
import type { ScoreCard } from './scorecard/card.ts'

export interface TryDeps {
  db: Db
  config: Config
  log: Log
  signal?: AbortSignal
  /** Told before nights are judged again, with the paths of the rules that ask for it. */
  onJudging?: (because: readonly string[]) => void
  /** Told after each night that is replayed. */
  onNight?: (progress: ReplayProgress) => void
}

export interface TryRequest extends RangeRequest {
  /** File of the rules, for a replay. */
  file: string
  /** A file of known episodes to score both against. */
  labels?: string
  /** Where nights are judged again: worker threads, and nights before the first for the alerts then open (60). */
  threads?: number
  warmUpNights?: number
}

/** Keys are promised in docs/cli.md. */
export interface TryResult {
  name: string
  hash: string
  /** First and last night. */
  from: string
  until: string
  nights: number
  /** `kept`: from what the nights kept; `replay`: judged again. */
  how: 'kept' | 'replay'
  /** What asked for a replay. */
  because: string[]
  /** Replay whose nights were asked; null for the live ones. */
  replay: string | null
  /** Share of the alerts' nights that the same way gives as they are stored, by the rules that were in force; null where judged again. */
  reproduced: number | null
  before: Side
  after: Side
  changes: Change[]
  weeks: WeekChange[]
  score: { before: ScoreCard, after: ScoreCard } | null
}

/** What is stored of a trial: all but the lists. */
export type TrialCard = Omit<TryResult, 'changes' | 'weeks'> & { changes: Record<string, number> }

/** Keeps the trial, so that these rules may be activated. */
export async function tryRules(deps: TryDeps, rules: Rules, request: TryRequest): Promise<TryResult> {
  const past = await readPast(deps.db, deps.config.settings, request)
  try {
    const bases = [...new Set(past.ran.map((night) => past.judgedBy(night)))]
    const because = [...new Set(bases.flatMap((base) => needsJudging(rules, base)))]
    if (because.length > 0) deps.onJudging?.(because)
    const stored = storedAlerts(past.nights)
    const result = because.length === 0 ? await fromKept(deps, rules, request, past, stored) : await fromReplay(deps, rules, request, past, stored)
    const tried: TryResult = {
      name: rules.name, hash: hashRules(rules), from: formatDay(past.from), until: formatDay(past.until - 1), nights: past.ran.length,
      how: because.length === 0 ? 'kept' : 'replay', because, replay: past.replay, ...result,
    }
    await saveTrial(deps.db, {
      hash: tried.hash, from: tried.from, until: formatDay(past.until), baseHash: hashRules(past.judgedBy(past.until - 1)), replay: past.replay, scoreCard: cardOf(tried),
    })
    return tried
  } finally {
    await past.close()
  }
}

type Found = Comparison & Pick<TryResult, 'reproduced' | 'score'>

async function fromKept({ db }: TryDeps, rules: Rules, request: TryRequest, past: PastRange, stored: RerunAlert[]): Promise<Found> {
  const after = rerunAlerts(await withWords(past, rules), () => rules, past.judgedBy, past.unitNames)
  const again = rerunAlerts(past.nights, past.judgedBy, past.judgedBy, past.unitNames)
  const compared = compareAlerts(stored, after, past)
  const reproduced = past.nights.length === 0 ? 1 : shareReproduced(past.nights, again)
  if (request.labels === undefined) return { ...compared, reproduced, score: null }
  const overlay = await openOverlay(db, `rules_try_${hashRules(rules)}`, past.replay === null ? 'public' : replaySchema(past.replay), rules.detection.recurrenceDays, after.flatMap(({ id, nights }) =>
    nights.map(({ night, level, rule, withinBudget, past: { alertId } }) => ({ alertId: id, past: alertId, night: formatDay(night), level, rule, withinBudget }))))
  try {
    return { ...compared, reproduced, score: { before: await score(past.db, request, past, past.judgedBy(past.until - 1)), after: await score(overlay.db, request, past, rules) } }
  } finally {
    await overlay.drop()
  }
}

async function fromReplay(deps: TryDeps, rules: Rules, request: TryRequest, past: PastRange, stored: RerunAlert[]): Promise<Found> {
  const name = `try_${hashRules(rules)}`
  const { onNight, onJudging: _, ...rest } = deps
  await replay({ ...rest, ...(onNight ? { onNight } : {}) }, {
    name, from: past.from, until: past.until, warmUpNights: request.warmUpNights ?? WARM_UP_NIGHTS, threads: request.threads ?? Math.min(2, availableParallelism()), rulesFile: request.file,
  })
  const db = openReplay(deps.db, name, 2)
  try {
    const compared = compareAlerts(stored, storedAlerts(await readNights(db, formatDay(past.until))), past)
    if (request.labels === undefined) return { ...compared, reproduced: null, score: null }
    return { ...compared, reproduced: null, score: { before: await score(past.db, request, past, past.judgedBy(past.until - 1)), after: await score(db, request, past, rules) } }
  } finally {
    await db.close()
  }
}

const WARM_UP_NIGHTS = 60

async function score(db: Db, { labels }: TryRequest, past: PastRange, { closing }: Rules): Promise<ScoreCard> {
  const { card } = await scoreReplay(db, { from: formatDay(past.from), until: formatDay(past.until - 1), labels: labels!, quietNights: closing.quietNights })
  return card
}

function cardOf({ changes, weeks: _, ...rest }: TryResult): TrialCard {
  const counts: Record<string, number> = {}
  for (const { change } of changes) counts[change] = (counts[change] ?? 0) + 1
  return { ...rest, changes: counts }
}
