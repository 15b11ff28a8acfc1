/**
 * A page of the inbox for somebody, with how many there are by filter, and when the last night ran: what the list shows.
 */
import type { Locale } from '../../core/config.ts'
import type { Queryable } from '../../sql/db.ts'
import { readNow } from '../../sql/clocks.ts'
import { countInbox, readInbox } from '../../sql/inbox-list.ts'
import type { InboxCounts, InboxKey, InboxRow } from '../../sql/inbox-list.ts'
import { readHealth } from '../../sql/inbox-health.ts'
import type { InboxHealth } from '../../sql/inbox-health.ts'
import type { WebActor } from '../accounts/web-actor.ts'
import type { KeptAnswers, KeptOptions } from './kept.ts'
import { dueEnds, filterOf, readerOf, writeQuery } from './query.ts'
import type { InboxQuery } from './query.ts'
import { namesOf, titleOf } from './words.ts'

export const PAGE_ROWS = 40

export interface InboxLine extends Omit<InboxRow, 'place' | 'topic'> {
  place: string[]
  topic: string[]
  title: string
}

export interface InboxPage {
  rows: InboxLine[]
  /** Where the next page begins; null on the last one. */
  next: InboxKey | null
  counts: InboxCounts
  health: InboxHealth
  /** Clock of the database, in milliseconds. */
  now: number
}

/** Counts of large inboxes are kept for a moment: counting never takes more than a twentieth of the server. */
export const KEPT_COUNTS: Readonly<KeptOptions> = { leastMs: 0, times: 20, most: 200 }

export interface ListRequest { query: InboxQuery, actor: WebActor, locale: Locale, after: InboxKey | null, counts: KeptAnswers<InboxCounts> }

export async function readInboxPage(db: Queryable, { query, actor, locale, after, counts: kept }: ListRequest): Promise<InboxPage> {
  const now = await readNow(db)
  const health = await readHealth(db)
  const zone = health.timeZone
  const reader = readerOf(actor)
  const filter = await filterOf(db, query, actor, now, zone)
  const rows = await readInbox(db, filter, query.sort, after, PAGE_ROWS + 1, reader)
  const shown = rows.slice(0, PAGE_ROWS)
  // Levels, states, kinds and deadlines are what counts are by: those of the filter are left out of it.
  const scope = JSON.stringify([actor.role, actor.scope, ['mine', 'unit', 'joint'].includes(query.scope) || query.unread ? actor.id : 0, writeQuery({ ...query, sort: 'due', levels: [], states: [], kinds: [], due: null })])
  const counts = await kept.get(scope, () => countInbox(db, { ...filter, levels: [], states: [], kinds: [], dueBefore: null }, dueEnds(now, zone)))
  const last = rows.length > PAGE_ROWS ? shown.at(-1)! : undefined
  return {
    rows: shown.map((row) => lineOf(row, locale)), counts, now, health,
    next: last === undefined ? null : { due: last.dueKey, rank: last.rank, first: last.firstNight, id: last.id },
  }
}

function lineOf(row: InboxRow, locale: Locale): InboxLine {
  const place = namesOf(row.place)
  const topic = namesOf(row.topic)
  return { ...row, place, topic, title: titleOf(locale, { ...row, place, topic, why: row.why ?? {} }) }
}
