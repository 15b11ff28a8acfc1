import { expect, test } from 'vitest'
import type { City } from '../../../pipelines/city-profiles.ts'
import { covariateColumns } from '../../../pipelines/forecast/covariate-columns.ts'
import type { ForecastView } from '../../../pipelines/forecast/view.ts'
import type { CovariateRow } from '../../../sql/covariates.ts'

const DAYS = 400
const HORIZON = 56
const city = { root: 1 } as City

function viewOf(covariates: CovariateRow[]): ForecastView {
  const places = new Map([[1, { rollup: [1] }], [2, { rollup: [1, 2] }], [3, { rollup: [1, 3] }], [9, { rollup: [9] }]])
  return { covariates, places } as unknown as ForecastView
}

/** Three weeks of swings around 10. */
const value = (day: number): number => 10 + 3 * Math.sin((2 * Math.PI * day) / 21)
const rows = (placeId: number, of = value): CovariateRow[] => Array.from({ length: DAYS }, (_, day) => ({ name: 'air', variable: 'dust', placeId, day, value: of(day) }))

test('a city without covariates has no columns, whatever another has', () => {
  expect(covariateColumns(viewOf([]), city)).toBeUndefined()
  expect(covariateColumns(viewOf(rows(9)), city)).toBeUndefined()
})

test('the city’s own value goes before those of its places, whose mean it else is', () => {
  const [own] = covariateColumns(viewOf(rows(1)), city)!(0, DAYS)
  const [both] = covariateColumns(viewOf([...rows(1), ...rows(2, () => 99)]), city)!(0, DAYS)
  const [mean] = covariateColumns(viewOf([...rows(2, (day) => value(day) + 5), ...rows(3, (day) => value(day) - 5)]), city)!(0, DAYS)
  expect(both).toEqual(own)
  for (let day = 0; day < DAYS; day++) expect(mean![day]).toBeCloseTo(own![day]!, 6)
})

test('a column reaches over the horizon, and says something of every day', () => {
  const columns = covariateColumns(viewOf([...rows(1), ...rows(1).map((row) => ({ ...row, variable: 'ozone' }))]), city)!(0, DAYS)
  expect(columns).toHaveLength(2)
  expect(columns[0]).toHaveLength(DAYS + HORIZON)
  expect(columns[0]!.every(Number.isFinite)).toBe(true)
  // In standard deviations of what is unusual for the time of the year.
  expect(Math.max(...columns[0]!.subarray(0, DAYS))).toBeGreaterThan(1)
  expect(Math.max(...columns[0]!)).toBeLessThanOrEqual(4)
})
