/**
 * Which alert was about which episode on which night: by the tickets that it looked at; an alert without tickets by place, topic and time.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { isAbout } from '../../models/evaluate/attribution.ts'
import type { Queryable } from '../../sql/db.ts'
import { readScoredAlerts, readScoredNights, readScoredTickets } from '../../sql/scorecard.ts'
import type { ScoredAlert, ScoredAlertNight, ScoredTicket } from '../../sql/scorecard.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import { tellings } from './alert-rows.ts'
import type { Episode } from './episodes.ts'

export interface ScoredAlertCourse extends ScoredAlert {
  nights: ScoredAlertNight[]
  /** Positions of the episodes it was about on some night. */
  about: Set<number>
  /** Open already when the range began: it says nothing of how often alerts are opened. */
  earlier: boolean
}

/** An alert that speaks of an episode on a night. */
export interface Mention {
  night: Day
  alert: number
  /** Which lineage the alert belongs to. */
  lineage: number
  shared: number
  level: string
  withinBudget: boolean
  recurrenceDays: number
}

export interface Attributed {
  alerts: ScoredAlertCourse[]
  /** Per episode, by night, the alert with most of its tickets first. */
  mentions: Mention[][]
}

/** @param until exclusive */
export async function readAttributed(db: Queryable, from: Day, until: Day, episodes: readonly Episode[], places: ReadonlyMap<number, PlaceRow>): Promise<Attributed> {
  const range = [formatDay(from), formatDay(until)] as const
  const alerts: ScoredAlertCourse[] = (await readScoredAlerts(db, ...range)).map((alert) => ({ ...alert, nights: [], about: new Set(), earlier: false }))
  const index = new Map(alerts.map((alert, i) => [alert.id, i]))
  for (const night of await readScoredNights(db, ...range)) {
    const alert = alerts[index.get(night.id)!]!
    alert.nights.push(night)
    alert.earlier = night.earlier
  }
  const tickets: ScoredTicket[][] = alerts.map(() => [])
  for (const ticket of await readScoredTickets(db, ...range)) tickets[index.get(ticket.id)!]!.push(ticket)
  return attribute(alerts, tickets, episodes, places)
}

/** @param tickets  per alert, those it ever looked at, by the night that brought them in */
export function attribute(alerts: ScoredAlertCourse[], tickets: readonly ScoredTicket[][], episodes: readonly Episode[], places: ReadonlyMap<number, PlaceRow>): Attributed {
  const owners = new Map<string, number[]>()
  episodes.forEach((episode, e) => {
    for (const { ticketNo } of episode.tickets) owners.set(ticketNo, [...owners.get(ticketNo) ?? [], e])
  })
  const mentions: Mention[][] = episodes.map(() => [])
  const lineages = new Map([...new Set(alerts.map((alert) => alert.root))].map((root, i) => [root, i]))
  alerts.forEach((alert, a) => {
    const held = tickets[a]!
    const news = tellings(alert)
    // What was open before the range was news when it was opened, at the latest on its first night here.
    const opened = alert.earlier ? alert.nights[0]!.night - 1 : alert.nights[0]!.night
    for (const night of alert.nights) {
      const shared = new Map<number, number>()
      let looked = 0
      for (const ticket of held) {
        if (ticket.night > night.night) break
        if (ticket.day <= night.night - night.windowDays) continue
        looked++
        for (const e of owners.get(ticket.ticketNo) ?? []) shared.set(e, (shared.get(e) ?? 0) + 1)
      }
      const told = held.length === 0
        ? episodes.flatMap((episode, e) => (overlaps(night, alert.familyId, episode, places) ? [[e, 0] as const] : []))
        : [...shared].filter(([e, n]) => isAbout({ shared: n, tickets: looked, excess: night.observed - night.expected }, episodes[e]!.wanted))
      const lastNews = news.findLast((telling) => telling.night <= night.night)?.night ?? opened
      for (const [e, n] of told) {
        if (episodes[e]!.wanted && Math.max(lastNews, opened) < episodes[e]!.course.ticketNights[0]!) continue
        alert.about.add(e)
        mentions[e]!.push({ night: night.night, alert: a, lineage: lineages.get(alert.root)!, shared: n, level: night.level, withinBudget: night.withinBudget, recurrenceDays: night.recurrenceDays })
      }
    }
  })
  for (const list of mentions) list.sort((a, b) => a.night - b.night || b.shared - a.shared || a.alert - b.alert)
  return { alerts, mentions }
}

/** Same family, at or below one of the episode's places or right above it, while it is on. */
function overlaps(night: ScoredAlertNight, family: number, episode: Episode, places: ReadonlyMap<number, PlaceRow>): boolean {
  if (night.night < episode.from || night.night >= episode.until || !episode.familyIds.includes(family)) return false
  const rollup = places.get(night.placeId)?.rollup ?? []
  return episode.placeIds.some((id) => rollup.includes(id) || places.get(id)?.parentId === night.placeId)
}
