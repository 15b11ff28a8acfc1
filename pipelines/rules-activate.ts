/**
 * Rules come into force: as a version with an author, a first night and what it would have done, and only for nights that are still to come.
 */
import type { Settings } from '../core/config.ts'
import { formatDay, parseDay } from '../core/days.ts'
import { BadInputError } from '../core/errors.ts'
import type { Queryable } from '../sql/db.ts'
import { insertVersion, readTrial, readVersion, readVersions } from '../sql/rules.ts'
import type { RuleVersionRow } from '../sql/rules.ts'
import { newestRun } from '../sql/runs.ts'
import { parseRules } from './rules-file.ts'
import { hashRules, initialRules } from './rules.ts'
import type { Rules } from './rules.ts'

export interface Activation {
  /** First night that goes by them, YYYY-MM-DD. */
  from: string
  author: string
  note: string
  /** Why they come into force without a trial. */
  untried?: string | undefined
}

export interface RuleVersion {
  version: number
  name: string
  hash: string
  /** First night, and the last where a later version follows; null while none does. */
  from: string
  until: string | null
  author: string
  source: string
  note: string
  activated_at: string
  tried: { from: string, until: string, how: string } | null
  untried_reason: string | null
}

/**
 * @throws {BadInputError} `rules_untried` without a trial of exactly these rules or a reason, `rules_in_past` for nights that were run by others
 */
export async function activateRules(db: Queryable, rules: Rules, { from, author, note, untried }: Activation): Promise<RuleVersion> {
  parseDay(from, '--from')
  const newest = await newestRun(db)
  // A night that is run again must go by the rules that it went by.
  if (newest !== null && from <= newest) {
    throw new BadInputError('rules_in_past', `nights up to ${newest} went by the rules in force: choose a later first night`, { newest, from })
  }
  const hash = hashRules(rules)
  const trial = await readTrial(db, hash)
  if (!trial && untried === undefined) {
    throw new BadInputError('rules_untried', 'these rules were not tried on history: weisu rules try FILE, or --untried with a reason', { hash })
  }
  const version = await insertVersion(db, {
    rules, hash, author, source: rules.source, note, effectiveOn: from,
    scoreCard: trial?.scoreCard ?? null, replay: trial?.replay ?? null, untriedReason: trial ? null : untried!,
  })
  return (await listVersions(db)).find((one) => one.version === version)!
}

/** In the order in which they hold; one that another replaces on its very first night never held. */
export async function listVersions(db: Queryable): Promise<RuleVersion[]> {
  const rows = await readVersions(db)
  return rows.map((row, i) => {
    const next = rows[i + 1]?.effectiveOn
    const card = row.scoreCard as { from: string, until: string, how: string } | null
    return {
      version: row.version, name: (row.rules as Rules).name, hash: row.hash, from: row.effectiveOn, until: next === undefined ? null : formatDay(parseDay(next) - 1),
      author: row.author, source: row.source, note: row.note, activated_at: row.activatedAt.toISOString(),
      tried: card ? { from: card.from, until: card.until, how: card.how } : null, untried_reason: row.untriedReason,
    }
  })
}

/** The rules that a new file is laid over: those of the latest version, else the product's own with the settings. */
export async function readBaseRules(db: Queryable, settings: Settings): Promise<Rules> {
  return ((await readVersions(db)).at(-1)?.rules as Rules | undefined) ?? initialRules(settings)
}

/** @throws {BadInputError} no such version; 0 is the rules of the product with the settings */
export async function readRulesOf(db: Queryable, settings: Settings, version: number): Promise<{ rules: Rules, row: RuleVersionRow | undefined }> {
  if (version === 0) return { rules: initialRules(settings), row: undefined }
  const row = await readVersion(db, version)
  if (!row) throw new BadInputError('no_such_version', `no rules have the version ${version}: weisu rules list`, { version })
  return { rules: row.rules as Rules, row }
}

export async function parseRulesOver(db: Queryable, settings: Settings, text: string): Promise<Rules> {
  return parseRules(text, await readBaseRules(db, settings))
}
