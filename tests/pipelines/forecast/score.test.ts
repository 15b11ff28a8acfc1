import { expect, test } from 'vitest'
import type { SeriesOutlook } from '../../../pipelines/forecast/outlook.ts'
import { climatologyOf, createScorer } from '../../../pipelines/forecast/score.ts'
import type { ScoreRow } from '../../../pipelines/forecast/score.ts'
import { decide } from '../../../pipelines/forecast/train.ts'
import { trainingNight, TRAIN_EVERY_DAYS } from '../../../pipelines/forecast/view.ts'

/** Says `level` callers a day, and is as sure of it as can be. */
function certain(level: number, model: SeriesOutlook['model'] = 'pooled'): SeriesOutlook {
  return {
    seriesClass: 'city', model, mean: (from, until) => level * (until - from),
    quantiles: (from, until, levels, out) => out.fill(level * (until - from), 0, levels.length),
    atMost: (from, until, k) => (k >= level * (until - from) ? 1 : 0),
    usual: (days) => level * days, threshold: (days) => level * days + 3, chance: () => 0.1,
  }
}

test('what came as it was said costs nothing, and twice as much costs half of it', () => {
  const scorer = createScorer(['sum_7'])
  scorer.add(certain(2), new Float64Array(56).fill(2), () => 0.2)
  expect(scorer.rows()).toMatchObject([{ class: 'city', horizon: 'sum_7', model: 'pooled', n: 1, wql: 0, surges: 0, brier: 0.01 }])
  const half = createScorer(['sum_7'])
  half.add(certain(2), new Float64Array(56).fill(4), () => 0.2)
  // 28 came, 14 were said: the median's loss is |28 - 14|, and so is the mean over symmetric levels.
  expect(half.rows()[0]).toMatchObject({ wql: 0.5, surges: 1, brier: 0.81 })
})

test('days that are not over, and gaps, are left out', () => {
  const came = new Float64Array(56).fill(NaN).fill(2, 0, 10)
  const scorer = createScorer()
  scorer.add(certain(2), came, () => 0.2)
  expect(scorer.rows().map((row) => [row.horizon, row.n])).toEqual([['day', 5], ['sum_7', 1], ['week', 1]])
})

test('the climatology is the share of past stretches that reached a threshold', () => {
  const climatology = climatologyOf(Float64Array.from({ length: 28 }, (_, i) => (i < 7 ? 2 : 1)))
  expect(climatology(7, 14)).toBeCloseTo(1.5 / 5)
  expect(climatology(7, 15)).toBeCloseTo(0.5 / 5)
  expect(climatologyOf(new Float64Array(10).fill(NaN))(7, 1)).toBe(0.5)
})

const row = (model: ScoreRow['model'], horizon: ScoreRow['horizon'], wql: number, n = 100): ScoreRow => ({
  class: 'city', horizon, model, n, wql, coverage50: null, coverage80: null, coverage95: null, surges: null, brier: null, brier_skill: null, slope: null, intercept: null,
  pr_auc: null, pr_auc_climatology: null,
})
const DECISIVE = ['day', 'sum_7', 'sum_14', 'sum_28'] as const
const rows = (pooled: number, n = 100): ScoreRow[] => DECISIVE.flatMap((horizon) => [
  row('pooled', horizon, pooled, n), row('ets', horizon, 0.3, n), row('theta', horizon, 0.25, n), row('seasonal_naive', horizon, 0.5, n)])

test('the pooled model serves only where it beats every baseline', () => {
  const of = (list: readonly ScoreRow[]): unknown => decide(list).find((decision) => decision.seriesClass === 'city')
  expect(of(rows(0.2))).toEqual({ seriesClass: 'city', serves: 'pooled', reason: 'better', baseline: 'theta', ratio: 0.8 })
  expect(of(rows(0.26))).toEqual({ seriesClass: 'city', serves: 'theta', reason: 'worse', baseline: 'theta', ratio: 1.04 })
  expect(of(rows(0.25))).toMatchObject({ serves: 'theta', reason: 'worse' })
  expect(of(rows(0.2, 5))).toEqual({ seriesClass: 'city', serves: 'ets', reason: 'unproven', baseline: 'ets', ratio: null })
  expect(decide([]).map((decision) => decision.reason)).toEqual(['unproven', 'unproven', 'unproven', 'unproven'])
})

// Houston has two topics: with 12 forecasts of the city nothing was proven, and ETS said of a flood's fourth day that 4,717 would call in four weeks.
test('a class with too few forecasts goes by the class next to it', () => {
  const decisions = decide(rows(0.2, 12))
  expect(decisions.map(({ seriesClass, serves, reason }) => [seriesClass, serves, reason])).toEqual([
    ['city', 'pooled', 'better'], ['district', 'pooled', 'neighbour'], ['local', 'pooled', 'neighbour'], ['sparse', 'pooled', 'neighbour']])
  expect(decide(rows(0.26, 12)).map(({ serves, ratio }) => [serves, ratio])).toEqual([['theta', 1.04], ['theta', null], ['theta', null], ['theta', null]])
  const between = [...rows(0.2), ...rows(0.26).map((one) => ({ ...one, class: 'local' as const }))]
  expect(decide(between).map(({ serves }) => serves)).toEqual(['pooled', 'pooled', 'theta', 'theta'])
})

test('which training a night uses depends on the night alone, and lies before it', () => {
  for (let night = 20000; night < 20200; night++) {
    const trained = trainingNight(night)
    expect(trained).toBeLessThanOrEqual(night)
    expect(night - trained).toBeLessThan(TRAIN_EVERY_DAYS)
    expect(trainingNight(trained)).toBe(trained)
  }
})
