/**
 * Step 4 of a night: every series gets a verdict, and what stands out is reduced to the signals that explain it.
 *
 * A city's topics have enough counts for a regression each (weekday, season, trend). A series below them is judged by its
 * share of its city topic's expected counts, shrunk towards what its place's size suggests; one with counts enough of its
 * own gets its own regression before it is believed. Windows of one day to eight weeks end on the night's day.
 * Series of one depth of both trees form a class, and each class may err equally often: a city's few series need not pay
 * for the hundred thousand below them.
 */
import type { Settings } from '../core/config.ts'
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { createHistoryReader, fillDense } from '../features/history.ts'
import type { History } from '../features/history.ts'
import { tailQuantile } from '../models/math/distributions.ts'
import { readCallerCounts } from '../sql/counts.ts'
import type { Db } from '../sql/db.ts'
import { saveSignals } from '../sql/signals.ts'
import type { CoverageRow, SignalRow } from '../sql/signals.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'
import type { PlaceRow, TopicRow } from '../sql/trees.ts'
import { round } from './alert.ts'
import { createCities } from './city-profiles.ts'
import type { City } from './city-profiles.ts'
import { readEvidence } from './evidence.ts'
import { explainAway } from './explain.ts'
import type { Candidate, Signal } from './explain.ts'
import { judgeSeries, WINDOWS } from './series-test.ts'
import type { SeriesJudgement } from './series-test.ts'

/** Two years and a day: two of each season. */
export const HISTORY_DAYS = 731
/** Days of the chart. */
const CHART_DAYS = 90
/** A class's series are watched at this recurrence interval, in days of the whole deployment. */
const WATCH_DAYS = 10

export interface DetectResult { series: number, judged: number, cannotTell: number, signals: number }

export interface Detector {
  /** Judges the night and rewrites its signals and coverage. Nights must not go backwards. */
  run(night: Day): Promise<DetectResult>
}

export function createDetector(db: Db, settings: Settings): Detector {
  const reader = createHistoryReader((...range) => readCallerCounts(db, ...range), HISTORY_DAYS)
  return {
    async run(night) {
      const history = await reader.asOf(night)
      const places = await readPlaces(db)
      const topics = await readTopics(db)
      const cities = await createCities(db, history, places, topics, night)
      const { candidates, judgements, coverage } = judgeAll(history, cities, places, topics, night, settings)
      const evidence = await readEvidence(
        db, night, candidates.map((candidate) => candidate.place), candidates.map((candidate) => candidate.topic), places, topics)
      const signals = explainAway(candidates, evidence, {
        day: night, windows: WINDOWS, minCallers: settings.minCallers,
        placeRollup: (id) => places.get(id)!.rollup,
        topicRollup: (id) => topics.get(id)!.rollup,
      })
      const rows = signals.map((signal) => toRow(signal, judgements.get(signal.place * 1e7 + signal.topic)!, history, night))
      await db.transaction((client) => saveSignals(client, formatDay(night), rows, coverage))
      const count = (match: (row: CoverageRow) => boolean): number => coverage.filter(match).reduce((sum, row) => sum + row.series, 0)
      return {
        series: count(() => true), judged: count((row) => row.verdict !== 'cannot tell'),
        cannotTell: count((row) => row.verdict === 'cannot tell'), signals: rows.length,
      }
    },
  }
}

interface AllJudged { candidates: Candidate[], judgements: Map<number, SeriesJudgement>, coverage: CoverageRow[] }

function judgeAll(
  history: History, cities: Map<number, City>, places: Map<number, PlaceRow>, topics: Map<number, TopicRow>, night: Day, settings: Settings,
): AllJudged {
  const classOf = (s: number): number => places.get(history.place[s]!)!.depth * 16 + topics.get(history.topic[s]!)!.depth
  const live = new Map<number, number>()
  for (let s = 0; s < history.series; s++) {
    if (history.starts[s] === history.starts[s + 1]) continue
    live.set(classOf(s), (live.get(classOf(s)) ?? 0) + 1)
  }
  const candidates: Candidate[] = []
  const judgements = new Map<number, SeriesJudgement>()
  const verdicts = new Map<string, CoverageRow>()
  const count = (cls: number, verdict: string, reason: string): void => {
    const key = `${cls}/${verdict}/${reason}`
    const row = verdicts.get(key)
    if (row) row.series++
    else verdicts.set(key, { placeDepth: cls >> 4, topicDepth: cls & 15, verdict, reason, series: 1 })
  }
  for (let s = 0; s < history.series; s++) {
    if (history.starts[s] === history.starts[s + 1]) continue
    const cls = classOf(s)
    const tests = live.size * live.get(cls)!
    const place = places.get(history.place[s]!)!
    const city = cities.get(place.rollup[0]!)!
    const judgement = judgeSeries(history, s, city, place, topics.get(history.topic[s]!)!, night, {
      tests, watchDays: WATCH_DAYS, alertDays: settings.recurrenceDays, minCallers: settings.minCallers,
    })
    count(cls, judgement.verdict, judgement.reason)
    if (!judgement.candidate) continue
    candidates.push(judgement.candidate)
    judgements.set(place.id * 1e7 + history.topic[s]!, judgement)
  }
  const coverage = [...verdicts.values()].sort((a, b) => a.placeDepth - b.placeDepth || a.topicDepth - b.topicDepth
    || compare(a.verdict, b.verdict) || compare(a.reason, b.reason))
  return { candidates, judgements, coverage }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function toRow(signal: Signal, judgement: SeriesJudgement, history: History, night: Day): SignalRow {
  const from = Math.max(history.from, night + 1 - CHART_DAYS)
  const observed = new Float64Array(night + 1 - from)
  fillDense(history, history.find(signal.place, signal.topic), from, observed)
  const daily = judgement.dailyExpected(from, night + 1)
  const logP = judgement.candidate!.watchBelow * Math.LN10
  return {
    placeId: signal.place, topicId: signal.topic, detector: signal.detector, verdict: signal.verdict, windowDays: signal.window,
    observed: signal.callers, expected: round(signal.expected), upper: signal.upper, log10P: round(signal.log10P),
    recurrenceDays: round(signal.recurrenceDays, 1), callers: signal.callers,
    evidence: {
      score: round(signal.score), surroundingRatio: round(signal.surroundingRatio),
      expected: Object.fromEntries(WINDOWS.map((window, i) => [String(window), round(judgement.candidate!.expected[i]!)])),
      detectors: [
        {
          name: signal.detector, window_days: signal.window, observed: signal.callers, expected: round(signal.expected),
          upper: signal.upper, log10_p: round(signal.log10P), verdict: signal.verdict,
        },
        ...judgement.others,
      ],
      series: {
        from: formatDay(from),
        observed: Array.from(observed, (n, i) => (judgement.isGap(from + i) ? null : n)),
        expected: Array.from(daily, (mean) => (Number.isNaN(mean) ? null : round(mean))),
        upper: Array.from(daily, (mean) => (Number.isNaN(mean) ? null : tailQuantile(logP, mean, judgement.dailySize))),
      },
      forecast: judgement.forecast(),
    },
  }
}
