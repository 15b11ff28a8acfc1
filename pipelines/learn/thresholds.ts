/**
 * Thresholds of single series (place and topic family) that move by what came of their alerts, within bounds, with every move logged and each
 * reversible; the false alarms of the city stay what they were (models/learn/thresholds.ts).
 */
import { formatDay, parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import { moved, offsetOn, resolveThresholds, weightCorrection } from '../../models/learn/thresholds.ts'
import type { MoveReason } from '../../models/learn/thresholds.ts'
import type { Queryable } from '../../sql/db.ts'
import { countJudged, insertUndo, readMoveCauses, readMoves, replaceMoves } from '../../sql/learning.ts'
import type { MoveRow } from '../../sql/learning.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { round } from '../signal-row.ts'
import { FINAL_AGE } from './ages.ts'

/** Moves older than this have faded to less than a thousandth. */
const MEMORY_DAYS = 1000

const key = (placeId: number, familyId: number): string => `${placeId}/${familyId}`

/** Decades that a series' threshold lies above the common one, on a night. */
export interface Offsets {
  of(placeId: number, familyId: number): number
  /** Series that were moved. */
  moved: number
  /** Added to all series, moved or not, so that their weights have mean 1. */
  correction: number
}

export const NO_OFFSETS: Offsets = { of: () => 0, moved: 0, correction: 0 }

/** What nights before this one have learned; verdicts and undos of later nights are not known. */
export async function readOffsets(db: Queryable, night: Day): Promise<Offsets> {
  const date = formatDay(night)
  const options = resolveThresholds()
  const offsets = new Map<string, number>()
  for (const [series, moves] of bySeries(await readMoves(db, formatDay(night - MEMORY_DAYS), date, date))) {
    const offset = offsetOn(moves, night, options)
    if (offset !== 0) offsets.set(series, offset)
  }
  if (offsets.size === 0) return NO_OFFSETS
  const correction = weightCorrection([...offsets.values()], await countJudged(db, date))
  return { of: (placeId, familyId) => (offsets.get(key(placeId, familyId)) ?? 0) + correction, moved: offsets.size, correction }
}

/** The last step of a night: what was judged and what came to nothing moves its series. @returns moves */
export async function moveThresholds(db: Queryable, date: string): Promise<number> {
  const night = parseDay(date)
  const options = resolveThresholds()
  const causes = await readMoveCauses(db, date, FINAL_AGE)
  const past = bySeries(causes.length === 0 ? [] : await readMoves(db, formatDay(night - MEMORY_DAYS), date, date))
  const now = new Map<string, number>()
  const moves: MoveRow[] = []
  for (const { alertId, placeId, familyId, verdict, nothing, earlier } of causes) {
    const reason: MoveReason | null = verdict === 'true' ? 'judged_true' : verdict === 'false' ? 'judged_false' : nothing && earlier >= 1 ? 'came_to_nothing' : null
    if (reason === null) continue
    const series = key(placeId, familyId)
    const from = now.get(series) ?? offsetOn(past.get(series) ?? [], night, options)
    const to = moved(from, reason, options)
    now.set(series, to)
    moves.push({ night: date, alertId, reason, placeId, familyId, from: round(from), to: round(to) })
  }
  await replaceMoves(db, date, moves)
  return moves.length
}

function bySeries(rows: readonly MoveRow[]): Map<string, { day: Day, reason: MoveReason }[]> {
  const series = new Map<string, { day: Day, reason: MoveReason }[]>()
  for (const row of rows) {
    const name = key(row.placeId, row.familyId)
    series.set(name, [...(series.get(name) ?? []), { day: parseDay(row.night), reason: row.reason }])
  }
  return series
}

/** A moved series as people and scripts read it; the keys are promised in docs/cli.md. */
export interface ThresholdRow {
  place: string[]
  family: string[]
  /** Decades above the common threshold now, and times as much evidence. */
  offset: number
  factor: number
  moves: { night: string, alert_id: string, reason: MoveReason, from: number, to: number }[]
}

/** Series that nights after `night` judge by a threshold of their own, the strictest first. */
export async function listThresholds(db: Queryable, night: string): Promise<ThresholdRow[]> {
  const places = await readPlaces(db)
  const topics = await readTopics(db)
  const day = parseDay(night)
  const options = resolveThresholds()
  const rows = await readMoves(db, formatDay(day - MEMORY_DAYS), formatDay(day + 1), formatDay(day + 1))
  const listed = [...Map.groupBy(rows, (row) => key(row.placeId, row.familyId)).values()].map((moves): ThresholdRow => {
    const offset = offsetOn(moves.map((move) => ({ day: parseDay(move.night), reason: move.reason })), day + 1, options)
    return {
      place: places.get(moves[0]!.placeId)!.rollup.map((id) => places.get(id)!.name),
      family: topics.get(moves[0]!.familyId)!.rollup.slice(1).map((id) => topics.get(id)!.name),
      offset: round(offset), factor: round(10 ** offset),
      moves: moves.map(({ night: on, alertId, reason, from, to }) => ({ night: on, alert_id: alertId, reason, from, to })),
    }
  })
  return listed.filter((row) => row.offset !== 0).sort((a, b) => b.offset - a.offset || (a.place.join('›') < b.place.join('›') ? -1 : 1))
}

/**
 * Takes back the moves that an alert has brought, for nights from `knownOn` on.
 *
 * @throws {BadInputError} the alert moved nothing
 */
export async function undoMoves(db: Queryable, alertId: string, knownOn: string, by: string, note: string): Promise<MoveRow[]> {
  const moves = (await readMoves(db, '0001-01-01', knownOn, knownOn)).filter((move) => move.alertId === alertId)
  if (moves.length === 0) throw new BadInputError('no_such_move', `alert ${alertId} has moved no threshold before ${knownOn}: weisu thresholds lists the moves`, { id: alertId })
  await insertUndo(db, alertId, knownOn, by, note)
  return moves
}
