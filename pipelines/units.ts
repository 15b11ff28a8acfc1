/**
 * The register of units: kinds, territories, topics; shown, and changed by people.
 */
import { createHash } from 'node:crypto'
import { BadInputError } from '../core/errors.ts'
import type { Queryable } from '../sql/db.ts'
import { PATH_SEPARATOR, upsertUnits } from '../sql/registry.ts'
import { readUnitFacts } from '../sql/routing.ts'
import type { UnitFactsRow } from '../sql/routing.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'
import { findByPath } from './typed-path.ts'

export const UNIT_KINDS = ['bureau', 'street', 'district', 'enterprise', 'hotline'] as const
export type UnitKind = (typeof UNIT_KINDS)[number]

export interface UnitRow extends UnitFactsRow {
  /** Mark of what was seen: a change by somebody else in between is refused. */
  seen: string
}

/** By name. */
export async function listUnits(db: Queryable): Promise<UnitRow[]> {
  return (await readUnitFacts(db)).map((unit) => ({ ...unit, seen: markOf(unit) })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function markOf({ name, kind, territory, topics }: UnitFactsRow): string {
  return createHash('sha256').update(JSON.stringify([name, kind, territory, topics])).digest('hex').slice(0, 12)
}

/** @throws {BadInputError} `no_such_unit_id` */
export async function findUnit(db: Queryable, id: string): Promise<UnitRow> {
  const unit = (await listUnits(db)).find((one) => String(one.id) === id)
  if (!unit) throw new BadInputError('no_such_unit_id', `no unit has the id ${id}`, { id })
  return unit
}

export interface UnitRequest {
  name: string
  kind: string
  /** Paths as people type them; empty for none. */
  territory: string
  topics: readonly string[]
}

/**
 * Adds a unit, or changes the kind, territory and topics of one. A name is never changed: tickets, rules and past nights go by it.
 *
 * @param seen  mark of the unit as it was seen; null for a new one
 * @throws {BadInputError} `unit_conflict`, `unit_exists`, `unit_name`, `unit_kind`, `no_such_place`, `no_such_topic`; nothing is written
 */
export async function saveUnit(db: Queryable, { name, kind, territory, topics }: UnitRequest, seen: string | null): Promise<{ before: UnitRow | null, after: UnitRow }> {
  if (name === '' || name.length > 100 || /[\u0000-\u001f\u007f›]/.test(name)) throw new BadInputError('unit_name', 'a name has 1 to 100 characters', { name })
  if (!UNIT_KINDS.some((one) => one === kind)) throw new BadInputError('unit_kind', `no such kind: ${kind}`, { kind })
  const before = (await listUnits(db)).find((unit) => unit.name === name) ?? null
  if (seen === null && before) throw new BadInputError('unit_exists', `there is a unit ${name}`, { name })
  if (seen !== null && before?.seen !== seen) throw new BadInputError('unit_conflict', `unit ${name} was changed by somebody else`, { name })
  const place = territory === '' ? null : findByPath((await readPlaces(db)).values(), territory, 'no_such_place').path.split(PATH_SEPARATOR)
  const known = topics.length === 0 ? [] : [...(await readTopics(db)).values()]
  const paths = [...new Set(topics.map((topic) => findByPath(known, topic, 'no_such_topic').path))]
  await upsertUnits(db, [{ name, kind: kind as UnitKind, territory: place, topics: paths.map((path) => path.split(PATH_SEPARATOR)) }])
  return { before, after: (await listUnits(db)).find((unit) => unit.name === name)! }
}
