/**
 * Which model serves which class of series on a night. Models are trained on nights that the calendar fixes (TRAIN_EVERY_DAYS),
 * from what was known on them: a night gets the same model whenever it is run, live or again. What was trained stays in the
 * registry with its score card; a training that is missing is made up for.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { FORECAST_VERSION, priorModel } from '../../models/forecast/forecast-model.ts'
import type { ForecastModel } from '../../models/forecast/forecast-model.ts'
import type { Db } from '../../sql/db.ts'
import { readForecastModels, saveForecastModels } from '../../sql/forecast-models.ts'
import type { ForecastModelRow } from '../../sql/forecast-models.ts'
import type { City } from '../city-profiles.ts'
import { HISTORY_DAYS } from '../detect.ts'
import { BASELINES, SERIES_CLASSES } from './outlook.ts'
import type { ModelName, SeriesClass } from './outlook.ts'
import type { ScoreRow } from './score.ts'
import { decide, scoreModels, train, TRAIN_SEED, trainingInput } from './train.ts'
import { createViewReader, TRAIN_EVERY_DAYS, trainingNight } from './view.ts'
import type { ForecastView } from './view.ts'

/** What a night's forecasts of one city come from. */
export interface Serving {
  trainedOn: string
  model: ForecastModel
  serves: Readonly<Record<SeriesClass, ModelName>>
}

export interface Registry {
  /** The model of a city for a night; trains it where it is not there. Nights must not go backwards. */
  servingFor(view: ForecastView, city: City): Promise<Serving>
  /** Whether there was a training on that night. */
  isTrained(night: Day): Promise<boolean>
}

/** A model is judged by the origins since the training before: their four weeks must be over and known. */
const EARLIER_TRAININGS = 1
/** The row that holds the coefficients. */
const ALL = 'all'

/** @param saves  whether what is trained stays in the registry */
export function createRegistry(db: Db, codeVersion: string, saves = true): Registry {
  const held = new Map<string, Serving>()
  let views: { read: (night: Day) => Promise<ForecastView>, last: Day } | undefined
  /** Nights may be asked for again by another city, or lie before one that was read. */
  let view: ForecastView | undefined
  const viewOf = async (night: Day, current: ForecastView): Promise<ForecastView> => {
    if (current.night === night) return current
    if (view?.night === night) return view
    if (!views || night < views.last) views = { read: createViewReader(db), last: night }
    views.last = night
    return view = await views.read(night)
  }
  const modelOf = async (night: Day, root: number, current: ForecastView): Promise<ForecastModel> => {
    const city = (asOf: ForecastView): City | undefined => asOf.cities.get(root)
    const known = await stored(db, night, current.places.get(root)!.path, current.cities.get(root)!)
    if (known) return known.model
    const asOf = await viewOf(night, current)
    const input = city(asOf) && trainingInput(asOf, city(asOf)!)
    return input ? train(input) : priorModel()
  }
  return {
    isTrained: async (night) => (await readForecastModels(db, formatDay(night))).length > 0,
    servingFor: async (current, { root }) => {
      const night = trainingNight(current.night)
      const path = current.places.get(root)!.path
      const key = `${night}/${root}`
      let serving = held.get(key) ?? await stored(db, night, path, current.cities.get(root)!)
      if (!serving) {
        const since = EARLIER_TRAININGS * TRAIN_EVERY_DAYS
        const earlier = await modelOf(night - since, root, current)
        const asOf = await viewOf(night, current)
        const city = asOf.cities.get(root)
        const input = city && trainingInput(asOf, city)
        const model = input ? train(input) : priorModel()
        const scores = input ? scoreModels(input, earlier, since) : []
        const rows = registryRows(formatDay(night), path, model, scores, codeVersion, { first: city ? formatDay(city.first) : null, scored: formatDay(night - since) })
        if (saves) await db.transaction((client) => saveForecastModels(client, formatDay(night), path, rows))
        view = undefined
        serving = servingOf(rows, path)!
      }
      held.clear()
      held.set(key, serving)
      return serving
    },
  }
}

/** Undefined where there is none of this version, or the city's history has since become longer. */
async function stored(db: Db, night: Day, path: string, { first }: City): Promise<Serving | undefined> {
  const rows = await readForecastModels(db, formatDay(night))
  const before = rows.find((row) => row.seriesClass === classKey(path, ALL))?.scoreCard.first
  // A city that was not there yet had no day up to then.
  const trainedFrom = typeof before === 'string' ? parseDay(before) : night + 1
  if (trainedFrom > Math.max(first, night + 1 - HISTORY_DAYS)) return undefined
  return servingOf(rows, path)
}

function servingOf(rows: readonly ForecastModelRow[], path: string): Serving | undefined {
  const all = rows.find((row) => row.seriesClass === classKey(path, ALL))
  if (!all || all.params.version !== FORECAST_VERSION) return undefined
  const serves = Object.fromEntries(SERIES_CLASSES.map((name) => [name, rows.find((row) => row.seriesClass === classKey(path, name) && row.serves)?.name])) as Record<SeriesClass, ModelName>
  if (SERIES_CLASSES.some((name) => serves[name] === undefined)) return undefined
  return { trainedOn: all.trainedOn, model: all.params as unknown as ForecastModel, serves }
}

/** Cities of one store have classes of their own. */
export function classKey(cityPath: string, name: string): string {
  return `${cityPath}›${name}`
}

/** The way back: city and class. */
export function splitClassKey(key: string): { city: string, name: string } {
  const at = key.lastIndexOf('›')
  return { city: key.slice(0, at), name: key.slice(at + 1) }
}

function registryRows(
  trainedOn: string, path: string, model: ForecastModel, scores: readonly ScoreRow[], codeVersion: string, about: { first: string | null, scored: string },
): ForecastModelRow[] {
  const common = { trainedOn, seed: String(TRAIN_SEED), codeVersion }
  const decisions = decide(scores)
  const whole: ForecastModelRow = {
    ...common, name: 'pooled', seriesClass: classKey(path, ALL), params: { ...model }, scoreCard: { ...about, rows: model.classes.reduce((sum, each) => sum + each.rows, 0) },
    serves: decisions.some((decision) => decision.serves === 'pooled'), reason: model.origins.length > 0 ? 'trained' : 'prior',
  }
  return [whole, ...decisions.flatMap(({ seriesClass, serves, reason, ratio, baseline }) => (['pooled', ...BASELINES] as const).map((name): ForecastModelRow => ({
    ...common, name, seriesClass: classKey(path, seriesClass), params: {}, serves: serves === name,
    reason: name === 'pooled' ? reason : name === serves ? (reason === 'unproven' ? 'default' : reason === 'neighbour' ? 'neighbour' : 'best_baseline') : name === baseline ? 'best_baseline' : 'baseline',
    scoreCard: { ...(name === 'pooled' && ratio !== null ? { ratio } : {}), scores: scores.filter((row) => row.class === seriesClass && row.model === name) },
  })))]
}
