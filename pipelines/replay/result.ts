/**
 * What a replay says of itself: which nights, what they brought, what was assumed, how fast. The names are promised in docs/cli.md.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import type { Db } from '../../sql/db.ts'
import * as replays from '../../sql/replays.ts'
import type { DelayPlan, MemoryOrigin, ReplayPlan } from '../../sql/replays.ts'
import { scoreReplay } from '../scorecard/score-replay.ts'
import type { ScoreCard } from '../scorecard/card.ts'
import { compareReplays } from './compare.ts'
import type { ReplayComparison } from './compare.ts'
import type { NightRules } from './night-rules.ts'
import type { Ran, ReplayRequest } from './replay.ts'

export interface ReplayResult {
  name: string
  schema: string
  /** First and last night, both included. */
  from: string
  to: string
  nights: number
  /** Nights run before the first one, not scored. */
  warm_up: { from: string | null, nights: number }
  memory: MemoryOrigin
  delay_model: DelayPlan
  /** Hash of the rules, with the first night of each where several were in force. */
  rules: Record<string, unknown>
  /** Share of the tickets whose time of arrival is assumed. */
  assumed_arrivals: number
  /** What is read as it stands today, because nobody wrote down how it stood: see docs/methods/replay.md. */
  as_of_today: readonly string[]
  method_version: number
  alerts: { new: number, continued: number, ended: number, by_level: Record<string, number>, new_by_level: Record<string, number> }
  notices: number
  /** Whether nights of an earlier attempt were kept; how many this one ran. */
  resumed: boolean
  nights_run: number
  seconds: number
  nights_per_second: number | null
  /** Processor seconds of the threads that train and judge, of this attempt; zero with one thread, where nobody counts apart. */
  cpu: { training_seconds: number, judging_seconds: number }
  /** Beside another replay, where one was named. */
  compare: ReplayComparison | null
  score: ScoreCard | null
}

/** Registries have no dates: they are taken to have been what they are. */
export const AS_OF_TODAY = ['households', 'units_and_their_topics', 'place_centres'] as const

interface Parts { db: Db, own: Db, plan: ReplayPlan, rules: NightRules, request: ReplayRequest, resumed: boolean, ran: Ran }

/** Scores the nights and enters the result in the register. */
export async function describeReplay({ db, own, plan, rules, request, resumed, ran }: Parts): Promise<ReplayResult> {
  const counts = await replays.countNights(own, plan.from, plan.until)
  const to = formatDay(parseDay(plan.until) - 1)
  const { card } = await scoreReplay(own, { from: plan.from, until: to, quietNights: rules.on(parseDay(to)).closing.quietNights, ...(request.labels === undefined ? {} : { labels: request.labels }) })
  const warmUpNights = parseDay(plan.from) - parseDay(plan.warmUp)
  const result: ReplayResult = {
    name: plan.name, schema: replays.replaySchema(plan.name), from: plan.from, to, nights: counts.nights,
    warm_up: { from: warmUpNights > 0 ? plan.warmUp : null, nights: warmUpNights }, memory: plan.memory, delay_model: plan.delayModel, rules: plan.rules,
    assumed_arrivals: Math.round((await replays.readAssumedShare(db, plan.from, plan.until)) * 1e4) / 1e4,
    as_of_today: AS_OF_TODAY, method_version: plan.methodVersion,
    alerts: { new: counts.new, continued: counts.continued, ended: counts.ended, by_level: counts.byLevel, new_by_level: counts.newByLevel },
    notices: counts.notices, resumed, nights_run: ran.nights, seconds: Math.round(ran.seconds * 1000) / 1000,
    nights_per_second: ran.nights > 0 ? Math.round((ran.nights / ran.seconds) * 100) / 100 : null,
    cpu: { training_seconds: Math.round(ran.trainingCpuMs) / 1000, judging_seconds: Math.round(ran.judging.cpuMs) / 1000 },
    compare: request.compare === undefined ? null : await compareReplays(db, own, plan, request.compare),
    score: card,
  }
  await replays.finishReplay(db, plan.name, { ...result }, request.labels ?? null)
  return result
}
