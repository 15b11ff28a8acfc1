/**
 * The pooled forecast against seasonal naive, exponential smoothing and Theta, on rolling origins of the later part of the past:
 * loss, coverage, and how well surges are foretold. Trained once, before the first origin; nothing is chosen on what is scored.
 */
import { createRng } from '../core/rng.ts'
import type { Rng } from '../core/rng.ts'
import { fillCounts } from '../models/forecast/base.ts'
import { etsForecast, fitEts } from '../models/forecast/ets.ts'
import { forecast } from '../models/forecast/forecast.ts'
import type { ForecastInput } from '../models/forecast/forecast.ts'
import { negbinQuantiles } from '../models/forecast/negbin-quantiles.ts'
import type { PeerForecast } from '../models/forecast/peer.ts'
import type { PooledForecast } from '../models/forecast/pooled-forecast.ts'
import { coverageShare, quantileLoss, scoreProbabilities, WQL_LEVELS } from '../models/forecast/scores.ts'
import { seasonalNaive } from '../models/forecast/seasonal-naive.ts'
import { theta } from '../models/forecast/theta.ts'
import { trainForecast } from '../models/forecast/train.ts'
import { fillOutcome, HORIZON_DAYS, truncate } from '../models/forecast/training-rows.ts'
import { drawForecastCity, readForecastCity } from './forecast-cities.ts'
import type { ForecastCity } from './forecast-cities.ts'

const PEERS = ['naive', 'weekdays', 'ets', 'etsCounts', 'theta'] as const

function forecastPeers(counts: Float64Array, horizon: number): (readonly [string, PeerForecast])[] {
  const fit = fitEts(counts)
  return [
    ['naive', seasonalNaive(counts, horizon)], ['weekdays', seasonalNaive(counts, horizon, { form: 'climatology' })],
    ['ets', etsForecast(fit, horizon)], ['etsCounts', etsForecast(fit, horizon, { predictive: 'counts' })], ['theta', theta(counts, horizon)],
  ]
}
/** Series of a level that are scored at most, drawn by a fixed seed. */
const PER_LEVEL = 60
/** Usual callers a day below which a series is sparse. */
const SPARSE = 0.1
const SPANS = [1, 7, 28] as const
const COVERAGES = [0.5, 0.8, 0.95] as const
const SURGE_DAYS = [7, 14, 28] as const

/** City, first origin as a share of its days, days between origins. */
export interface Trial { city: ForecastCity, from: number, step: number }

export async function benchForecast(quick: boolean): Promise<object[]> {
  const trials: Trial[] = quick
    ? [{ city: await readForecastCity('Boston'), from: 0.72, step: 14 }]
    : [
        { city: drawForecastCity(2), from: 0.767, step: 28 },
        { city: drawForecastCity(3), from: 0.767, step: 28 },
        { city: await readForecastCity('Houston'), from: 0.75, step: 84 },
        { city: await readForecastCity('Boston'), from: 0.72, step: 7 },
      ]
  return trials.flatMap(runTrial)
}

interface Cell { n: number, loss: Record<string, number>, came: number, inside: number[], chanceLoss: number, chanceCame: number }
interface Surge { p: number[], reference: number[], came: number[] }

/** Rows of losses by level and span, of surges, and the seconds it took. */
export function runTrial({ city: { name, input }, from, step }: Trial): object[] {
  const first = Math.round(from * input.days)
  const began = performance.now()
  const model = trainForecast(truncate(input, first))
  const trained = performance.now()
  const cells = new Map<string, Cell>()
  const surges = new Map<string, Surge>()
  const came = new Float64Array(HORIZON_DAYS)
  const chosen = choose(input)
  const rng = createRng('bench/forecast/chance')
  for (let days = first; days + 28 <= input.days; days += step) {
    const past = truncate(input, days)
    const pooled = forecast(past, model)
    for (let s = 0; s < pooled.series; s++) {
      if (pooled.reason(s) !== '') continue
      fillOutcome(input, s, days, came)
      const isSparse = pooled.usualSum(s, 28) / 28 < SPARSE
      const level = `${['city', 'district', 'street'][input.placeDepth[s]!]}/${['all', 'domain', 'family', 'leaf'][input.topicDepth[s]!]}`
      if (chosen[s] === 1) {
        const counts = fillCounts(past, s, new Float64Array(days))
        const peers = forecastPeers(counts, 28)
        for (const key of isSparse ? [level, 'sparse'] : [level]) addLosses(cells, key, pooled, s, peers, came, rng)
      }
      addSurges(surges, pooled, s, input, past, came)
    }
  }
  const seconds = { training: (trained - began) / 1000, scoring: (performance.now() - trained) / 1000 }
  return [
    ...[...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, cell]) => lossRow(name, key, cell)),
    ...[...surges].map(([key, surge]) => surgeRow(name, key, surge)),
    { city: name, what: 'seconds', ...seconds },
  ]
}

/** The series of few, and a sample of the series of many. */
function choose({ placeDepth, topicDepth }: ForecastInput): Uint8Array {
  const rng = createRng('bench/forecast')
  const levels = Map.groupBy(placeDepth.keys(), (s) => placeDepth[s]! * 8 + topicDepth[s]!)
  const chosen = new Uint8Array(placeDepth.length)
  for (const list of levels.values()) {
    for (const { s } of list.map((each) => ({ s: each, at: rng.next() })).sort((a, b) => a.at - b.at).slice(0, PER_LEVEL)) chosen[s] = 1
  }
  return chosen
}

function addLosses(cells: Map<string, Cell>, level: string, pooled: PooledForecast, s: number, peers: readonly (readonly [string, PeerForecast])[], came: Float64Array, rng: Rng): void {
  const q = new Float64Array(WQL_LEVELS.length)
  for (const span of SPANS) {
    const key = `${level} ${span} d`
    let cell = cells.get(key)
    if (!cell) cells.set(key, cell = { n: 0, loss: {}, came: 0, inside: COVERAGES.map(() => 0), chanceLoss: 0, chanceCame: 0 })
    for (let from = 0; from + span <= 28; from += span) {
      let y = 0
      for (let h = from; h < from + span; h++) y += came[h]!
      if (!(y >= 0)) continue
      cell.n++
      cell.came += y
      cell.loss.pooled = (cell.loss.pooled ?? 0) + quantileLoss(y, pooled.quantiles(s, from, from + span, WQL_LEVELS, q))
      for (const [peer, each] of peers) {
        each.quantiles(from, from + span, WQL_LEVELS, q)
        cell.loss[peer] = (cell.loss[peer] ?? 0) + quantileLoss(y, q)
      }
      // What chance alone costs whoever knows the mean: a Poisson count drawn from it, against its own quantiles.
      const { mean } = pooled.sum(s, from, from + span)
      const drawn = rng.poisson(mean)
      cell.chanceCame += drawn
      cell.chanceLoss += quantileLoss(drawn, negbinQuantiles(mean, Infinity, WQL_LEVELS, q))
      const below = y === 0 ? 0 : pooled.cdf(s, from, from + span, y - 1)
      const upTo = pooled.cdf(s, from, from + span, y)
      COVERAGES.forEach((coverage, i) => { cell.inside[i]! += coverageShare(below, upTo, coverage) })
    }
  }
}

/** The reference is climatology: how often so many days of the series' own past had as many as the threshold. */
function addSurges(surges: Map<string, Surge>, pooled: PooledForecast, s: number, input: ForecastInput, past: ForecastInput, came: Float64Array): void {
  const counts = fillCounts(past, s, new Float64Array(past.days))
  for (const days of SURGE_DAYS) {
    let y = 0
    for (let h = 0; h < days; h++) y += came[h]!
    if (!(y >= 0)) continue
    const threshold = pooled.surgeThreshold(s, days)
    let reached = 0
    let stretches = 0
    for (let until = past.days; until - days >= 0; until -= days) {
      let sum = 0
      for (let i = until - days; i < until; i++) sum += counts[i]!
      stretches++
      if (sum >= threshold) reached++
    }
    for (const key of ['all', ['city', 'district', 'street'][input.placeDepth[s]!]!]) {
      const name = `${key} ${days} d`
      let surge = surges.get(name)
      if (!surge) surges.set(name, surge = { p: [], reference: [], came: [] })
      surge.p.push(pooled.surge(s, days, threshold))
      surge.reference.push((reached + 0.5) / (stretches + 1))
      surge.came.push(y >= threshold ? 1 : 0)
    }
  }
}

function lossRow(city: string, what: string, { n, loss, came, inside, chanceLoss, chanceCame }: Cell): object {
  const wql = Object.fromEntries(Object.entries(loss).map(([name, sum]) => [name, sum / came]))
  const peers = PEERS.map((name) => wql[name]!)
  const published = PEERS.filter((name) => name !== 'etsCounts').map((name) => wql[name]!)
  return {
    city, what, n, ...wql, ratio: wql.pooled! / Math.min(...published), ratioCounts: wql.pooled! / Math.min(...peers),
    chance: chanceLoss / chanceCame, in50: (100 * inside[0]!) / n, in80: (100 * inside[1]!) / n, in95: (100 * inside[2]!) / n,
  }
}

function surgeRow(city: string, what: string, { p, reference, came }: Surge): object {
  const base = came.reduce((sum, each) => sum + each, 0) / came.length
  const score = scoreProbabilities(Float64Array.from(p), Float64Array.from(reference), Uint8Array.from(came))
  const flat = scoreProbabilities(Float64Array.from(p), new Float64Array(p.length).fill(base), Uint8Array.from(came))
  return {
    city, what: `surge ${what}`, n: score.n, events: score.events, brier: score.brier, skill: score.skill, skillOverRate: flat.skill, slope: score.slope,
    intercept: score.intercept, prAuc: score.prAuc, prAucClimatology: score.prAucReference,
  }
}
