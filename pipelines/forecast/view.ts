/**
 * What was known on a night as far as forecasts need it: the history, the trees, delays, known events and gaps, no baseline.
 */
import { formatDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { createHistoryReader } from '../../features/history.ts'
import { readCallerCounts } from '../../sql/counts.ts'
import { readCovariates } from '../../sql/covariates.ts'
import type { CovariateRow } from '../../sql/covariates.ts'
import type { Db } from '../../sql/db.ts'
import { readKnownEvents } from '../../sql/events.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'
import { createCities } from '../city-profiles.ts'
import { readDelays } from '../delays.ts'
import { HISTORY_DAYS } from '../detect.ts'
import type { NightView } from '../detect.ts'
import { excludedDays } from '../events.ts'

/** A night's view without what only the detector uses, and with covariates. */
export type ForecastView = Omit<NightView, 'baseline' | 'priors'> & { covariates: readonly CovariateRow[] }

/** Views of nights that do not go backwards; each reads only what became known since the one before. */
export function createViewReader(db: Db): (night: Day) => Promise<ForecastView> {
  const reader = createHistoryReader((...range) => readCallerCounts(db, ...range), HISTORY_DAYS)
  return async (night) => {
    const history = await reader.asOf(night)
    const places = await readPlaces(db, formatDay(night))
    const topics = await readTopics(db, formatDay(night))
    const delays = await readDelays(db, night, places, topics)
    const excluded = excludedDays(await readKnownEvents(db, night), places, topics)
    const cities = await createCities(db, history, places, topics, night, { delays, excluded })
    return withCovariates(db, { night, history, places, topics, cities, delays, excluded })
  }
}

/** Adds what the night knows of weather and the like, for the days of the history and the coming weeks. */
export async function withCovariates(db: Db, view: Omit<NightView, 'baseline' | 'priors'>): Promise<ForecastView> {
  const { night, history, places, topics, cities, delays, excluded } = view
  const covariates = await readCovariates(db, night, history.from, night + 1 + COVARIATE_DAYS_AHEAD)
  return { night, history, places, topics, cities, delays, excluded, covariates }
}

/** Eight weeks, the longest horizon. */
const COVARIATE_DAYS_AHEAD = 56

/** Nights on which a model is trained lie this far apart, counted from the epoch: which of them a night uses depends on the night alone. */
export const TRAIN_EVERY_DAYS = 84

/** The night of training of the model that a night uses. */
export function trainingNight(night: Day): Day {
  return Math.floor(night / TRAIN_EVERY_DAYS) * TRAIN_EVERY_DAYS
}

