/**
 * The search of a scan by the models that share one: several topics of the permutation model, counts against baselines or
 * population.
 */
import { BadInputError, InvalidOptionError } from '../core/errors.ts'
import { conditionalPoissonModel } from '../models/scan/conditional-poisson.ts'
import { expectationModel } from '../models/scan/expectation.ts'
import { historyBaselines } from '../models/scan/history-baselines.ts'
import { negativeBinomialModel } from '../models/scan/negative-binomial.ts'
import { casesOfPlaces, findMargins, permutationModel } from '../models/scan/permutation.ts'
import { lastDays, spansAnywhere, spansToday } from '../models/scan/scan-model.ts'
import type { ScanModel } from '../models/scan/scan-model.ts'
import { createSearch } from '../models/scan/window-search.ts'
import type { Search } from '../models/scan/window-search.ts'
import type { ScanSettings } from './scan.ts'
import { weekdaysOf } from './scan-table.ts'
import type { ScanTable } from './scan-table.ts'
import { findZones } from './scan-zones.ts'

/** A topic as a model of the days under test, and the population that zones are capped by. */
interface Topic { model: ScanModel, population: Float64Array }

export interface ModelScan {
  search: Search
  /** Days of the study before those under test. */
  before: number
}

/**
 * @throws {InvalidOptionError} files that do not go with the model
 * @throws {BadInputError} no days left to learn a baseline from
 */
export async function createModelScan(table: ScanTable, settings: ScanSettings): Promise<ModelScan> {
  const topics = table.topics.map((counts) => createTopic(table, counts, settings))
  const population = Float64Array.from(table.ids, (_, p) => topics.reduce((sum, topic) => sum + topic.population[p], 0))
  const { days } = topics[0].model
  const spans = (settings.retrospective ? spansAnywhere : spansToday)(days, Math.min(settings.maxDays, days), settings.minDays)
  const search = createSearch(topics.map(({ model }) => model), await findZones(table, population, settings), spans)
  return { search, before: table.days - days }
}

function createTopic(table: ScanTable, counts: Float64Array, settings: ScanSettings): Topic {
  const { retrospective, minDays, minCases, dayOfWeek } = settings
  const places = table.ids.length
  const { days } = table
  const maxDays = Math.min(settings.maxDays, days)
  const keep = retrospective ? days : maxDays
  const cells = { places, days, counts }
  const weekdays = dayOfWeek ? weekdaysOf(table) : undefined
  if (settings.model === 'permutation') {
    const margins = findMargins(cells, weekdays)
    const horizon = { minDays, maxDays, minCases, ends: retrospective ? days : 1 }
    return { model: permutationModel(cells, margins, horizon, settings.purpose), population: casesOfPlaces(margins) }
  }
  const recent = { places, days: keep, counts: lastDays(counts, places, days, keep) }
  if (table.population) {
    if (settings.model !== 'poisson') throw new InvalidOptionError('--population', settings.model, '--model poisson')
    return { model: conditionalPoissonModel({ ...recent, minCases, ...shareOfPopulation(table.population, counts, days, keep) }), population: table.population }
  }
  const history = keep < days ? historyBaselines(cells, keep, weekdays) : undefined
  if (!table.baselines && !history) throw new BadInputError('scan_no_history', `the windows leave none of the ${days} days to learn a baseline from`, { days })
  const known = table.baselines ? { baselines: lastDays(table.baselines, places, days, keep) } : { baselines: history!.baselines, baselineCv: history!.baselineCv }
  const population = Float64Array.from({ length: places }, (_, p) => known.baselines.subarray(p * keep, (p + 1) * keep).reduce((sum, mean) => sum + (mean || 0), 0))
  if (settings.model === 'poisson') return { model: expectationModel({ ...recent, ...known, minCases }), population }
  const sizes = new Float64Array(places).fill(settings.size ?? history?.size ?? Infinity)
  return { model: negativeBinomialModel({ ...recent, ...known, sizes }), population }
}

/** People times days, inside the days under test and before. */
function shareOfPopulation(population: Float64Array, counts: Float64Array, days: number, keep: number): { weights: Float64Array, elsewhere: { cases: number, weight: number } } {
  const elsewhere = { cases: 0, weight: 0 }
  for (let i = 0; i < counts.length; i++) {
    if (i % days >= days - keep || Number.isNaN(counts[i])) continue
    elsewhere.cases += counts[i]
    elsewhere.weight += population[Math.floor(i / days)]
  }
  return { elsewhere, weights: Float64Array.from({ length: population.length * keep }, (_, i) => population[Math.floor(i / keep)]) }
}
