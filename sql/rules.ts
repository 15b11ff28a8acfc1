/**
 * Row functions of rule versions and of their trials. The rules themselves are checked above (pipelines/rules-file.ts).
 */
import type { Queryable } from './db.ts'

export interface RuleVersionRow {
  version: number
  rules: unknown
  hash: string
  author: string
  source: string
  note: string
  createdAt: Date
  effectiveOn: string
  activatedAt: Date
  scoreCard: unknown
  replay: string | null
  untriedReason: string | null
}

const COLUMNS = `version, rules, hash, author, source, note, created_at as "createdAt", effective_on as "effectiveOn", activated_at as "activatedAt",
  score_card as "scoreCard", replay, untried_reason as "untriedReason"`

/** The version in force on a night: the latest that holds by then, the later of two; undefined before the first. */
export async function readVersionOn(db: Queryable, night: string): Promise<RuleVersionRow | undefined> {
  const { rows } = await db.query<RuleVersionRow & Record<string, unknown>>(
    `select ${COLUMNS} from rule_versions where effective_on <= $1 order by effective_on desc, version desc limit 1`, [night])
  return rows[0]
}

export async function readVersion(db: Queryable, version: number): Promise<RuleVersionRow | undefined> {
  const { rows } = await db.query<RuleVersionRow & Record<string, unknown>>(`select ${COLUMNS} from rule_versions where version = $1`, [version])
  return rows[0]
}

/** In the order in which they hold. */
export async function readVersions(db: Queryable): Promise<RuleVersionRow[]> {
  return (await db.query<RuleVersionRow & Record<string, unknown>>(`select ${COLUMNS} from rule_versions order by effective_on, version`)).rows
}

export type NewRuleVersion = Pick<RuleVersionRow, 'rules' | 'hash' | 'author' | 'source' | 'note' | 'effectiveOn' | 'scoreCard' | 'replay' | 'untriedReason'>

/** @returns its number */
export async function insertVersion(db: Queryable, row: NewRuleVersion): Promise<number> {
  const { rows } = await db.query<{ version: number }>(
    `insert into rule_versions (rules, hash, author, source, note, effective_on, score_card, replay, untried_reason)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning version`,
    [JSON.stringify(row.rules), row.hash, row.author, row.source, row.note, row.effectiveOn,
      row.scoreCard === null ? null : JSON.stringify(row.scoreCard), row.replay, row.untriedReason])
  return rows[0]!.version
}

export interface RuleTrialRow { hash: string, from: string, until: string, baseHash: string, replay: string | null, scoreCard: unknown, triedAt: Date }

/** The trial of the same rules on the same nights is replaced. */
export async function saveTrial(db: Queryable, trial: Omit<RuleTrialRow, 'triedAt'>): Promise<void> {
  await db.query(
    `insert into rule_trials (hash, from_on, until_on, base_hash, replay, score_card) values ($1, $2, $3, $4, $5, $6)
     on conflict (hash, from_on, until_on) do update set base_hash = excluded.base_hash, replay = excluded.replay, score_card = excluded.score_card, tried_at = now()`,
    [trial.hash, trial.from, trial.until, trial.baseHash, trial.replay, JSON.stringify(trial.scoreCard)])
}

/** The newest trial of the rules, if any. */
export async function readTrial(db: Queryable, hash: string): Promise<RuleTrialRow | undefined> {
  const { rows } = await db.query<RuleTrialRow & Record<string, unknown>>(
    `select hash, from_on as "from", until_on as "until", base_hash as "baseHash", replay, score_card as "scoreCard", tried_at as "triedAt"
     from rule_trials where hash = $1 order by tried_at desc, until_on desc, from_on limit 1`, [hash])
  return rows[0]
}
