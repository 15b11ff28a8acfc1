/**
 * Is an alert of this night about that episode? The one rule for all that raise alerts. docs/methods/score-card.md
 */

/** What an alert looks at on a night, and how much of it belongs to the episode. */
export interface Overlap {
  /** Tickets of the episode among those the alert looks at, known by the night. */
  shared: number
  /** All tickets that the alert looks at. */
  tickets: number
  /** How many of them are more than usual: observed − expected. */
  excess: number
}

/** One ticket may be anybody's. */
export const LEAST_SHARED = 2
/** Of what is more than usual at least half must be the episode's, … */
export const SHARE_OF_EXCESS = 0.5
/** … and a quarter of everything, or every small cluster would be found by any alert of its district. */
export const SHARE_OF_TICKETS = 0.25
/** An alert tells what it must not where most of what it looks at is a sweep's or a campaign's. */
export const SHARE_OF_FORBIDDEN = 0.5

/** @param wanted  whether somebody should be told of the episode; an alert about one that nobody should hear of is forbidden */
export function isAbout({ shared, tickets, excess }: Overlap, wanted: boolean): boolean {
  if (shared < LEAST_SHARED) return false
  if (!wanted) return shared >= SHARE_OF_FORBIDDEN * tickets
  return shared >= SHARE_OF_EXCESS * excess && shared >= SHARE_OF_TICKETS * tickets
}
