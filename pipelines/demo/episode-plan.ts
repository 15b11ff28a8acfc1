/**
 * The book of planted episodes: who planned what, which sites are taken, and the labels made from it. The labels go to
 * their own file; nothing in a ticket's row tells that it was planted.
 */
import type { Day } from '../../core/days.ts'
import { formatDay } from '../../core/days.ts'
import type { Rng } from '../../core/rng.ts'
import type { CityMap, SiteKind } from './layout.ts'
import type { DemoParams } from './params.ts'
import { drawCaller } from './people.ts'
import type { Caller } from './people.ts'
import { drawSecond } from './rhythm.ts'
import type { HourKey } from './rhythm.ts'
import { ticketNumber } from './ticket-row.ts'
import type { AppealType, Draft } from './ticket-row.ts'
import type { TopicTree } from './topics.ts'
import type { Weather } from './weather.ts'

export type EpisodeKind = 'housing' | 'heating' | 'water' | 'noise' | 'wages' | 'prepaid' | 'smell' | 'small' | 'storm' | 'cold_wave' | 'sweep' | 'campaign'

/** One line of labels.json. */
export interface DemoLabel {
  id: string
  kind: EpisodeKind
  should_alert: boolean
  /** First day and the day after the last, of what had happened by the end of the city's time. */
  from: string
  until: string
  /** Names from the city down. */
  places: string[][]
  /** Names from the domain down: the families it shows in. */
  topics: string[][]
  ticket_nos: string[]
  /** Distinct callers among its tickets; one without caller counts as one. */
  callers: number
  /** When the project is due, where one is promised. */
  due_on?: string
}

export interface Planned { day: Day, draft: Draft }

export interface Episode { kind: EpisodeKind, id: string, shouldAlert: boolean, places: string[][], tickets: Planned[], dueOn?: string }

export interface PlanContext { map: CityMap, tree: TopicTree, weather: Weather, params: DemoParams, from: Day, until: Day, taken: Set<number> }

export interface TicketSpec {
  day: Day
  leaf: number
  site?: number
  street?: number
  hours: HourKey
  caller: Caller | null
  phrase: string | null
  type?: AppealType
  channel?: string
  second?: number
}

export function planTicket(spec: TicketSpec, rng: Rng): Planned {
  const u = rng.next()
  const second = spec.second ?? drawSecond(spec.hours, rng)
  const type = spec.type ?? (u < 0.62 ? '求助' : u < 0.9 ? '投诉' : '举报')
  const v = rng.next()
  const channel = spec.channel ?? (v < 0.66 ? '电话' : v < 0.82 ? '微信' : v < 0.92 ? 'APP' : v < 0.97 ? '网站' : '领导留言板')
  return {
    day: spec.day,
    draft: {
      tenth: second * 10 + rng.below(10), leaf: spec.leaf, site: spec.site ?? -1, street: spec.street ?? -1, district: -1,
      type, channel, caller: spec.caller, phrase: spec.phrase, repeatOf: '',
    },
  }
}

/** Hands out callers: new ones, and after `firstNew` of them now and then an earlier one. */
export function createCallers(firstNew: number, repeatShare: number, rng: Rng): () => Caller {
  const known: Caller[] = []
  return () => {
    if (known.length >= firstNew && rng.next() < repeatShare) return known[rng.below(known.length)]!
    const caller = drawCaller(rng)
    known.push(caller)
    return caller
  }
}

/** A site of the kind on which nothing is planted yet, homes with 300 households or more first; taken from now on. */
export function takeSite(context: PlanContext, kind: SiteKind, rng: Rng, street?: number): number {
  const { map, taken } = context
  const free = map.sites.flatMap((site, i) => (!taken.has(i) && (street === undefined || site.street === street) ? [i] : []))
  const fitting = free.filter((i) => map.sites[i]!.kind === kind)
  const large = kind === '小区' ? fitting.filter((i) => map.sites[i]!.households >= 300) : fitting
  const choice = [large, fitting, free].find((list) => list.length > 0) ?? map.sites.map((_, i) => i)
  const site = choice[rng.below(choice.length)]!
  taken.add(site)
  return site
}

/**
 * Times of an episode's tickets in days from its start: the first few within `onsetDays`, the rest until `days` with a
 * density that grows by the factor exp(growth) from first to last.
 */
export function schedule(total: number, onset: number, onsetDays: number, days: number, growth: number, rng: Rng): number[] {
  const times: number[] = []
  for (let i = 0; i < Math.min(onset, total); i++) times.push(i === 0 ? 0 : onsetDays * ((i - 0.5 + 0.5 * rng.next()) / (onset - 0.5)))
  for (let i = onset; i < total; i++) {
    const u = (i - onset + rng.next()) / (total - onset)
    const x = Math.abs(growth) < 0.01 ? u : Math.log(1 + u * (Math.exp(growth) - 1)) / growth
    times.push(onsetDays + x * (days - onsetDays))
  }
  return times.sort((a, b) => a - b)
}

/** What the end of the time leaves with fewer callers is no episode and is not planted. */
const FEWEST_CALLERS = 3

/** Drops what lies outside the city's time, numbers the rest uniquely by day, and writes the labels. */
export function closePlan(context: PlanContext, episodes: Episode[]): { byDay: Map<Day, Draft[]>, labels: DemoLabel[] } {
  const byDay = new Map<Day, Draft[]>()
  const numbers = new Map<Day, Set<number>>()
  const labels: DemoLabel[] = []
  for (const episode of episodes) {
    const tickets = episode.tickets.filter(({ day }) => day >= context.from && day < context.until)
    if (tickets.length === 0 || (episode.shouldAlert && countCallers(tickets) < FEWEST_CALLERS)) continue
    const numbered = tickets.map(({ day, draft }) => {
      const used = numbers.get(day) ?? new Set<number>()
      numbers.set(day, used)
      draft.tenth = freeTenth(used, draft.tenth)
      const list = byDay.get(day)
      if (list) list.push(draft)
      else byDay.set(day, [draft])
      return { day, draft, number: ticketNumber(formatDay(day).slice(2).replaceAll('-', ''), draft.tenth) }
    }).sort((a, b) => a.day - b.day || a.draft.tenth - b.draft.tenth)
    const families = new Map(numbered.map(({ draft }) => {
      const path = context.tree.leaves[draft.leaf]!.path.slice(0, 2)
      return [path.join('›'), path]
    }))
    labels.push({
      id: episode.id, kind: episode.kind, should_alert: episode.shouldAlert,
      from: formatDay(numbered[0]!.day), until: formatDay(numbered.at(-1)!.day + 1),
      places: episode.places, topics: [...families.values()], ticket_nos: numbered.map((ticket) => ticket.number),
      callers: countCallers(numbered), ...(episode.dueOn ? { due_on: episode.dueOn } : {}),
    })
  }
  return { byDay, labels }
}

function countCallers(tickets: readonly Planned[]): number {
  return new Set(tickets.map(({ draft }, i) => draft.caller?.phone ?? `none ${i}`)).size
}

/** The next free tenth of a second of the day at or after the wanted one, before it at the day's end; taken from now on. */
export function freeTenth(used: Set<number>, wanted: number): number {
  let tenth = wanted
  while (used.has(tenth) && tenth < 863_999) tenth++
  while (used.has(tenth)) tenth--
  used.add(tenth)
  return tenth
}
