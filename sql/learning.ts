/**
 * Row functions of what nights learn from outcomes and verdicts: ranked alerts, rankers, moves of thresholds.
 */
import { statement } from './db.ts'
import type { Queryable } from './db.ts'
import type { Outcome } from './reviews.ts'

export type Verdict = 'true' | 'partly' | 'false' | 'known'

/** An alert as it stood when it was opened or raised. */
export interface RankItem {
  alertId: string
  event: 'opened' | 'raised'
  kind: string
  level: string
  rule: string
  detector: string
  placeId: number
  familyId: number
  unitId: number | null
  score: number
  features: Record<string, number>
}

export interface OutcomeRow extends RankItem {
  night: string
  /** Its final word, null where it is too early. */
  outcome: Outcome | null
  /** The latest word of a unit that was known, and the night from which on it was. */
  verdict: Verdict | null
  judgedOn: string | null
}

export interface RankerRow {
  night: string
  serves: boolean
  reason: 'serves' | 'few_outcomes' | 'one_sided' | 'not_better' | 'no_convergence'
  outcomes: number
  good: number
  model: { names: string[], intercept: number, coefficients: number[], centres: number[], scales: number[] } | null
  holdout: { cases: number, good: number, auc: number | null, auc_plain: number | null, brier: number | null, intercept: number | null, slope: number | null } | null
}

export interface MoveRow {
  night: string
  alertId: string
  reason: 'judged_false' | 'judged_true' | 'came_to_nothing'
  placeId: number
  familyId: number
  from: number
  to: number
}

export async function readOutcomes(
  db: Queryable, { from, reviewedBy, judgedBy, age }: { from: string, reviewedBy: string, judgedBy: string, age: number },
): Promise<OutcomeRow[]> {
  return (await db.query<OutcomeRow & Record<string, unknown>>(statement('outcomes'), [from, reviewedBy, judgedBy, age])).rows
}

/** What came of the alerts of each rule, a unit's word before what was counted: `good` of `of` came to something, `partly` is a half. */
export interface RuleTallyRow { rule: string, of: number, good: number, judged: number }

/** The same outcomes as readOutcomes, counted. */
export async function readRuleTallies(
  db: Queryable, { from, reviewedBy, judgedBy, age }: { from: string, reviewedBy: string, judgedBy: string, age: number },
): Promise<RuleTallyRow[]> {
  return (await db.query<RuleTallyRow & Record<string, unknown>>(statement('outcomes-by-rule'), [from, reviewedBy, judgedBy, age])).rows
}

/** Rewrites the night's ranked alerts. */
export async function replaceRankItems(db: Queryable, night: string, items: readonly RankItem[]): Promise<void> {
  await db.query('delete from rank_items where night = $1', [night])
  await db.query(
    `insert into rank_items (night, alert_id, event, kind, level, rule, detector, place_id, family_id, unit_id, score, features)
     select $1, i."alertId", i.event, i.kind, i.level, i.rule, i.detector, i."placeId", i."familyId", i."unitId", i.score, i.features
     from jsonb_to_recordset($2::jsonb) as i ("alertId" text, event text, kind text, level text, rule text, detector text, "placeId" int, "familyId" int,
       "unitId" int, score float8, features jsonb)`, [night, JSON.stringify(items)])
}

export async function replaceRanker(db: Queryable, { night, serves, reason, outcomes, good, model, holdout }: RankerRow): Promise<void> {
  await db.query(
    `insert into rankers (night, serves, reason, outcomes, good, model, holdout) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (night) do update set serves = excluded.serves, reason = excluded.reason, outcomes = excluded.outcomes, good = excluded.good,
       model = excluded.model, holdout = excluded.holdout`, [night, serves, reason, outcomes, good, model && JSON.stringify(model), holdout && JSON.stringify(holdout)])
}

/** The ranker of the last night up to `night`. */
export async function readRanker(db: Queryable, night: string): Promise<RankerRow | undefined> {
  const { rows } = await db.query<RankerRow & Record<string, unknown>>(
    'select night, serves, reason, outcomes, good, model, holdout from rankers where night <= $1 order by night desc limit 1', [night])
  return rows[0]
}

/** Moves of nights before `before`, oldest first, without those that were taken back by the night `known`. */
export async function readMoves(db: Queryable, from: string, before: string, known: string): Promise<MoveRow[]> {
  const { rows } = await db.query<MoveRow & Record<string, unknown>>(
    `select m.night, m.alert_id as "alertId", m.reason, m.place_id as "placeId", m.family_id as "familyId", m.from_offset as "from", m.to_offset as "to"
     from threshold_moves m
     where m.night >= $1 and m.night < $2
       and not exists (select 1 from threshold_undos u where u.alert_id = m.alert_id and u.known_on <= $3 and m.night < u.known_on)
     order by m.night, m.alert_id, m.reason`, [from, before, known])
  return rows
}

/** Rewrites the night's moves. */
export async function replaceMoves(db: Queryable, night: string, moves: readonly MoveRow[]): Promise<void> {
  await db.query('delete from threshold_moves where night = $1', [night])
  await db.query(
    `insert into threshold_moves (night, alert_id, reason, place_id, family_id, from_offset, to_offset)
     select $1, m."alertId", m.reason, m."placeId", m."familyId", m."from", m."to"
     from jsonb_to_recordset($2::jsonb) as m ("alertId" text, reason text, "placeId" int, "familyId" int, "from" float8, "to" float8)`, [night, JSON.stringify(moves)])
}

/**
 * Alerts that may move a threshold on the night: judged since a night before which moves were made, or given their final word on this one.
 * `earlier` is how many others of the series came to nothing in the year before.
 */
export async function readMoveCauses(db: Queryable, night: string, age: number): Promise<{ alertId: string, placeId: number, familyId: number, verdict: Verdict | null, nothing: boolean, earlier: number }[]> {
  const { rows } = await db.query<{ alertId: string, placeId: number, familyId: number, verdict: Verdict | null, nothing: boolean, earlier: number }>(
    statement('threshold-causes'), [night, age])
  return rows
}

/** @returns whether there is such an alert */
export async function insertVerdict(db: Queryable, alertId: string, verdict: Verdict, knownOn: string, by: string, note: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into alert_verdicts (alert_id, verdict, known_on, by_whom, note) select id, $2, $3, $4, $5 from alerts where id = $1`, [alertId, verdict, knownOn, by, note])
  return (rowCount ?? 0) > 0
}

export interface VerdictRow { verdict: Verdict, known_on: string, by: string, note: string }

/** Every word about an alert that was known by the night, oldest first. */
export async function readVerdicts(db: Queryable, alertId: string, night: string | null): Promise<VerdictRow[]> {
  const { rows } = await db.query<VerdictRow & Record<string, unknown>>(
    `select verdict, known_on, by_whom as by, note from alert_verdicts where alert_id = $1 and ($2::date is null or known_on <= $2) order by known_on, id`, [alertId, night])
  return rows
}

export async function insertUndo(db: Queryable, alertId: string, knownOn: string, by: string, note: string): Promise<void> {
  await db.query('insert into threshold_undos (alert_id, known_on, by_whom, note) values ($1, $2, $3, $4)', [alertId, knownOn, by, note])
}

/** Series that were judged on the night, whatever the verdict. */
export async function countJudged(db: Queryable, night: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(`select coalesce(sum(series), 0)::int as n from night_coverage where night = $1 and verdict <> 'cannot tell'`, [night])
  return rows[0]!.n
}

export interface ReviewedRow extends OutcomeRow {
  /** Nights after the alert on which it was last looked at; all that follow are null where it was not yet. */
  ageDays: number | null
  ticketsSince: number | null
  callersSince: number | null
  expectedSince: number | null
  lead10: number | null
  lead20: number | null
  lead50: number | null
}

/** The last alerts opened or raised before the night, latest first. */
export async function readLastReviewed(db: Queryable, night: string, most: number): Promise<ReviewedRow[]> {
  return (await db.query<ReviewedRow & Record<string, unknown>>(statement('reviews-list'), [night, most])).rows
}
