/**
 * Silences as people write them: of which alerts nobody is told for a while, why, who said so, until when.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import type { Queryable } from '../../sql/db.ts'
import { readUnitFacts } from '../../sql/routing.ts'
import * as silences from '../../sql/silences.ts'
import type { Actor, SilenceRow } from '../../sql/silences.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import type { Level } from '../levels.ts'
import type { Kind } from '../rules.ts'
import { findByPath } from '../typed-path.ts'

/** Longest silence, in nights: what shall never be told is a matter for the rules. */
export const MOST_NIGHTS = 366

/** future: from a later night on; active; over: its last night is past; ended: before its time. */
export type SilenceStatus = 'future' | 'active' | 'over' | 'ended'

/** Keys are promised in docs/cli.md. */
export interface Silence {
  id: string
  status: SilenceStatus
  /** Names from the top down; empty where every one is meant. */
  place: string[]
  topic: string[]
  kind: string | null
  unit: string | null
  /** Highest level of which nobody is told. */
  level: string
  reason: string
  /** First and last night, both included. */
  from: string
  to: string
  by: string
  by_unit: string
  by_role: string
  at: string
  ended: { on: string, by: string, reason: string } | null
}

export interface SilenceRequest {
  place?: string | undefined
  topic?: string | undefined
  kind?: Kind | undefined
  unit?: string | undefined
  level: Level
  reason: string
  /** Nights [knownOn, until), YYYY-MM-DD. */
  knownOn: string
  until: string
}

/** @throws {BadInputError} no such place, topic or unit @throws {InvalidOptionError} an end before its beginning, or too far off; nothing named; no reason */
export async function addSilence(db: Queryable, request: SilenceRequest, actor: Actor): Promise<Silence> {
  const { kind, level, knownOn, until } = request
  const nights = parseDay(until) - parseDay(knownOn)
  if (nights < 1 || nights > MOST_NIGHTS) throw new InvalidOptionError('--until', formatDay(parseDay(until) - 1), `${knownOn} … ${formatDay(parseDay(knownOn) + MOST_NIGHTS - 1)}`)
  if ([request.place, request.topic, kind, request.unit].every((one) => one === undefined)) throw new InvalidOptionError('silences add', '', '--place, --topic, --kind, --unit')
  for (const [name, value] of [['--reason', request.reason], ['--by', actor.by]] as const) if (value.trim() === '') throw new InvalidOptionError(name, value, 'a text')
  if (request.unit !== undefined && !(await readUnitFacts(db)).some(({ name }) => name === request.unit)) {
    throw new BadInputError('no_such_unit', `no unit is called ${request.unit}`, { unit: request.unit })
  }
  const id = await silences.insertSilence(db, {
    place: request.place === undefined ? null : findByPath((await readPlaces(db)).values(), request.place, 'no_such_place').path,
    topic: request.topic === undefined ? null : findByPath((await readTopics(db)).values(), request.topic, 'no_such_topic').path || null,
    kind: kind ?? null, unit: request.unit ?? null, level, reason: request.reason.trim(), knownOn, until,
  }, actor)
  return findSilence(db, id, knownOn)
}

/** The latest first. @param today  day by which they are active, over or still to come */
export async function listSilences(db: Queryable, today: string): Promise<Silence[]> {
  return (await silences.readSilences(db)).map((row) => describe(row, today))
}

/** From the night `knownOn` on it holds no more. One that is over already stays as it is. @throws {BadInputError} no such silence, or it is over */
export async function expireSilence(db: Queryable, id: string, knownOn: string, reason: string, actor: Actor): Promise<Silence> {
  const silence = await findSilence(db, id, knownOn)
  if (silence.status === 'over' || silence.status === 'ended') throw new BadInputError('silence_over', `silence ${id} is over since ${silence.ended?.on ?? silence.to}`, { id, to: silence.ended?.on ?? silence.to })
  if (actor.by.trim() === '') throw new InvalidOptionError('--by', actor.by, 'a text')
  await silences.endSilence(db, id, knownOn, reason, actor)
  return findSilence(db, id, knownOn)
}

async function findSilence(db: Queryable, id: string, today: string): Promise<Silence> {
  const found = (await listSilences(db, today)).find((silence) => silence.id === id)
  if (!found) throw new BadInputError('no_such_silence', `no silence has the id ${id}: weisu silences lists them`, { id })
  return found
}

function describe(row: SilenceRow, today: string): Silence {
  const status = row.endedOn !== null && row.endedOn <= today ? 'ended' : row.until <= today ? 'over' : row.knownOn > today ? 'future' : 'active'
  const names = (path: string | null): string[] => (path === null ? [] : path.split('›'))
  return {
    id: row.id, status, place: names(row.place), topic: names(row.topic), kind: row.kind, unit: row.unit, level: row.level, reason: row.reason, from: row.knownOn,
    to: formatDay(parseDay(row.until) - 1), by: row.by, by_unit: row.byUnit, by_role: row.byRole, at: row.at.toISOString(),
    ended: row.endedOn === null ? null : { on: row.endedOn, by: row.endedBy!, reason: row.endReason! },
  }
}
