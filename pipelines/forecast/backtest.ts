/**
 * Rolling origins over the store's own history: what each model would have said on nights of the past, as known then, by the model
 * that would have served, against what came. Nothing is written.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import { createRng } from '../../core/rng.ts'
import { fillCounts } from '../../models/forecast/base.ts'
import { HORIZON_DAYS } from '../../models/forecast/training-rows.ts'
import type { Db } from '../../sql/db.ts'
import { readDataRange } from '../../sql/runs.ts'
import type { ChosenSeries } from './forecast-input.ts'
import { createOutlooks, MODELS, SERIES_CLASSES } from './outlook.ts'
import type { ModelName, Outlooks, SeriesClass } from './outlook.ts'
import { createRegistry } from './registry.ts'
import { climatologyOf, createScorer } from './score.ts'
import type { ScoreRow } from './score.ts'
import { trainingInput } from './train.ts'
import { createViewReader } from './view.ts'
import type { ForecastView } from './view.ts'

export interface BacktestRequest {
  /** Origins: nights [from, until), every so many days. */
  from: Day
  until: Day
  every: number
  /** Series of a class that are scored at most. */
  seriesPerClass: number
  codeVersion: string
  onOrigin?: (done: number, of: number) => void
  signal?: AbortSignal
}

/** The keys are promised in docs/cli.md. */
export interface Backtest {
  origins: number
  first: string
  last: string
  /** Per class the models that served at the origins, and at how many. */
  served: { class: SeriesClass, model: ModelName, origins: number }[]
  scores: ScoreRow[]
}

interface Origin { night: Day, chosen: ChosenSeries, outlooks: Outlooks, series: number[] }

/** @throws {BadInputError} no tickets, or no origin with a day of outcome */
export async function backtest(db: Db, { from, until, every, seriesPerClass, codeVersion, onOrigin, signal }: BacktestRequest): Promise<Backtest> {
  const range = await readDataRange(db)
  if (!range) throw new BadInputError('no_tickets', 'the store holds no tickets yet: weisu import, or weisu demo', {})
  const lastDay = parseDay(range.last)
  const nights = Array.from({ length: Math.ceil((until - from) / every) }, (_, i) => from + i * every).filter((night) => night >= parseDay(range.first) && night < lastDay)
  if (nights.length === 0) throw new BadInputError('no_origin', `no night of the range has days of ${range.first} to ${range.last} after it`, { first: range.first, last: range.last })
  const read = createViewReader(db)
  const registry = createRegistry(db, codeVersion, false)
  const origins: Origin[] = []
  const served = new Map<string, number>()
  for (const [i, night] of nights.entries()) {
    signal?.throwIfAborted()
    const view = await read(night)
    for (const city of view.cities.values()) {
      const chosen = trainingInput(view, city)
      if (!chosen) continue
      const { model, serves } = await registry.servingFor(view, city)
      const outlooks = createOutlooks(chosen.input, model, serves)
      for (const name of SERIES_CLASSES) served.set(`${name}/${serves[name]}`, (served.get(`${name}/${serves[name]}`) ?? 0) + 1)
      origins.push({ night, chosen, outlooks, series: draw(chosen, outlooks, seriesPerClass, night) })
    }
    onOrigin?.(i + 1, nights.length)
  }
  const final = await read(lastDay)
  const scorer = createScorer()
  for (const origin of origins) score(origin, final, scorer)
  return {
    origins: nights.length, first: formatDay(nights[0]!), last: formatDay(nights.at(-1)!),
    served: [...served].map(([key, count]) => {
      const [name, model] = key.split('/') as [SeriesClass, ModelName]
      return { class: name, model, origins: count }
    }).sort((a, b) => SERIES_CLASSES.indexOf(a.class) - SERIES_CLASSES.indexOf(b.class) || MODELS.indexOf(a.model) - MODELS.indexOf(b.model)),
    scores: scorer.rows(),
  }
}

function score({ night, chosen, outlooks, series }: Origin, final: ForecastView, scorer: ReturnType<typeof createScorer>): void {
  const { history, cities, places } = final
  const came = new Float64Array(HORIZON_DAYS)
  for (const s of series) {
    const at = history.find(chosen.place[s]!, chosen.topic[s]!)
    const city = cities.get(places.get(chosen.place[s]!)!.rollup[0]!)!
    for (let h = 0; h < HORIZON_DAYS; h++) came[h] = night + 1 + h > final.night || city.isGap(night + 1 + h) ? NaN : 0
    if (at >= 0) {
      for (let e = history.starts[at]!; e < history.starts[at + 1]!; e++) {
        const h = history.day[e]! - night - 1
        if (h >= 0 && h < HORIZON_DAYS) came[h] = came[h]! + history.callers[e]!
      }
    }
    const climatology = climatologyOf(fillCounts(chosen.input, s, new Float64Array(chosen.input.days)))
    for (const name of MODELS) {
      const outlook = outlooks.by(s, name)
      if (outlook) scorer.add(outlook, came, climatology)
    }
  }
}

/** Other series at each origin: more of them are seen than at one. */
function draw({ place }: ChosenSeries, outlooks: Outlooks, perClass: number, night: Day): number[] {
  const rng = createRng(`backtest/${night}`)
  const byClass = Map.groupBy(Array.from(place, (_, s) => ({ s, at: rng.next() })), ({ s }) => outlooks.by(s, 'pooled')?.seriesClass)
  return SERIES_CLASSES.flatMap((name) => (byClass.get(name) ?? []).sort((a, b) => a.at - b.at).slice(0, perClass).map(({ s }) => s)).sort((a, b) => a - b)
}
