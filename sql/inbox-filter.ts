/**
 * What an inbox may be narrowed to, as a condition on `inbox_items i` with its parameters. Parts that are not asked for are left out of the statement,
 * so that each combination gets the plan of its own indexes; every value is a parameter.
 */

/** Somebody's work; closed by people; over by itself; all. */
export const INBOX_GROUPS = ['open', 'closed', 'ended', 'all'] as const
export type InboxGroup = (typeof INBOX_GROUPS)[number]

export const INBOX_DUE = ['overdue', 'today', 'week'] as const
export type InboxDue = (typeof INBOX_DUE)[number]

/** A word of a search: places, topics and units whose names hold it, or the id of an alert. */
export interface SearchWord { places: number[], topics: number[], units: string[], id: string }

/** Lists that are empty ask for nothing. */
export interface InboxFilter {
  group: InboxGroup
  levels: readonly string[]
  states: readonly string[]
  kinds: readonly string[]
  /** Deadlines before this instant, in milliseconds; null for all. */
  dueBefore: number | null
  /** Ids of a place and of a topic: there and below. */
  place: number | null
  topic: number | null
  words: readonly SearchWord[]
  /** Also alerts that nobody was told of on their last night. */
  withheld: boolean
  /** Snoozed beyond this day are left out; null leaves none out. */
  awakeOn: string | null
  /** Given to the account, or handled by a person, as 'name|unit'. */
  mine: { account: string, actors: readonly string[] } | null
  /** With one of these units as lead; with one of them in another part. */
  leads: readonly string[] | null
  joint: readonly string[] | null
  /** In one of these places or below, or with one of these units as territory. */
  territory: { places: readonly number[], units: readonly string[] } | null
  /** Changed by somebody else since this account saw it, or never seen by it. */
  unread: { account: string, actors: readonly string[] } | null
}

/** Values of a statement in the order of their numbers. */
export class Params {
  readonly values: unknown[] = []
  /** The number of a new value, as '$3'. */
  add(value: unknown): string {
    return `$${this.values.push(value)}`
  }
}

/** @returns SQL over `inbox_items i` that names no value but by number */
export function conditionOf(filter: InboxFilter, params: Params): string {
  const parts: string[] = [GROUPS[filter.group]]
  const anyOf = (column: string, values: readonly string[]): void => {
    if (values.length > 0) parts.push(`i.${column} = any (${params.add(values)}::text[])`)
  }
  anyOf('level', filter.levels)
  anyOf('state', filter.states)
  anyOf('kind', filter.kinds)
  if (filter.dueBefore !== null) parts.push(`i.due_at < to_timestamp(${params.add(filter.dueBefore)}::float8 / 1000)`)
  if (filter.place !== null) parts.push(within('place_id', 'places', [filter.place], params))
  if (filter.topic !== null) parts.push(within('topic_id', 'topics', [filter.topic], params))
  for (const { places, topics, units, id } of filter.words) {
    parts.push(`(i.place_id = any (${params.add(places)}::int[]) or i.topic_id = any (${params.add(topics)}::int[]) or i.units && ${params.add(units)}::text[] or i.alert_id = ${params.add(id)})`)
  }
  if (!filter.withheld) parts.push('(i.withheld is null or i.version > 0)')
  if (filter.awakeOn !== null) parts.push(`(i.snoozed_until is null or i.snoozed_until <= ${params.add(filter.awakeOn)}::date)`)
  if (filter.mine) parts.push(`(i.assignee = ${params.add(filter.mine.account)} or i.actors && ${params.add(filter.mine.actors)}::text[])`)
  if (filter.leads) parts.push(`i.units && ${params.add(filter.leads)}::text[] and i.lead = any (${params.add(filter.leads)}::text[])`)
  if (filter.joint) parts.push(`i.units && ${params.add(filter.joint)}::text[] and i.lead is distinct from all (${params.add(filter.joint)}::text[])`)
  if (filter.territory) parts.push(`(${within('place_id', 'places', filter.territory.places, params)} or i.territory = any (${params.add(filter.territory.units)}::text[]))`)
  if (filter.unread) parts.push(unread(filter.unread.account, filter.unread.actors, params))
  return parts.join(' and ')
}

/** Whether the account has not seen the last change, in SQL over `inbox_items i`. */
export function unread(account: string, actors: readonly string[], params: Params): string {
  return `(not exists (select 1 from inbox_seen z where z.account = ${params.add(account)} and z.alert_id = i.alert_id and z.seen_at >= i.changed_at) and coalesce(i.changed_by <> all (${params.add(actors)}::text[]), true))`
}

const GROUPS: Readonly<Record<InboxGroup, string>> = {
  open: 'i.open',
  closed: `i.state in ('struck_off', 'looking_back', 'archived', 'false_alarm', 'merged')`,
  ended: `not i.open and i.state = 'unsigned'`,
  all: 'true',
}

function within(column: 'place_id' | 'topic_id', tree: 'places' | 'topics', ids: readonly number[], params: Params): string {
  return `i.${column} = any (array(select n.id from ${tree} n where n.rollup && ${params.add(ids)}::int[]))`
}
