/**
 * Trains the pooled model on a sample of a city's series and lets it prove itself: the model of an earlier training is scored on the
 * origins since, beside the baselines; a class of series is served by the pooled model only where that beat all of them.
 */
import { createRng } from '../../core/rng.ts'
import { fillCounts } from '../../models/forecast/base.ts'
import type { ForecastInput } from '../../models/forecast/forecast.ts'
import type { ForecastModel } from '../../models/forecast/forecast-model.ts'
import { TRAIN_DEFAULTS, trainForecast } from '../../models/forecast/train.ts'
import { fillOutcome, HORIZON_DAYS, truncate } from '../../models/forecast/training-rows.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import type { City } from '../city-profiles.ts'
import { covariateColumns } from './covariate-columns.ts'
import { forecastInput } from './forecast-input.ts'
import type { ChosenSeries } from './forecast-input.ts'
import { BASELINES, createOutlooks, MODELS, SERIES_CLASSES } from './outlook.ts'
import type { BaselineName, ModelName, SeriesClass } from './outlook.ts'
import { climatologyOf, createScorer } from './score.ts'
import type { Scored, ScoreRow } from './score.ts'
import type { ForecastView } from './view.ts'

/** Places that are learned from: districts, streets in each, places below each street. */
const SAMPLE = [2, 2, 3] as const
/** Series of a class that are scored at most. */
const SCORED_PER_CLASS = 60
/** Days between the origins that are scored, and how many. */
const ORIGIN_STEP = 7
const ORIGINS = 4
/** Origins of a class of which so few series are there that four of them bring less than ENOUGH forecasts; the last one's four weeks ended two weeks ago. */
const MOST_ORIGINS = 7
const ENOUGH = 30
/** Forecasts of a class and horizon below which nothing is proven. */
const FEWEST_SCORED = 12
/** Horizons that decide. */
const DECISIVE: readonly Scored[] = ['day', 'sum_7', 'sum_14', 'sum_28']
/** Serves where nothing is proven. */
export const DEFAULT_BASELINE: BaselineName = 'ets'

export const TRAIN_SEED = TRAIN_DEFAULTS.seed

/** Series of the whole city, and of some places drawn by their names, so that every machine draws the same. */
export function trainingSeries({ history, places }: ForecastView, city: City): number[] {
  const below = Map.groupBy(places.values(), (place) => place.parentId)
  const kept = new Set<number>([city.root])
  const descend = (parent: number, depth: number): void => {
    for (const place of draw(below.get(parent) ?? [], SAMPLE[depth] ?? 0)) {
      kept.add(place.id)
      descend(place.id, depth + 1)
    }
  }
  descend(city.root, 0)
  return Array.from({ length: history.series }, (_, s) => s).filter((s) => kept.has(history.place[s]!))
}

function draw(siblings: readonly PlaceRow[], count: number): PlaceRow[] {
  return siblings.map((place) => ({ place, at: createRng(`forecast/${place.path}`).next() }))
    .sort((a, b) => a.at - b.at || (a.place.path < b.place.path ? -1 : 1)).slice(0, count).map(({ place }) => place)
}

/** The sample as an input; undefined where the city has no days. */
export function trainingInput(view: ForecastView, city: City): ChosenSeries | undefined {
  return forecastInput(view, city, trainingSeries(view, city), covariateColumns(view, city))
}

export function train({ input }: ChosenSeries): ForecastModel {
  return trainForecast(input)
}

/** Rows of all models at rolling origins from `since` days before the night on, the pooled model being one that was trained before. */
export function scoreModels({ input }: ChosenSeries, earlier: ForecastModel, since: number): ScoreRow[] {
  const scorer = createScorer([...DECISIVE, 'week'])
  const all = Object.fromEntries(SERIES_CLASSES.map((name) => [name, 'pooled'])) as Record<SeriesClass, ModelName>
  const came = new Float64Array(HORIZON_DAYS)
  let chosen: readonly (readonly number[])[] | undefined
  for (let k = 0; k < MOST_ORIGINS; k++) {
    const days = input.days - since + k * ORIGIN_STEP
    if (days < NEEDED_DAYS) continue
    if (k >= ORIGINS) chosen = chosen?.filter((series) => series.length * k < ENOUGH)
    if (chosen?.length === 0) break
    const past = truncate(input, days)
    const outlooks = createOutlooks(past, earlier, all)
    chosen ??= drawScored(input, (s) => outlooks.by(s, 'pooled')?.seriesClass)
    for (const s of chosen.flat().sort((a, b) => a - b)) {
      fillOutcome(input, s, days, came)
      const climatology = climatologyOf(fillCounts(past, s, new Float64Array(days)))
      for (const name of MODELS) {
        const outlook = outlooks.by(s, name)
        if (outlook) scorer.add(outlook, came, climatology)
      }
    }
  }
  return scorer.rows()
}

/** Days of history that an origin needs. */
const NEEDED_DAYS = 60

/** Of each class that there is. */
function drawScored(input: ForecastInput, classOf: (s: number) => SeriesClass | undefined): number[][] {
  const n = input.starts.length - 1
  const rng = createRng('forecast/scored')
  const byClass = Map.groupBy(Array.from({ length: n }, (_, s) => ({ s, at: rng.next() })), ({ s }) => classOf(s))
  return SERIES_CLASSES.map((name) => (byClass.get(name) ?? []).sort((a, b) => a.at - b.at).slice(0, SCORED_PER_CLASS).map(({ s }) => s)).filter((series) => series.length > 0)
}

export interface Decision {
  seriesClass: SeriesClass
  serves: ModelName
  /** `neighbour`: too few forecasts of its own, so the class next to it decides. */
  reason: 'better' | 'worse' | 'neighbour' | 'unproven'
  baseline: BaselineName
  /** Pooled over best baseline: geometric mean of the ratios of WQL. */
  ratio: number | null
}

/** A class of which too few forecasts could be scored goes by the nearest that has enough, the larger of two. */
export function decide(rows: readonly ScoreRow[]): Decision[] {
  const own = decideAlone(rows)
  return own.map((decision, i) => {
    if (decision.reason !== 'unproven') return decision
    const near = own.map((other, j) => ({ other, far: Math.abs(j - i) })).filter(({ other }) => other.reason !== 'unproven').sort((a, b) => a.far - b.far)[0]?.other
    return near ? { ...near, seriesClass: decision.seriesClass, reason: 'neighbour', ratio: null } : decision
  })
}

function decideAlone(rows: readonly ScoreRow[]): Decision[] {
  return SERIES_CLASSES.map((seriesClass) => {
    const of = (model: ModelName): number => {
      const scores = DECISIVE.map((horizon) => rows.find((row) => row.class === seriesClass && row.horizon === horizon && row.model === model))
      if (scores.some((row) => !row || row.wql === null || row.n < FEWEST_SCORED)) return NaN
      return Math.exp(scores.reduce((sum, row) => sum + Math.log(Math.max(1e-9, row!.wql!)), 0) / scores.length)
    }
    const proven = BASELINES.filter((name) => of(name) >= 0).toSorted((a, b) => of(a) - of(b))
    const baseline = proven[0] ?? DEFAULT_BASELINE
    const ratio = of('pooled') / of(baseline)
    if (Number.isNaN(ratio)) return { seriesClass, serves: baseline, reason: 'unproven', baseline, ratio: null }
    const isBetter = ratio < 1
    return { seriesClass, serves: isBetter ? 'pooled' : baseline, reason: isBetter ? 'better' : 'worse', baseline, ratio: Math.round(ratio * 1e4) / 1e4 }
  })
}
