/**
 * Two places, or two topics, that are one: merged by a person, with who and why, and taken apart again without a trace in the
 * counts. Counts of the past move along, so that nothing seems to rise or fall: a merge is no surge, and neither is a new code.
 */
import { BadInputError } from '../../core/errors.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { addTreeEvent, addTreeEvents, dateTree, forgetCentres, forgetRenamed, holdTrees, markTreeDirty, readTree, readTreeEvent, readTreeEvents, readTreeVersion, setMergedInto, writeRollups } from '../../sql/tree-merges.ts'
import type { Tree, TreeAct, TreeEventRow, TreeNodeRow } from '../../sql/tree-merges.ts'
export type { Tree, TreeAct, TreeEventRow, TreeNodeRow } from '../../sql/tree-merges.ts'

export interface MergeRequest {
  tree: Tree
  /** Node that is to lead to the other. */
  from: number
  into: number
  act?: Exclude<TreeAct, 'undo' | 'distinct'>
  by: string
  why: string
  /** Version of `from` that the person saw; refused where it is another by now. */
  version?: number
}

export interface UndoRequest { tree: Tree, event: string, by: string, why: string }

export interface MergeResult { event: TreeEventRow, from: TreeNodeRow, into: TreeNodeRow, daysToCount: number }

/**
 * Leads one node, and all below it, to another. The next night counts the days of its tickets anew.
 *
 * @throws {BadInputError} no such node, one city or the root, one below the other's own, merged already, or `conflict`
 */
export async function mergeNodes(db: Db, request: MergeRequest): Promise<MergeResult> {
  return db.transaction((client) => mergeWithin(client, request))
}

/** The same inside a transaction of the caller. */
export async function mergeWithin(client: Queryable, { tree, from, into, act = 'merge', by, why, version }: MergeRequest): Promise<MergeResult> {
  await holdTrees(client)
  const nodes = await readTree(client, tree)
  const { one, other, uncentred } = lead(nodes, tree, from, into)
  await checkVersion(client, tree, one, version)
  await setMergedInto(client, tree, [one.id], [other.id])
  const daysToCount = await relay(client, tree, nodes, [])
  const event = await addTreeEvent(client, { tree, act, fromId: one.id, intoId: other.id, by, why, uncentred })
  return { event, from: one, into: other, daysToCount }
}

/** Many at once, one after the other as they are given, for as many statements as one takes. The pairs were looked for in this transaction. @throws {BadInputError} as `mergeNodes` */
export async function mergeManyWithin(client: Queryable, { tree, pairs, act, by, why }: Pick<MergeRequest, 'tree' | 'by' | 'why'> & { act: NonNullable<MergeRequest['act']>, pairs: readonly { fromId: number, intoId: number }[] }): Promise<void> {
  if (pairs.length === 0) return
  await holdTrees(client)
  const nodes = await readTree(client, tree)
  const led = pairs.map(({ fromId, intoId }) => lead(nodes, tree, fromId, intoId))
  await setMergedInto(client, tree, led.map(({ one }) => one.id), led.map(({ other }) => other.id))
  await relay(client, tree, nodes, [])
  await addTreeEvents(client, led.map(({ one, other, uncentred }) => ({ tree, act, fromId: one.id, intoId: other.id, by, why, uncentred })))
}

/** Leads the one to where the other leads, in `nodes` alone. @returns also what of the other's rollup has no centre of its own */
function lead(nodes: ReadonlyMap<number, TreeNodeRow>, tree: Tree, from: number, into: number): { one: TreeNodeRow, other: TreeNodeRow, uncentred: number[] } {
  const one = nodeOf(nodes, tree, from)
  const other = nodes.get(rollupOf(nodes, nodeOf(nodes, tree, into).id).at(-1)!)!
  const [above, below] = [rollupOf(nodes, other.id), rollupOf(nodes, one.id)]
  if (one.mergedInto !== null) throw new BadInputError('already_merged', `${one.path} is merged already; take that back first`, { path: one.path })
  if (one.depth === 0 || other.depth === 0) throw new BadInputError('bad_merge', `${one.depth === 0 ? one.path : other.path} is the root of its tree and cannot be merged`, { path: one.path })
  if (above.includes(one.id)) throw new BadInputError('bad_merge', `${other.path} is ${one.path} or lies below it`, { from: one.path, into: other.path })
  if (below[0] !== above[0]) throw new BadInputError('bad_merge', `${one.path} and ${other.path} lie in two cities`, { from: one.path, into: other.path })
  one.mergedInto = other.id
  return { one, other, uncentred: tree === 'place' ? above.filter((id) => !nodes.get(id)!.hasCentre) : [] }
}

/** The node with all above it, by parents and merges as they stand in `nodes`; with `made`, those of others are worked out once. */
function rollupOf(nodes: ReadonlyMap<number, TreeNodeRow>, id: number, made = new Map<number, number[]>()): number[] {
  const known = made.get(id)
  if (known) return known
  const node = nodes.get(id)!
  const rollup = node.mergedInto !== null ? rollupOf(nodes, node.mergedInto, made) : node.parentId === null ? [id] : [...rollupOf(nodes, node.parentId, made), id]
  made.set(id, rollup)
  return rollup
}

/**
 * Takes a merge back: the node stands for itself again, and the counts are to the byte what they were.
 *
 * @param event  id of the merge
 * @throws {BadInputError} no such merge, or taken back already
 */
export async function undoMerge(db: Db, request: UndoRequest): Promise<MergeResult> {
  return db.transaction((client) => undoWithin(client, request))
}

/** The same inside a transaction of the caller. */
export async function undoWithin(client: Queryable, { tree, event: id, by, why }: UndoRequest): Promise<MergeResult> {
  await holdTrees(client)
  const done = /^\d{1,18}$/.test(id) ? await readTreeEvent(client, id) : undefined
  if (!done || done.tree !== tree || done.act === 'undo' || done.act === 'distinct') throw new BadInputError('unknown_merge', `there is no merge ${id}`, { id })
  if (done.undoneBy !== null) throw new BadInputError('merge_undone', `merge ${id} was taken back already, by event ${done.undoneBy}`, { id, event: done.undoneBy })
  const nodes = await readTree(client, tree)
  const one = nodeOf(nodes, tree, done.fromId)
  one.mergedInto = null
  await setMergedInto(client, tree, [one.id], [null])
  if (tree === 'place') {
    await forgetCentres(client, done.uncentred)
    if (done.act === 'rename') await forgetRenamed(client, done.fromId, done.intoId)
  }
  const daysToCount = await relay(client, tree, nodes, done.uncentred)
  const event = await addTreeEvent(client, { tree, act: 'undo', fromId: done.fromId, intoId: done.intoId, by, why, undoes: id })
  return { event, from: one, into: nodeOf(nodes, tree, done.intoId), daysToCount }
}

/** "These two are not the same": they are not asked about again. */
export async function keepApart(db: Queryable, { tree, from, into, by, why }: { tree: Tree, from: number, into: number, by: string, why: string }): Promise<TreeEventRow> {
  const nodes = await readTree(db, tree)
  return addTreeEvent(db, { tree, act: 'distinct', fromId: nodeOf(nodes, tree, from).id, intoId: nodeOf(nodes, tree, into).id, by, why })
}

/** The same, refused where either has changed since the person looked. @throws {BadInputError} `tree_conflict` */
export async function decideApart(client: Queryable, { versions, ...request }: Parameters<typeof keepApart>[1] & { versions: readonly [from: number, into: number] }): Promise<TreeEventRow> {
  await holdTrees(client)
  const nodes = await readTree(client, request.tree)
  await checkVersion(client, request.tree, nodeOf(nodes, request.tree, request.from), versions[0])
  await checkVersion(client, request.tree, nodeOf(nodes, request.tree, request.into), versions[1])
  return keepApart(client, request)
}

/** What was said of a tree's nodes, or of one of them, newest first, with names. */
export async function listTreeEvents(db: Queryable, tree: Tree, id: number | null = null): Promise<(TreeEventRow & { from: string, into: string })[]> {
  const nodes = await readTree(db, tree)
  return (await readTreeEvents(db, tree, id)).reverse().map((event) => ({ ...event, from: nodes.get(event.fromId)?.path ?? '', into: nodes.get(event.intoId)?.path ?? '' }))
}

/** Events of a node so far: what `version` of a request is compared with. */
export async function versionOf(db: Queryable, tree: Tree, id: number): Promise<number> {
  return readTreeVersion(db, tree, id)
}

async function checkVersion(client: Queryable, tree: Tree, node: TreeNodeRow, seen: number | undefined): Promise<void> {
  if (seen === undefined) return
  const now = await readTreeVersion(client, tree, node.id)
  if (now !== seen) throw new BadInputError('tree_conflict', `${node.path} has changed since: version ${now}, expected ${seen}`, { path: node.path, version: now })
}

function nodeOf(nodes: ReadonlyMap<number, TreeNodeRow>, tree: Tree, id: number): TreeNodeRow {
  const node = nodes.get(id)
  if (!node) throw new BadInputError(tree === 'place' ? 'no_such_place' : 'no_such_topic', `there is no ${tree} ${id}`, { typed: String(id), near: [] })
  return node
}

/** Works out every rollup from parents and merges, writes those that changed, and asks for their days. @returns days */
async function relay(client: Queryable, tree: Tree, nodes: ReadonlyMap<number, TreeNodeRow>, also: readonly number[]): Promise<number> {
  const made = new Map<number, number[]>()
  const changed: { id: number, depth: number, rollup: number[], familyId: number | null }[] = []
  const touched = new Set<number>(also)
  for (const node of nodes.values()) {
    const rollup = rollupOf(nodes, node.id, made)
    if (rollup.length === node.rollup.length && rollup.every((id, i) => id === node.rollup[i])) continue
    for (const id of [...node.rollup, ...rollup]) touched.add(id)
    changed.push({ id: node.id, depth: node.mergedInto !== null ? node.depth : rollup.length - 1, rollup, familyId: rollup.findLast((id) => nodes.get(id)!.isFamily) ?? null })
  }
  await writeRollups(client, tree, changed)
  const days = await markTreeDirty(client, tree, [...changed.map(({ id }) => id), ...also])
  await dateTree(client, tree, [...touched])
  return days
}
