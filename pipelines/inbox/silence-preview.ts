/**
 * What a silence would hide now, before it is made.
 */
import type { Queryable } from '../../sql/db.ts'
import { readSilenced } from '../../sql/inbox-supervision.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { LEVELS } from '../levels.ts'
import type { Level } from '../levels.ts'
import { findByPath } from '../typed-path.ts'

export interface SilenceScope { place?: string | undefined, topic?: string | undefined, kind?: string | undefined, unit?: string | undefined, level: Level }

const MOST = 20

/** @throws {BadInputError} no such place or topic */
export async function previewSilence(db: Queryable, { place, topic, kind, unit, level }: SilenceScope): ReturnType<typeof readSilenced> {
  return readSilenced(db, {
    placeId: place === undefined ? null : findByPath((await readPlaces(db)).values(), place, 'no_such_place').id,
    topicId: topic === undefined ? null : findByPath((await readTopics(db)).values(), topic, 'no_such_topic').id,
    kind: kind ?? null, unit: unit ?? null, levels: LEVELS.slice(0, LEVELS.indexOf(level) + 1),
  }, MOST)
}
