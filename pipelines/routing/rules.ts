/**
 * Routing rules: which unit owns the alerts of a place, a topic, or both. They are data with an author, a source and dates;
 * docs/routing.md says how they are written and in which order they are asked.
 */
import { createHash } from 'node:crypto'

export interface RoutingRule {
  id: string
  /** Names from the city down, joined by ›; null for every place. The rule holds there and below. */
  place: string | null
  /** Names from the top down, joined by ›; null for every topic. */
  topic: string | null
  /** Name of the unit, or TERRITORY. */
  unit: string
  /** Names of the units that help. */
  co: readonly string[]
  author: string
  /** Whose decision, which document. */
  source: string
  /** First night, and the night after the last, within the version; null where it is not bounded. */
  effectiveFrom: string | null
  effectiveUntil: string | null
  note: string
}

/** Stands for the unit in whose territory the alert lies. */
export const TERRITORY = '@territory'

/** Same hash, same routes: sources and remarks are left out. */
export function hashRoutingRules(rules: readonly RoutingRule[]): string {
  const bare = rules.map(({ id, place, topic, unit, co, effectiveFrom, effectiveUntil }) => [id, place, topic, unit, co, effectiveFrom, effectiveUntil])
  return createHash('sha256').update(JSON.stringify(bare.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)))).digest('hex').slice(0, 16)
}

export function holdsOn({ effectiveFrom, effectiveUntil }: Pick<RoutingRule, 'effectiveFrom' | 'effectiveUntil'>, night: string): boolean {
  return (effectiveFrom === null || effectiveFrom <= night) && (effectiveUntil === null || night < effectiveUntil)
}
