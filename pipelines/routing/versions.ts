/**
 * Versions of the routing rules: which was in force on a night, and how a file becomes the next one.
 */
import { parseDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { addUnits, insertRoutingVersion, readRoutingOn, readRoutingVersions, readUnitFacts } from '../../sql/routing.ts'
import { newestRun } from '../../sql/runs.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { readRuleFile } from './rules-file.ts'
import type { RuleFile } from './rules-file.ts'
import { hashRoutingRules, TERRITORY } from './rules.ts'
import type { RoutingRule } from './rules.ts'

export interface RoutingInForce { version: number | null, rules: readonly RoutingRule[] }

/** Version null and no rules before the first. */
export async function readRoutingRules(db: Queryable, night: string): Promise<RoutingInForce> {
  const row = await readRoutingOn(db, night)
  // What was stored was checked when it was imported.
  return row ? { version: row.version, rules: row.rules as RoutingRule[] } : { version: null, rules: [] }
}

/** Keys are promised in docs/cli.md. */
export interface RoutingVersion { version: number, from: string, rules: number, hash: string, author: string, source: string, note: string, created_at: string }

/** In the order in which they hold. */
export async function listRoutingVersions(db: Queryable): Promise<RoutingVersion[]> {
  return (await readRoutingVersions(db)).map((row) => ({
    version: row.version, from: row.effectiveOn, rules: (row.rules as RoutingRule[]).length, hash: row.hash, author: row.author, source: row.source, note: row.note,
    created_at: row.createdAt.toISOString(),
  }))
}

/** @param version  null for the latest @throws {BadInputError} `no_such_routing` */
export async function readRoutingVersion(db: Queryable, version: number | null): Promise<readonly RoutingRule[]> {
  const rows = await readRoutingVersions(db)
  if (version === null) return (rows.at(-1)?.rules ?? []) as RoutingRule[]
  const row = rows.find((one) => one.version === version)
  if (!row) throw new BadInputError('no_such_routing', `no routing rules have the version ${version}: weisu route list`, { version })
  return row.rules as RoutingRule[]
}

/** The file's rules and what is wrong with them, against the places, topics and units of the store. */
export async function checkRoutingFile(db: Queryable, path: string, defaults: { author?: string | undefined, source?: string | undefined, newUnits?: readonly string[] } = {}): Promise<RuleFile> {
  const places = [...(await readPlaces(db)).values()]
  const topics = [...(await readTopics(db)).values()]
  const units = [...(await readUnitFacts(db)).map((unit) => unit.name), ...(defaults.newUnits ?? [])]
  return readRuleFile(path, { places, topics, units }, { author: defaults.author ?? '', source: defaults.source ?? '' })
}

export interface RoutingImport {
  /** First night that goes by them. */
  from: string
  author: string
  source: string
  note: string
  /** Whether units that nobody knows yet are made. */
  addUnits: boolean
}

/**
 * The file's rules become the next version, all or none.
 *
 * @throws {BadInputError} `routing_faults`, with all of them; `rules_in_past` where a night was run by others
 */
export async function importRouting(db: Db, path: string, request: RoutingImport): Promise<RoutingVersion & { units_added: number }> {
  return db.transaction((client) => importRoutingIn(client, path, request))
}

/** The same within a transaction. */
export async function importRoutingIn(db: Queryable, path: string, request: RoutingImport): Promise<RoutingVersion & { units_added: number }> {
  parseDay(request.from, '--from')
  const newest = await newestRun(db)
  // A night that is run again must go by the rules that it went by.
  if (newest !== null && request.from <= newest) {
    throw new BadInputError('rules_in_past', `nights up to ${newest} went by the rules in force: choose a later first night`, { newest, from: request.from })
  }
  let file = await checkRoutingFile(db, path, request)
  const missing = [...new Set(file.faults.filter(({ reason }) => reason === 'unknown_unit').map(({ value }) => value))]
  if (request.addUnits && missing.length > 0) file = await checkRoutingFile(db, path, { ...request, newUnits: missing.filter((name) => name !== TERRITORY) })
  if (file.faults.length > 0) {
    throw new BadInputError('routing_faults', `${path}: ${file.faults.length} faults, nothing was changed: weisu route check names them`, { path, n: file.faults.length, faults: file.faults })
  }
  const { rules } = file
  const added = request.addUnits ? await addUnits(db, missing) : 0
  const version = await insertRoutingVersion(db, {
    rules, hash: hashRoutingRules(rules), author: request.author, source: request.source, note: request.note, effectiveOn: request.from,
  })
  return { ...(await listRoutingVersions(db)).find((one) => one.version === version)!, units_added: added }
}
