/**
 * Step 4 of a night: every series gets a verdict, and what stands out is reduced to the signals that explain it.
 *
 * A city's topics have enough counts for a regression each (weekday, holiday, season, trend). A series below them is expected to
 * have what its place and its topic have (tree-baseline.ts); one with counts enough of its own gets its own regression before it
 * is believed. Evidence that a rise is on adds up day by day over eight weeks, in the series and over neighbouring places.
 * Series of one depth of both trees form a class, and each class may err equally often: a city's few series need not pay
 * for the hundred thousand below them.
 */
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { createHistoryReader } from '../features/history.ts'
import type { History } from '../features/history.ts'
import { meanWeight, weightedTests } from '../models/detect/prior-odds.ts'
import { readCallerCounts } from '../sql/counts.ts'
import type { Db } from '../sql/db.ts'
import { readKnownEvents } from '../sql/events.ts'
import { readPromisedDates } from '../sql/promised.ts'
import { saveSignals } from '../sql/signals.ts'
import type { CoverageRow, SignalRow } from '../sql/signals.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { createCities } from './city-profiles.ts'
import type { City } from './city-profiles.ts'
import { readDelays } from './delays.ts'
import type { Delays } from './delays.ts'
import { excludedDays } from './events.ts'
import type { ExcludedDays } from './events.ts'
import { readEvidence } from './evidence.ts'
import { explainAway } from './explain.ts'
import type { Signal } from './explain.ts'
import { judgeSeries } from './judge-series.ts'
import type { SeriesVerdict, TestOptions } from './judge-series.ts'
import { createNeighbourScan } from './neighbours.ts'
import { WATCH_DAYS } from './rules.ts'
import type { Rules } from './rules.ts'
import { createPriors } from './promised/prior.ts'
import { describeSignal } from './signal-row.ts'
import { createTreeBaseline } from './tree-baseline.ts'
import type { TreeBaseline } from './tree-baseline.ts'

/** Two years and a day: two of each season. */
export const HISTORY_DAYS = 731

/** The part of the rules that decides what is a signal. */
export type DetectSettings = Pick<Rules['detection'], 'recurrenceDays' | 'minCallers'> & Partial<Rules['detection']>

export interface DetectResult { series: number, judged: number, cannotTell: number, signals: number }

/** What a night has before it: counts as known on it, and what they usually are. */
export interface NightView {
  night: Day
  history: History
  places: Map<number, PlaceRow>
  topics: Map<number, TopicRow>
  cities: ReadonlyMap<number, City>
  baseline: TreeBaseline
  delays: Delays
  excluded: ExcludedDays
  /** Log odds of the series that are likelier to rise because of what was promised there, by position. */
  priors?: ReadonlyMap<number, number>
}

/** What a night's judging found, before anything is written. Plain data: it may come from another thread. */
export interface Judgement { signals: SignalRow[], coverage: CoverageRow[] }

/** What judging a part of the series found: positions of those that stand out, and how many series of which class got which verdict. */
export interface JudgedPart { candidates: number[], verdicts: Record<string, number> }

/** Judges nights, which must not go backwards, and writes nothing: a pure function of what is known on the night. */
export interface Judge {
  (night: Day): Promise<Judgement>
  /** What the night of the last judgement looked at; read anew for a later night. */
  asOf(night: Day): Promise<NightView>
  /** Judges one of several even parts of the series; the parts may be judged in different processes. */
  part(night: Day, part: number, parts: number): Promise<JudgedPart>
  /** What all parts together say. The result does not depend on how many there are. */
  conclude(night: Day, parts: readonly JudgedPart[]): Promise<Judgement>
}

export interface Detector {
  /** Judges the night and rewrites its signals and coverage. Nights must not go backwards. @param own  connections of the night's attempt, and its number */
  run(night: Day, own?: { db: Db, attempt: number }): Promise<DetectResult>
  /** What `run` of the same night looked at; read only now where it did not run in this process. Nights must not go backwards. */
  asOf(night: Day): Promise<NightView>
}

export function createDetector(db: Db, settings: DetectSettings): Detector {
  const judge = createJudge(db, settings)
  return { run: async (night, own) => saveJudgement(own?.db ?? db, night, await judge(night)), asOf: judge.asOf }
}

export function createJudge(db: Db, settings: DetectSettings): Judge {
  const reader = createHistoryReader((...range) => readCallerCounts(db, ...range), HISTORY_DAYS)
  const neighbours = createNeighbourScan()
  let held: NightView | undefined
  const look = async (night: Day): Promise<NightView> => {
    held = undefined // its columns are not to lie beside the new ones
    const history = await reader.asOf(night)
    const places = await readPlaces(db, formatDay(night))
    const topics = await readTopics(db, formatDay(night))
    const delays = await readDelays(db, night, places, topics)
    const excluded = excludedDays(await readKnownEvents(db, night), places, topics)
    const cities = await createCities(db, history, places, topics, night, { delays, excluded })
    const promises = await readPromisedDates(db, night)
    const priors = createPriors({ history, places, topics, promises, night }).series
    return held = { night, history, places, topics, cities, baseline: createTreeBaseline(history, cities, places, topics), delays, excluded, priors }
  }
  const asOf = async (night: Day): Promise<NightView> => (held?.night === night ? held : look(night))
  const part = async (night: Day, index: number, parts: number): Promise<JudgedPart> => judgePart(judgingOf(await asOf(night), settings), index, parts)
  const conclude = async (night: Day, parts: readonly JudgedPart[]): Promise<Judgement> => {
    const view = await asOf(night)
    const { history, places, topics, cities, baseline } = view
    const judging = judgingOf(view, settings)
    const candidates = parts.flatMap((found) => found.candidates).map((s) => judging.judge(s).candidate!)
    candidates.push(...neighbours.candidates({ history, cities, baseline, places, topics, night, options: judging.options, classes: judging.classes }))
    const evidence = await readEvidence(
      db, night, candidates.flatMap((candidate) => candidate.places), candidates.map((candidate) => candidate.topic), places, topics)
    const signals = explainAway(candidates, evidence, {
      day: night, minCallers: settings.minCallers,
      placeRollup: (id) => places.get(id)!.rollup,
      topicRollup: (id) => topics.get(id)!.rollup,
      family: (id) => topics.get(id)!.familyId,
    })
    const rows = oneEach(signals).map((signal) => describeSignal(signal, history, baseline, cities.get(places.get(signal.places[0]!)!.rollup[0]!)!, night))
    return { signals: rows, coverage: coverageOf(parts) }
  }
  const judge = async (night: Day): Promise<Judgement> => {
    await look(night)
    return conclude(night, [await part(night, 0, 1)])
  }
  return Object.assign(judge, { asOf, part, conclude })
}

/** Rewrites the night's signals and coverage. */
export async function saveJudgement(db: Db, night: Day, { signals, coverage }: Judgement): Promise<DetectResult> {
  await db.transaction((client) => saveSignals(client, formatDay(night), signals, coverage))
  const count = (match: (row: CoverageRow) => boolean): number => coverage.filter(match).reduce((sum, row) => sum + row.series, 0)
  return {
    series: count(() => true), judged: count((row) => row.verdict !== 'cannot tell'),
    cannotTell: count((row) => row.verdict === 'cannot tell'), signals: signals.length,
  }
}

const NO_PRIORS: ReadonlyMap<number, number> = new Map()

/** A place and what is left of its neighbours may both stand out: the stronger speaks for the place and topic. */
function oneEach(signals: readonly Signal[]): Signal[] {
  const seen = new Set<string>()
  return signals.toSorted((a, b) => b.score - a.score).filter(({ places, topic }) => !seen.has(`${places[0]!}/${topic}`) && seen.add(`${places[0]!}/${topic}`))
}

/** How the series of a night are judged one by one. */
interface Judging {
  history: History
  options: Omit<TestOptions, 'tests'>
  /** Classes of series; the neighbouring zones are one more. */
  classes: number
  classOf(s: number): number
  judge(s: number): SeriesVerdict
}

function judgingOf({ history, cities, baseline, places, topics, night, priors = NO_PRIORS }: NightView, settings: DetectSettings): Judging {
  const classOf = (s: number): number => places.get(history.place[s]!)!.depth * 16 + topics.get(history.topic[s]!)!.depth
  const live = new Map<number, number>()
  for (let s = 0; s < history.series; s++) {
    if (history.starts[s] === history.starts[s + 1]) continue
    live.set(classOf(s), (live.get(classOf(s)) ?? 0) + 1)
  }
  const classes = live.size + 1
  const options = { watchDays: settings.watchDays ?? WATCH_DAYS, alertDays: settings.recurrenceDays, minCallers: settings.minCallers }
  const known = Map.groupBy(priors.keys(), classOf)
  const means = new Map([...known].map(([cls, series]) => [cls, meanWeight(series.map((s) => priors.get(s)!), live.get(cls)!)]))
  return {
    history, options, classes, classOf,
    judge: (s) => {
      const cls = classOf(s)
      const place = places.get(history.place[s]!)!
      return judgeSeries(
        history, s, cities.get(place.rollup[0]!)!, baseline, place, topics.get(history.topic[s]!)!, night,
        { ...options, tests: weightedTests(classes * live.get(cls)!, priors.get(s) ?? 0, means.get(cls) ?? 1) })
    },
  }
}

function judgePart({ history, classOf, judge }: Judging, part: number, parts: number): JudgedPart {
  const candidates: number[] = []
  const verdicts: Record<string, number> = {}
  const until = Math.floor(((part + 1) * history.series) / parts)
  for (let s = Math.floor((part * history.series) / parts); s < until; s++) {
    if (history.starts[s] === history.starts[s + 1]) continue
    const { verdict, reason, candidate } = judge(s)
    const key = `${classOf(s)}/${verdict}/${reason}`
    verdicts[key] = (verdicts[key] ?? 0) + 1
    if (candidate) candidates.push(s)
  }
  return { candidates, verdicts }
}

function coverageOf(parts: readonly JudgedPart[]): CoverageRow[] {
  const sums = new Map<string, number>()
  for (const { verdicts } of parts) for (const [key, series] of Object.entries(verdicts)) sums.set(key, (sums.get(key) ?? 0) + series)
  const rows = [...sums].map(([key, series]): CoverageRow => {
    const [cls, verdict, ...reason] = key.split('/') as [string, string, ...string[]]
    return { placeDepth: Number(cls) >> 4, topicDepth: Number(cls) & 15, verdict, reason: reason.join('/'), series }
  })
  return rows.sort((a, b) => a.placeDepth - b.placeDepth || a.topicDepth - b.topicDepth || compare(a.verdict, b.verdict) || compare(a.reason, b.reason))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

