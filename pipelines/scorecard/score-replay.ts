/**
 * Scores the nights of a store or of a replay: the alerts that a connection sees against episodes that are known.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import type { Db } from '../../sql/db.ts'
import { readBusyUnits, readCells, readCoverageTotals, readRunRange, readScoredRange, readUnitNames } from '../../sql/scorecard.ts'
import { readFamilyCounts } from '../../sql/scorecard-counts.ts'
import type { FamilyCounts } from '../../sql/scorecard-counts.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../../sql/trees.ts'
import { describeAlerts } from './alert-rows.ts'
import type { AlertScoreRow } from './alert-rows.ts'
import { readAttributed } from './attributed.ts'
import { burdenOfUnits } from './burden-of-units.ts'
import { makeCard, streamYears } from './card.ts'
import type { ScoreCard } from './card.ts'
import { readEpisodes } from './episodes.ts'
import { readLabels } from './labels.ts'
import { HISTORY_DAYS, scoreReferences } from './references.ts'
import type { Reference } from './references.ts'
import { defineSurges } from './rule-surges.ts'
import { describeSurges, readMissedSignals } from './surge-rows.ts'

export interface ScoreRequest {
  /** First and last night, both included; default all that ran. */
  from?: string
  until?: string
  /** A file of labels. */
  labels?: string
  /** Reference rules to compare with; default none, and no curves. */
  references?: readonly Reference[]
  /** Default one. */
  threads?: number
  /** Nights without signal after which an alert has ended, as the nights had it. */
  quietNights: number
}

export interface Score {
  card: ScoreCard
  /** Every alert with a night in the range. */
  alerts: AlertScoreRow[]
}

/**
 * Reads only. The connection decides which alerts are scored: those of the tables that its search_path finds first.
 *
 * @throws {BadInputError} no night ran at all, or none of the range; labels that cannot be read
 * @throws {InvalidOptionError} a date that is none
 */
export async function scoreReplay(db: Db, request: ScoreRequest): Promise<Score> {
  const ran = await readRunRange(db)
  if (!ran) throw new BadInputError('no_night_yet', 'no night has run yet', {})
  const from = request.from ?? ran.first
  const until = request.until ?? ran.last
  const nights = await readScoredRange(db, formatDay(parseDay(from, 'from')), formatDay(parseDay(until, 'until') + 1))
  if (nights.length === 0) throw new BadInputError('no_scored_night', 'no night of the range has run', { from, until })
  const first = nights[0]!
  const end = nights.at(-1)! + 1
  const range = [formatDay(first), formatDay(end)] as const
  const places = await readPlaces(db)
  const topics = await readTopics(db)
  let counts: Promise<FamilyCounts> | undefined
  const readCounts = (): Promise<FamilyCounts> => counts ??= readFamilyCounts(db, formatDay(first - HISTORY_DAYS), range[1])
  const labels = request.labels === undefined ? await defineSurges(db, await readCounts(), first, end, places, topics) : await readLabels(request.labels)
  const episodes = await readEpisodes(db, labels, nights, places, topics)
  const attributed = await readAttributed(db, first, end, episodes, places)
  const alerts = describeAlerts(attributed, episodes, { places, topics, units: await readUnitNames(db) })
  const streams = countStreams(await readCells(db, range[1]), places, topics)
  const references = request.references === undefined ? null : await scoreReferences(readCounts, {
    references: request.references, threads: request.threads ?? 1, quietNights: request.quietNights, from: first, until: end,
    streamYears: streamYears(streams, nights.length),
  }, episodes, attributed, places, topics)
  const card = makeCard({
    nights, from: range[0], until: formatDay(end - 1), episodesFrom: request.labels === undefined ? 'rule' : 'labels',
    surges: describeSurges(episodes, attributed, places, await readMissedSignals(db, episodes, attributed)), alerts,
    units: burdenOfUnits(attributed.alerts, await readBusyUnits(db, ...range), nights),
    coverage: await readCoverageTotals(db, ...range), streams, references,
  })
  return { card, alerts }
}

/** A stream is a topic family at a place, at any level of the tree of places, that had a ticket by the last night. */
function countStreams(cells: readonly { placeId: number, topicId: number }[], places: ReadonlyMap<number, PlaceRow>, topics: ReadonlyMap<number, TopicRow>): number {
  const streams = new Set<number>()
  for (const { placeId, topicId } of cells) {
    const family = topics.get(topicId)!.familyId
    if (family === null) continue
    for (const place of places.get(placeId)!.rollup) streams.add(place * 65536 + family)
  }
  return streams.size
}
