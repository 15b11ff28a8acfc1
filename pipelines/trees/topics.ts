/**
 * New editions of the catalogue of topics: renamed, split, or merged topics are bridged to their past, so that another code is no surge.
 */
import { BadInputError } from '../../core/errors.ts'
import type { Db, Queryable } from '../../sql/db.ts'
import { PATH_SEPARATOR, upsertTopics } from '../../sql/registry.ts'
import { readTopics } from '../../sql/trees.ts'
import type { TopicRow } from '../../sql/trees.ts'
import { cleanName } from '../ingest/registry.ts'
import { fieldText } from '../ingest/tokenizer.ts'
import { readRecords } from '../tables/csv-records.ts'
import { findByPath } from '../typed-path.ts'
import { mergeNodes } from './merge.ts'
import type { MergeResult } from './merge.ts'

interface Person { by: string, why: string }

/** All that was and will be filed under the old topic counts under the new one, which is made where it is not there. */
export async function renameTopic(db: Db, old: string, renamed: string, person: Person): Promise<MergeResult> {
  const from = await findTopic(db, old)
  const into = await ensureTopic(db, renamed, from)
  return mergeNodes(db, { tree: 'topic', from: from.id, into: into.id, act: 'rename', ...person })
}

/**
 * The parts that a topic was split into count with it until the bridge is taken down, part by part: before that they have no past
 * that could tell what is usual for them.
 */
export async function splitTopic(db: Db, old: string, parts: readonly string[], person: Person): Promise<MergeResult[]> {
  const whole = await findTopic(db, old)
  const results: MergeResult[] = []
  for (const part of parts) results.push(await mergeNodes(db, { tree: 'topic', from: (await ensureTopic(db, part, whole)).id, into: whole.id, act: 'split', ...person }))
  return results
}

/** Two topics become one. */
export async function mergeTopics(db: Db, from: string, into: string, person: Person): Promise<MergeResult> {
  return mergeNodes(db, { tree: 'topic', from: (await findTopic(db, from)).id, into: (await findTopic(db, into)).id, ...person })
}

export interface Bridge { renamed: MergeResult[], rejects: { line: number, reason: string, value: string }[] }

const OLD = ['old', 'from', '旧', '旧分类', '原分类', '旧事项', '原事项']
const NEW = ['new', 'into', 'to', '新', '新分类', '现分类', '新事项', '现事项']

/**
 * A table of old and new topics, one row a renaming; rows with the same topic on both sides say nothing.
 *
 * @throws {BadInputError} no such file or columns, or not one usable row
 */
export async function bridgeTopics(db: Db, path: string, person: Person): Promise<Bridge> {
  const rows: { line: number, old: string, new: string }[] = []
  await readRecords(path, (header) => {
    const names = header.map((name) => name.normalize('NFKC').trim().toLowerCase())
    const [from, to] = [names.findIndex((name) => OLD.includes(name)), names.findIndex((name) => NEW.includes(name))]
    if (from < 0 || to < 0) throw new BadInputError('bridge_lacks_column', `${path} needs the columns old and new, and has ${header.join(', ')}`, { path, header: header.join(', ') })
    return (record) => void rows.push({ line: record.line, old: fieldText(record, from).trim(), new: fieldText(record, to).trim() })
  })
  const bridge: Bridge = { renamed: [], rejects: [] }
  for (const row of rows) {
    if (row.old === '' || row.new === '' || row.old === row.new) continue
    try {
      bridge.renamed.push(await renameTopic(db, row.old, row.new, person))
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error
      bridge.rejects.push({ line: row.line, reason: error.code, value: row.old })
    }
  }
  if (bridge.renamed.length === 0) throw new BadInputError('no_usable_row', `not one row of ${path} can be used`, { file: path, reasons: [...new Set(bridge.rejects.map(({ reason }) => reason))].join(', ') })
  return bridge
}

/** The topic of a typed path, but the root. @throws {BadInputError} none, or more than one */
export async function findTopic(db: Queryable, typed: string): Promise<TopicRow> {
  const topics = await readTopics(db)
  return findByPath([...topics.values()].filter(({ depth }) => depth > 0), typed, 'no_such_topic')
}

/** The topic of exactly this path, else a new one beside `like`'s level: a family where that is one and nothing above it is. */
async function ensureTopic(db: Db, typed: string, like: TopicRow): Promise<TopicRow> {
  const names = typed.split(/[›>/]/).map(cleanName).filter((name) => name !== '')
  const path = names.join(PATH_SEPARATOR)
  const topics = [...(await readTopics(db)).values()]
  const there = topics.find((topic) => topic.path === path)
  if (there) return there
  if (names.length === 0) throw new BadInputError('empty_name', 'a topic needs a name', {})
  const above = names.slice(0, -1).map((_, i) => names.slice(0, i + 1))
  const missing = above.filter((one) => !topics.some((topic) => topic.path === one.join(PATH_SEPARATOR)))
  const hasFamily = topics.some((topic) => topic.familyId === topic.id && above.some((one) => one.join(PATH_SEPARATOR) === topic.path))
  await upsertTopics(db, [...missing.map((one) => ({ path: one, isFamily: false })), { path: names, isFamily: like.familyId === like.id && !hasFamily }])
  return [...(await readTopics(db)).values()].find((topic) => topic.path === path)!
}
