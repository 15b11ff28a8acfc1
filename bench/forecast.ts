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
/** The peers that the target names; the other two are ours. */
const NAMED = ['naive', 'ets', 'theta'] as const

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

/** Days of a block: origins of one speak of the same coming days. */
const BLOCK = 28

/** City, first origin as a share of its days, days between origins; the peers, which take nearly all of the time, forecast at one origin of so many. */
export interface Trial { city: ForecastCity, from: number, step: number, peersEvery: number }

export async function benchForecast(quick: boolean): Promise<object[]> {
  const trials: Trial[] = quick
    ? [{ city: await readForecastCity('Boston'), from: 0.72, step: 14, peersEvery: 1 }]
    : [
        { city: drawForecastCity(2), from: 0.767, step: 7, peersEvery: 4 },
        { city: drawForecastCity(3), from: 0.767, step: 7, peersEvery: 4 },
        { city: await readForecastCity('Houston'), from: 0.75, step: 84, peersEvery: 1 },
        { city: await readForecastCity('Boston'), from: 0.72, step: 7, peersEvery: 1 },
      ]
  return trials.flatMap(runTrial)
}

/** What came against its intervals in one block. */
interface Inside { n: number, of: number[] }
interface Cell { inside: Map<number, Inside>, loss: Record<string, number>, came: number, chance: Chance, known: Chance }
/** Loss on what is drawn from the distribution that forecasts it: what remains to whoever knows the distribution. */
interface Chance { loss: number, came: number }
interface Surge { p: number[], reference: number[], came: number[] }

/** Rows of losses by level and span, of surges, and the seconds it took. */
export function runTrial({ city: { name, input }, from, step, peersEvery }: Trial): object[] {
  const first = Math.round(from * input.days)
  const began = performance.now()
  const model = trainForecast(truncate(input, first))
  const trained = performance.now()
  const cells = new Map<string, Cell>()
  const surges = new Map<string, Surge>()
  const came = new Float64Array(HORIZON_DAYS)
  const chosen = choose(input)
  const rng = createRng('bench/forecast/chance')
  for (let days = first, origin = 0; days + 28 <= input.days; days += step, origin++) {
    const past = truncate(input, days)
    const pooled = forecast(past, model)
    for (let s = 0; s < pooled.series; s++) {
      if (pooled.reason(s) !== '') continue
      fillOutcome(input, s, days, came)
      const isSparse = pooled.usualSum(s, 28) / 28 < SPARSE
      const place = ['city', 'district', 'street'][input.placeDepth[s]!]!
      const level = `${place}/${['all', 'domain', 'family', 'leaf'][input.topicDepth[s]!]}`
      if (chosen[s]! > 0) {
        const keys: [string, number][] = [[level, 1], [`${place}, pooled`, chosen[s]!], ...(isSparse ? [['sparse', chosen[s]!] as [string, number]] : [])]
        addCoverage(cells, keys, pooled, s, came, Math.floor((days - first) / BLOCK))
        if (origin % peersEvery === 0) addLosses(cells, keys, pooled, s, forecastPeers(fillCounts(past, s, new Float64Array(days)), 28), came, rng)
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

/** Of each series how many of its level it speaks for: 1 where they are few, 0 for those that are not drawn. */
function choose({ placeDepth, topicDepth }: ForecastInput): Float64Array {
  const rng = createRng('bench/forecast')
  const levels = Map.groupBy(placeDepth.keys(), (s) => placeDepth[s]! * 8 + topicDepth[s]!)
  const chosen = new Float64Array(placeDepth.length)
  for (const list of levels.values()) {
    const drawn = list.map((each) => ({ s: each, at: rng.next() })).sort((a, b) => a.at - b.at).slice(0, PER_LEVEL)
    for (const { s } of drawn) chosen[s] = list.length / drawn.length
  }
  return chosen
}

/** Calls with every stretch of the next four weeks, and the callers that came in it. */
function eachStretch(came: Float64Array, visit: (span: number, from: number, until: number, y: number) => void): void {
  for (const span of SPANS) {
    for (let from = 0; from + span <= 28; from += span) {
      let y = 0
      for (let h = from; h < from + span; h++) y += came[h]!
      if (y >= 0) visit(span, from, from + span, y)
    }
  }
}

function cellOf(cells: Map<string, Cell>, level: string, span: number): Cell {
  const key = `${level} ${span} d`
  let cell = cells.get(key)
  if (!cell) cells.set(key, cell = { inside: new Map(), loss: {}, came: 0, chance: { loss: 0, came: 0 }, known: { loss: 0, came: 0 } })
  return cell
}

function addCoverage(cells: Map<string, Cell>, keys: readonly [string, number][], pooled: PooledForecast, s: number, came: Float64Array, block: number): void {
  eachStretch(came, (span, from, until, y) => {
    const below = y === 0 ? 0 : pooled.cdf(s, from, until, y - 1)
    const upTo = pooled.cdf(s, from, until, y)
    for (const [level, weight] of keys) {
      const { inside } = cellOf(cells, level, span)
      let at = inside.get(block)
      if (!at) inside.set(block, at = { n: 0, of: COVERAGES.map(() => 0) })
      at.n += weight
      COVERAGES.forEach((coverage, i) => { at.of[i]! += weight * coverageShare(below, upTo, coverage) })
    }
  })
}

function addLosses(cells: Map<string, Cell>, keys: readonly [string, number][], pooled: PooledForecast, s: number, peers: readonly (readonly [string, PeerForecast])[], came: Float64Array, rng: Rng): void {
  const q = new Float64Array(WQL_LEVELS.length)
  eachStretch(came, (span, from, until, y) => {
    const losses: [string, number][] = [['pooled', quantileLoss(y, pooled.quantiles(s, from, until, WQL_LEVELS, q))]]
    for (const [peer, each] of peers) losses.push([peer, quantileLoss(y, each.quantiles(from, until, WQL_LEVELS, q))])
    // What remains to whoever knows the mean: of a Poisson count, and of days that scatter as the series' own past days did.
    const { mean } = pooled.sum(s, from, until)
    const drawn = rng.poisson(mean)
    const chanceLoss = quantileLoss(drawn, negbinQuantiles(mean, Infinity, WQL_LEVELS, q))
    const { size } = pooled.dayScatter(s, from, until)
    const scattered = rng.negativeBinomial(mean, size)
    const knownLoss = quantileLoss(scattered, negbinQuantiles(mean, size, WQL_LEVELS, q))
    for (const [level, weight] of keys) {
      const cell = cellOf(cells, level, span)
      cell.came += weight * y
      for (const [name, loss] of losses) cell.loss[name] = (cell.loss[name] ?? 0) + weight * loss
      cell.chance.loss += weight * chanceLoss
      cell.chance.came += weight * drawn
      cell.known.loss += weight * knownLoss
      cell.known.came += weight * scattered
    }
  })
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

function lossRow(city: string, what: string, { loss, came, inside, chance, known }: Cell): object {
  const wql = Object.fromEntries(Object.entries(loss).map(([name, sum]) => [name, sum / came]))
  const best = Math.min(...PEERS.map((name) => wql[name]!))
  const bound = known.loss / known.came
  return {
    city, what, ...wql, ratioNamed: wql.pooled! / Math.min(...NAMED.map((name) => wql[name]!)), ratioAll: wql.pooled! / best,
    chance: chance.loss / chance.came, known: bound, gained: (best - wql.pooled!) / (best - bound), ...coverageOf([...inside.values()]),
  }
}

/** Percent inside, and the standard error of that within 80 % by leaving out one block after the other: days of one origin go wrong together. */
function coverageOf(blocks: readonly Inside[]): object {
  const total = blocks.reduce((sum, { n }) => sum + n, 0)
  const [in50, in80, in95] = COVERAGES.map((_, i) => (100 * blocks.reduce((sum, { of }) => sum + of[i]!, 0)) / total)
  const without = blocks.map(({ n, of }) => ((in80! / 100) * total - of[1]!) / (total - n))
  const mean = without.reduce((a, b) => a + b, 0) / without.length
  const error = 100 * Math.sqrt(((blocks.length - 1) / blocks.length) * without.reduce((sum, each) => sum + (each - mean) ** 2, 0))
  return { n: Math.round(total), blocks: blocks.length, in50, in80, error80: error, in95 }
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
