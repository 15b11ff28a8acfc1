/**
 * The hot issues of a time: groups of tickets with one cause, hottest first, with what is said of each in the columns of a table of hot issues.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { groupSignals } from '../../models/text/group-signals.ts'
import type { GroupSignalOptions } from '../../models/text/group-signals.ts'
import { heat } from '../../models/text/heat.ts'
import { typicalText } from '../../models/text/typical-text.ts'
import type { Queryable } from '../../sql/db.ts'
import { readIssueMembers } from '../../sql/issues.ts'
import type { IssueMember } from '../../sql/issues.ts'
import { readPlaces } from '../../sql/trees.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import type { Reaction } from './reactions.ts'

export interface HotIssue {
  rank: number
  issue: number
  heat: number
  /** Local times of the first and the last message. */
  from: string
  until: string
  place: string
  description: string
  /** Distinct writers; messages; messages of writers who had written before: repeats, which make no group appeal. */
  writers: number
  tickets: number
  repeats: number
  likes: number
  dislikes: number
  /** At least three writers: 群诉. One writer's messages are repeats, however many. */
  isGroupAppeal: boolean
  members: IssueMember[]
}

export interface HotIssuesRequest {
  /** Local days of acceptance [from, until), as grouped on nights up to `night`. */
  from: string
  until: string
  night: string
  /** Fewest distinct writers. */
  leastWriters: number
  most: number
  reactions?: ReadonlyMap<string, Reaction>
}

/** Writers from which a group is a group appeal. */
const GROUP_APPEAL = 3
/** A place is named where this part of the tickets lies in it. */
const PLACE_SHARE = 0.4

/** Hottest first; of equally hot ones the older. */
export async function readHotIssues(db: Queryable, request: HotIssuesRequest): Promise<HotIssue[]> {
  const members = await readIssueMembers(db, request.night, request.from, request.until, request.leastWriters)
  const places = await readPlaces(db)
  const issues = Map.groupBy(members, (member) => member.issue)
  const found = [...issues.values()].map((own) => describe(own, places, parseDay(request.until) - 1, request.reactions))
  return found.sort((a, b) => b.heat - a.heat || a.issue - b.issue).slice(0, request.most).map((issue, i) => ({ ...issue, rank: i + 1 }))
}

function describe(members: IssueMember[], places: ReadonlyMap<number, PlaceRow>, lastDay: number, reactions: ReadonlyMap<string, Reaction> | undefined): HotIssue {
  const first = members[0]!
  const last = members.at(-1)!
  const writers = new Set(members.map((member) => member.writer)).size
  let likes = 0
  let dislikes = 0
  for (const { no } of members) {
    likes += reactions?.get(no)?.likes ?? 0
    dislikes += reactions?.get(no)?.dislikes ?? 0
  }
  const value = heat({ writers, messages: members.length, spanDays: last.day - first.day, silentDays: Math.max(0, lastDay - last.day), reactions: likes + dislikes })
  return {
    rank: 0, issue: first.issue, heat: Math.round(value * 10) / 10, from: first.at, until: last.at, place: commonPlace(members, places),
    description: descriptionOf(members), writers, tickets: members.length, repeats: members.length - writers, likes, dislikes, isGroupAppeal: writers >= GROUP_APPEAL, members,
  }
}

/** The finest place that holds enough of the tickets, the deepest first, then the one with most; its names below the city, or the city's. */
function commonPlace(members: readonly IssueMember[], places: ReadonlyMap<number, PlaceRow>): string {
  const counts = new Map<number, number>()
  for (const { place } of members) for (const id of places.get(place)?.rollup ?? []) counts.set(id, (counts.get(id) ?? 0) + 1)
  // The same name under several parents (one message names the district, another the street) is one place.
  const named = new Map<string, { tickets: number, depth: number, best: PlaceRow, most: number }>()
  for (const [id, tickets] of [...counts].sort((a, b) => a[0] - b[0])) {
    const row = places.get(id)!
    const key = row.depth === 0 ? row.path : `${row.kind}:${row.name}`
    const known = named.get(key)
    if (!known) named.set(key, { tickets, depth: row.depth, best: row, most: tickets })
    else {
      known.tickets += tickets
      if (tickets > known.most) Object.assign(known, { best: row, most: tickets, depth: row.depth })
    }
  }
  const large = [...named.values()].filter(({ tickets }) => tickets >= PLACE_SHARE * members.length)
    .sort((a, b) => rankOfKind(b.best.kind) - rankOfKind(a.best.kind) || b.tickets - a.tickets || a.best.id - b.best.id)
  const best = large[0]?.best
  return best === undefined ? '' : best.path.split('›').join('')
}

const KINDS = ['city', 'district', 'street', 'community', 'grid', 'compound', 'point']

/** Projects, schools, merchants and the like lie as deep as compounds. */
function rankOfKind(kind: string): number {
  return KINDS.indexOf(KINDS.includes(kind) ? kind : 'compound')
}

function descriptionOf(members: readonly IssueMember[]): string {
  const titles = members.map(({ title, content }) => (title.trim() === '' ? content.slice(0, 40) : title).replace(/\s+/g, ' ').trim())
  return titles[typicalText(titles)] ?? ''
}

export interface IssueSignal {
  issue: number
  night: string
  writers: number
  allWriters: number
  /** How often a group of this store gets so far, in days. */
  recurrenceDays: number
  verdict: 'alert' | 'watch'
}

/**
 * Groups that grow unusually fast, by night, as of `night`: what each night would have told, by groups as they are merged as of `night`.
 *
 * @param firstNight  first night of the feed
 */
export async function readIssueSignals(db: Queryable, night: string, firstNight: string, options: Partial<GroupSignalOptions> = {}): Promise<IssueSignal[]> {
  const members = await readIssueMembers(db, night, firstNight, formatDay(parseDay(night) + 1), options.leastWriters ?? GROUP_APPEAL)
  const writers = new Map<string, number>()
  const messages = members.map((member) => {
    if (!writers.has(member.writer)) writers.set(member.writer, writers.size)
    return { group: member.issue, day: member.night, writer: writers.get(member.writer)! }
  }).sort((a, b) => a.day - b.day)
  return groupSignals(messages, parseDay(firstNight), options)
    .flatMap(({ group, day, verdict, ...rest }) => (verdict === 'alert' || verdict === 'watch' ? [{ issue: group, night: formatDay(day), verdict, ...rest }] : []))
}
