/**
 * The inbox as its address says it: filters and order read from a query string and written back to one. What is not understood is left out.
 */
import { formatDay, localDay, parseDay, startOfDay } from '../../core/days.ts'
import type { Queryable } from '../../sql/db.ts'
import { INBOX_DUE, INBOX_GROUPS } from '../../sql/inbox-filter.ts'
import type { InboxDue, InboxFilter, InboxGroup } from '../../sql/inbox-filter.ts'
import { INBOX_SORTS, readSearchWords } from '../../sql/inbox-list.ts'
import type { InboxKey, InboxReader, InboxSort } from '../../sql/inbox-list.ts'
import { ALERT_STATES } from '../alert-state.ts'
import type { WebActor } from '../accounts/web-actor.ts'
import { LEVELS } from '../levels.ts'
import { KINDS } from '../rules.ts'

export const SCOPES = ['all', 'mine', 'unit', 'joint', 'territory'] as const
export type InboxScope = (typeof SCOPES)[number]

export interface InboxQuery {
  scope: InboxScope
  group: InboxGroup
  levels: string[]
  states: string[]
  kinds: string[]
  due: InboxDue | null
  place: number | null
  topic: number | null
  words: string
  withheld: boolean
  snoozed: boolean
  unread: boolean
  sort: InboxSort
}

const MOST_WORDS = 4
const LONGEST_SEARCH = 80

export function readQuery(params: URLSearchParams): InboxQuery {
  const one = <T extends string>(name: string, values: readonly T[], otherwise: T): T => values.find((value) => value === params.get(name)) ?? otherwise
  const some = (name: string, values: readonly string[]): string[] => {
    const asked = new Set(params.getAll(name).flatMap((value) => value.split(',')))
    return values.filter((value) => asked.has(value))
  }
  const id = (name: string): number | null => (/^[1-9]\d{0,8}$/.test(params.get(name) ?? '') ? Number(params.get(name)) : null)
  return {
    scope: one('scope', SCOPES, 'all'), group: one('group', INBOX_GROUPS, 'open'), levels: some('level', LEVELS), states: some('state', ALERT_STATES), kinds: some('kind', KINDS),
    due: INBOX_DUE.find((value) => value === params.get('due')) ?? null, place: id('place'), topic: id('topic'),
    words: (params.get('q') ?? '').normalize('NFC').replace(/[\p{C}\s]+/gu, ' ').trim().slice(0, LONGEST_SEARCH),
    withheld: params.get('withheld') === '1', snoozed: params.get('snoozed') === '1', unread: params.get('unread') === '1', sort: one('sort', INBOX_SORTS, 'due'),
  }
}

/** The same in a query string, without what is as ever; '' for the plain inbox. */
export function writeQuery(query: InboxQuery): string {
  const params = new URLSearchParams()
  const set = (name: string, value: string | null, otherwise = ''): void => {
    if (value !== null && value !== otherwise) params.set(name, value)
  }
  set('scope', query.scope, 'all')
  set('group', query.group, 'open')
  for (const [name, values] of [['level', query.levels], ['state', query.states], ['kind', query.kinds]] as const) set(name, values.join(','))
  set('due', query.due)
  set('place', query.place === null ? null : String(query.place))
  set('topic', query.topic === null ? null : String(query.topic))
  set('q', query.words)
  for (const name of ['withheld', 'snoozed', 'unread'] as const) if (query[name]) params.set(name, '1')
  set('sort', query.sort, 'due')
  // Commas of lists may stand as they are.
  return params.toString().replaceAll('%2C', ',')
}

/** As whom somebody reads and acts: the account, and how their acts are signed. */
export function readerOf(actor: WebActor): InboxReader {
  return { account: String(actor.id), actors: (actor.units.length > 0 ? actor.units : ['']).map((unit) => `${actor.name}|${unit}`) }
}

/** Instants by which "today" and "this week" end, in the zone. */
export function dueEnds(now: number, zone: string): { now: number, today: number, week: number } {
  const today = localDay(now, zone)
  return { now, today: startOfDay(today + 1, zone) + 1, week: startOfDay(today + 7, zone) + 1 }
}

/** The filter that a query is for somebody. One transaction at most: the words of a search are looked up. */
export async function filterOf(db: Queryable, query: InboxQuery, actor: WebActor, now: number, zone: string): Promise<InboxFilter> {
  const reader = readerOf(actor)
  const ends = dueEnds(now, zone)
  const words = query.words === '' ? [] : await readSearchWords(db, query.words.split(' ').slice(0, MOST_WORDS))
  return {
    group: query.group, levels: query.levels, states: query.states, kinds: query.kinds,
    dueBefore: query.due === null ? null : ends[query.due === 'overdue' ? 'now' : query.due],
    place: query.place, topic: query.topic, words, withheld: query.withheld,
    awakeOn: query.snoozed || query.group !== 'open' ? null : formatDay(localDay(now, zone)),
    mine: query.scope === 'mine' ? reader : null,
    leads: query.scope === 'unit' ? actor.units : null,
    joint: query.scope === 'joint' ? actor.units : null,
    territory: query.scope === 'territory' ? { places: actor.scope.places, units: actor.units } : null,
    unread: query.unread ? reader : null,
  }
}

/** Opaque to readers; undefined where it is none. */
export function readCursor(text: string): InboxKey | null {
  if (text === '' || text.length > 400) return null
  try {
    const [due, rank, first, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    if (typeof due !== 'string' || !/^(infinity|[\d :.+-]{10,40})$/.test(due) || typeof rank !== 'number' || ![0, 1, 2, 3].includes(rank) || typeof first !== 'string' || typeof id !== 'string') return null
    return { due, rank, first: formatDay(parseDay(first)), id }
  } catch {
    return null
  }
}

export function writeCursor({ due, rank, first, id }: InboxKey): string {
  return Buffer.from(JSON.stringify([due, rank, first, id])).toString('base64url')
}
