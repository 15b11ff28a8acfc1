/**
 * Whether there is something new to tell of an alert. A unit is told again only where tickets have come since it was last told, and the level is higher or the area
 * wider than it knows. What it knows never shrinks by itself, so an alert that falls back and rises again to where it was is no news; a level
 * that a person lowered is known to be lower.
 */
import type { Level } from './levels.ts'
import { higher } from './levels.ts'

/** What is told, or known, of an alert. */
export interface Told {
  level: Level
  placeId: number
  /** Places that stand out together. */
  places: number
  /** Tickets of the alert so far. */
  tickets: number
}

export type News = 'opened' | 'returned' | 'raised' | 'widened'

/** As many places more, and as many times as many, are a wider area: one neighbour that comes and goes is none. */
const WIDER_BY = 2
const WIDER_TIMES = 2

/** The ids from the root down to a place. */
type Rollup = (placeId: number) => readonly number[]

/** @param known undefined of a new alert @param returned the cause is back after 销号 @returns null where there is nothing new */
export function newsOf(known: Told | undefined, now: Told, returned: boolean, rollup: Rollup): News | null {
  if (!known) return 'opened'
  if (returned) return 'returned'
  if (now.tickets <= known.tickets) return null
  if (higher(known.level, now.level) !== known.level) return 'raised'
  return isWider(known, now, rollup) ? 'widened' : null
}

/** What is known after the night. @param news what was told on it, or null; `released`: what had been held back */
export function knownAfter(known: Told | undefined, now: Told, news: News | 'released' | null, rollup: Rollup): Told {
  if (!known || news === 'opened' || news === 'returned') return now
  if (news === null) return known
  const narrower = rollup(now.placeId).includes(known.placeId)
  return { level: higher(known.level, now.level), placeId: narrower ? known.placeId : now.placeId, places: Math.max(known.places, now.places), tickets: now.tickets }
}

function isWider(known: Told, now: Told, rollup: Rollup): boolean {
  // A place that was merged since is the place it leads to: no news.
  const was = rollup(known.placeId)
  if (now.placeId !== known.placeId && now.placeId !== was.at(-1) && was.includes(now.placeId)) return true
  return now.places >= known.places + WIDER_BY && now.places >= WIDER_TIMES * known.places
}
