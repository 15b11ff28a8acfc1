/**
 * Of which alerts nobody is told tonight: those that a silence covers, and those that are part of a larger one. They are computed,
 * shown and reviewed as ever; only their notices are withheld.
 */
import type { SilenceRow } from '../../sql/silences.ts'
import { LEVELS } from '../levels.ts'
import type { Level } from '../levels.ts'

/** `by`: the silence, the parent, or the alert itself where a person snoozed or merged it. */
export interface Held { held: 'silenced' | 'inhibited' | 'snoozed' | 'merged', by: string }

/** What a silence looks at. */
export interface Subject {
  /** Paths from the city down to the place itself, and from the top down to the topic. */
  places: readonly string[]
  topics: readonly string[]
  kind: string
  unit: string
  level: Level
}

/** The oldest silence that covers the alert. A silence of a place or a topic covers all below it, none covers what lies above. */
export function silenceOf(silences: readonly SilenceRow[], { places, topics, kind, unit, level }: Subject): SilenceRow | undefined {
  return silences.find((silence) => (silence.place === null || places.includes(silence.place)) && (silence.topic === null || topics.includes(silence.topic))
    && (silence.kind === null || silence.kind === kind) && (silence.unit === null || silence.unit === unit)
    && LEVELS.indexOf(level) <= LEVELS.indexOf(silence.level as Level))
}

/** An alert of tonight as inhibition sees it. */
export interface Member {
  id: string
  kind: string
  level: Level
  parentId: string | null
  /** First day of the window that decided. */
  begins: number
  /** Whether the same parent held it on its night before. */
  heldByParent: string | null
}

/** A child whose rise began further than this from its parent's, in days, has another cause. */
export const SAME_ONSET_DAYS = 7

/**
 * The alert that speaks for each of those that are held: the topmost one around it of the same onset and kind that is told itself.
 * A child of a higher level speaks for itself, and so does one whose parent is silenced.
 *
 * @param silenced  ids of those that a silence covers
 */
export function inhibitedBy(members: readonly Member[], silenced: ReadonlySet<string>): Map<string, string> {
  const byId = new Map(members.map((member) => [member.id, member]))
  const answers = new Map<string, string | null>()
  const speaker = (member: Member): string | null => {
    if (answers.has(member.id)) return answers.get(member.id)!
    answers.set(member.id, null)
    const parent = member.parentId === null ? undefined : byId.get(member.parentId)
    let answer: string | null = null
    if (parent && !silenced.has(parent.id) && isPart(member, parent)) answer = speaker(parent) ?? parent.id
    answers.set(member.id, answer)
    return answer
  }
  const held = new Map<string, string>()
  for (const member of members) {
    const by = silenced.has(member.id) ? null : speaker(member)
    if (by !== null) held.set(member.id, by)
  }
  return held
}

function isPart(child: Member, parent: Member): boolean {
  if (LEVELS.indexOf(child.level) > LEVELS.indexOf(parent.level) || child.kind !== parent.kind) return false
  return child.heldByParent === parent.id || Math.abs(child.begins - parent.begins) <= SAME_ONSET_DAYS
}
