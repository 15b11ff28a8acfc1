/**
 * Loads a demo city into the store: the registries first, then its export through the ordinary import, then the
 * labels, the streets' outlines, the weather and the promised dates into files beside the store.
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { parseDay } from '../../core/days.ts'
import { declareStaffChannels, upsertPlaces, upsertTopics, upsertUnits } from '../../sql/registry.ts'
import { importCovariates } from '../covariates/import-covariates.ts'
import { importPromises } from '../promised/import-promises.ts'
import { importInput } from '../ingest/import.ts'
import type { ImportDeps, ImportResult } from '../ingest/import.ts'
import { writeWhole } from '../whole-file.ts'
import { drawCity } from './city.ts'
import type { DemoCity } from './city.ts'
import type { DemoParams } from './params.ts'

export const DEMO_SOURCE = 'demo'
export const STAFF_CHANNELS = ['网格巡查', '后台批量录入'] as const

/** For the owner of the data directory alone. */
const OWN = 0o600

export interface LoadedDemo {
  seed: number
  /** JSON lines, one planted episode each. */
  labelsPath: string
  /** GeoJSON of the streets, for `weisu report --boundaries`. */
  boundariesPath: string
  /** Temperature and rain of every day, loaded as covariates. */
  weatherPath: string
  /** When building projects are to be handed over, loaded as promised dates. */
  promisesPath: string
  /** Tickets the store has of this city. */
  tickets: number
  from: string
  until: string
  import: ImportResult
  seconds: number
}

/**
 * Loading the same seed and params again changes nothing but the file of labels, which is written anew.
 *
 * @throws {InvalidOptionError} params that `resolveDemoParams` refuses
 */
export async function loadDemo(deps: ImportDeps, { seed, params }: { seed: number, params: Partial<DemoParams> }): Promise<LoadedDemo> {
  const started = performance.now()
  const city = drawCity(params, seed)
  const { from, until, city: root } = city.params
  await deps.db.transaction(async (client) => {
    await upsertPlaces(client, city.places)
    await upsertTopics(client, city.topics)
    await upsertUnits(client, city.units)
  })
  const name = `${root}-${seed}.csv`
  const result = await importInput(deps, {
    input: { stream: Readable.from(city.tickets(), { objectMode: false }), name, hash: identity(city) },
    preset: 'generic_12345_zh', source: DEMO_SOURCE, city: root, recorded: 'arrival',
  })
  await declareStaffChannels(deps.db, DEMO_SOURCE, STAFF_CHANNELS)
  const labelsPath = `${deps.config.dataDir}/labels.json`
  await writeWhole(labelsPath, city.labels.map((label) => `${JSON.stringify(label)}\n`).join(''), OWN)
  const boundariesPath = `${deps.config.dataDir}/boundaries.geojson`
  await writeWhole(boundariesPath, `${JSON.stringify(city.boundaries)}\n`, OWN)
  const weatherPath = `${deps.config.dataDir}/weather.csv`
  await writeWhole(weatherPath, city.weather, OWN)
  await importCovariates(deps.db, { path: weatherPath, today: parseDay(until) })
  const promisesPath = `${deps.config.dataDir}/promises.csv`
  await writeWhole(promisesPath, city.promises, OWN)
  await importPromises(deps.db, promisesPath, parseDay(until))
  const seconds = (performance.now() - started) / 1000
  deps.log.info('demo_loaded', { seed, tickets: result.read - result.rejected, labels: city.labels.length, seconds })
  return { seed, labelsPath, boundariesPath, weatherPath, promisesPath, tickets: result.read - result.rejected - result.duplicate, from, until, import: result, seconds }
}

/** Equal for equal cities: the labels name their tickets, so a change of the simulator changes it too. */
function identity({ seed, params, labels, places }: DemoCity): string {
  return createHash('sha256').update(JSON.stringify(['demo', seed, params, labels, places])).digest('hex')
}
