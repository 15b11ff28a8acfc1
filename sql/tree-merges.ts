/**
 * Two nodes of a tree that are one: the node leads to the other by its `rollup`, so that every count, list and drill-down finds
 * its tickets there, while the tickets keep what they named. Taking it back restores the rollups, and with them the counts.
 */
import { LockedError } from '../core/errors.ts'
import { lockHolder, statement } from './db.ts'
import type { Queryable } from './db.ts'
import { LOCKS } from './lock-keys.ts'

export type Tree = 'place' | 'topic'
export type TreeAct = 'merge' | 'rename' | 'split' | 'alias' | 'distinct' | 'undo'

export interface TreeNodeRow { id: number, parentId: number | null, depth: number, name: string, path: string, rollup: number[], mergedInto: number | null, isFamily: boolean, familyId: number | null, hasCentre: boolean }

export interface TreeEventRow {
  id: string
  tree: Tree
  act: TreeAct
  fromId: number
  intoId: number
  by: string
  why: string
  at: Date
  undoes: string | null
  /** Event that took this one back. */
  undoneBy: string | null
  uncentred: number[]
}

const TABLE: Readonly<Record<Tree, 'places' | 'topics'>> = { place: 'places', topic: 'topics' }

/** Nobody else changes a tree until the transaction ends. */
export async function holdTrees(client: Queryable): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, 0)', [LOCKS.trees])
}

/** A merge reads the known nights of all tickets; seconds where there are ten million. */
const CHANGE_MS = 120_000

/**
 * For changes that do not come from the command line, which waits for its turn: no night, import or other writer is at work until the
 * transaction ends, and its statements may take their time.
 *
 * @throws {LockedError} somebody is at work
 */
export async function holdStore(client: Queryable): Promise<void> {
  const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_xact_lock($1, 0) as got', [LOCKS.write])
  if (!rows[0]!.got) {
    const holder = await lockHolder(client)
    throw new LockedError('locked', `the store is being written by ${holder}`, { holder })
  }
  await client.query(`select set_config('statement_timeout', $1, true)`, [String(CHANGE_MS)])
}

export async function readTree(db: Queryable, tree: Tree): Promise<Map<number, TreeNodeRow>> {
  const own = tree === 'place' ? 'false as "isFamily", null::int as "familyId", lng is not null as "hasCentre"' : 'is_family as "isFamily", family_id as "familyId", false as "hasCentre"'
  const { rows } = await db.query<TreeNodeRow>(
    `select id, parent_id as "parentId", depth::int, name, path, rollup, merged_into as "mergedInto", ${own} from ${TABLE[tree]} order by id`)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Each node leads to the one beside it in `into`, null for to none. */
export async function setMergedInto(db: Queryable, tree: Tree, ids: readonly number[], into: readonly (number | null)[]): Promise<void> {
  await db.query(`update ${TABLE[tree]} t set merged_into = m.into_id from unnest($1::int[], $2::int[]) as m (id, into_id) where t.id = m.id`, [ids, into])
}

/** Writes rollups, and for topics families, where they are not as given. */
export async function writeRollups(db: Queryable, tree: Tree, rows: readonly { id: number, depth: number, rollup: readonly number[], familyId: number | null }[]): Promise<void> {
  if (rows.length === 0) return
  // Lists of several lengths are no array of arrays: they go as text.
  const given = [rows.map(({ id }) => id), rows.map(({ depth }) => depth), rows.map(({ rollup }) => `{${rollup.join(',')}}`), ...(tree === 'topic' ? [rows.map(({ familyId }) => familyId)] : [])]
  if (tree === 'place') await db.query('update places t set rollup = m.rollup::int[], depth = m.depth from unnest($1::int[], $2::int[], $3::text[]) as m (id, depth, rollup) where t.id = m.id', given)
  else await db.query('update topics t set rollup = m.rollup::int[], depth = m.depth, family_id = m.family_id from unnest($1::int[], $2::int[], $3::text[], $4::int[]) as m (id, depth, rollup, family_id) where t.id = m.id', given)
}

/** Days with tickets of the nodes are counted anew by the next night. */
export async function markTreeDirty(db: Queryable, tree: Tree, ids: readonly number[]): Promise<number> {
  return (await db.query(statement(`tree-dirty-${TABLE[tree]}`), [ids])).rowCount ?? 0
}

export async function dateTree(db: Queryable, tree: Tree, ids: readonly number[]): Promise<void> {
  await db.query(statement(`tree-known-${TABLE[tree]}`), [ids])
}

/** Takes from the places the centres that only tickets gave them. */
export async function forgetCentres(db: Queryable, ids: readonly number[]): Promise<void> {
  await db.query('update places set lng = null, lat = null, centre_from_tickets = false where id = any ($1::int[]) and centre_from_tickets', [ids])
}

/** Of a place that a renaming made: the spellings that it took over, and where nobody else uses it, that it was declared. */
export async function forgetRenamed(db: Queryable, from: number, into: number): Promise<void> {
  await db.query(statement('places-forget-renamed'), [from, into])
}

const EVENT = `e.id::text, e.tree, e.act, e.from_id as "fromId", e.into_id as "intoId", e.by_name as by, e.why, e.at, e.undoes::text,
  (select u.id::text from tree_events u where u.undoes = e.id) as "undoneBy", e.uncentred`

interface NewTreeEvent { tree: Tree, act: TreeAct, fromId: number, intoId: number, by: string, why: string, undoes?: string, uncentred?: readonly number[] }

/** Several of one statement, numbered in their order. */
export async function addTreeEvents(db: Queryable, events: readonly NewTreeEvent[]): Promise<void> {
  await db.query(
    `insert into tree_events (tree, act, from_id, into_id, by_name, why, undoes, uncentred)
     select e.tree, e.act, e.from_id, e.into_id, e.by_name, e.why, e.undoes, e.uncentred::int[]
     from unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::text[], $6::text[], $7::bigint[], $8::text[]) with ordinality as e (tree, act, from_id, into_id, by_name, why, undoes, uncentred, at) order by e.at`,
    [events.map(({ tree }) => tree), events.map(({ act }) => act), events.map(({ fromId }) => fromId), events.map(({ intoId }) => intoId), events.map(({ by }) => by), events.map(({ why }) => why),
      events.map(({ undoes }) => undoes ?? null), events.map(({ uncentred }) => `{${(uncentred ?? []).join(',')}}`)])
}

export async function addTreeEvent(db: Queryable, event: NewTreeEvent): Promise<TreeEventRow> {
  const { rows } = await db.query<{ id: string }>(
    `insert into tree_events (tree, act, from_id, into_id, by_name, why, undoes, uncentred) values ($1, $2, $3, $4, $5, $6, $7, $8) returning id::text`,
    [event.tree, event.act, event.fromId, event.intoId, event.by, event.why, event.undoes ?? null, event.uncentred ?? []])
  return (await readTreeEvent(db, rows[0]!.id))!
}

export async function readTreeEvent(db: Queryable, id: string): Promise<TreeEventRow | undefined> {
  const { rows } = await db.query<TreeEventRow & Record<string, unknown>>(`select ${EVENT} from tree_events e where e.id = $1::bigint`, [id])
  return rows[0]
}

/** All events of a tree, or those of one of its nodes, oldest first. */
export async function readTreeEvents(db: Queryable, tree: Tree, id: number | null = null): Promise<TreeEventRow[]> {
  const { rows } = await db.query<TreeEventRow & Record<string, unknown>>(
    `select ${EVENT} from tree_events e where e.tree = $1 and ($2::int is null or $2 in (e.from_id, e.into_id)) order by e.id`, [tree, id])
  return rows
}

/** How many events speak of the node: what a person who decides has seen. */
export async function readTreeVersion(db: Queryable, tree: Tree, id: number): Promise<number> {
  const { rows } = await db.query<{ n: number }>('select count(*)::int as n from tree_events where tree = $1 and $2::int in (from_id, into_id)', [tree, id])
  return rows[0]!.n
}

/** The same of all nodes that any event speaks of. */
export async function readTreeVersions(db: Queryable, tree: Tree): Promise<Map<number, number>> {
  const { rows } = await db.query<{ id: number, n: number }>('select x.id, count(*)::int as n from tree_events e cross join lateral (select distinct unnest(array[e.from_id, e.into_id]) as id) x where e.tree = $1 group by 1', [tree])
  return new Map(rows.map(({ id, n }) => [id, n]))
}
