/**
 * A city's covariates as columns of its days: the value of the city itself, else the mean over its places that have one.
 */
import { standardise } from '../../models/forecast/covariates.ts'
import { HORIZON } from '../../models/forecast/forecast.ts'
import type { City } from '../city-profiles.ts'
import type { CityCovariates } from './forecast-input.ts'
import type { ForecastView } from './view.ts'

/** Absent where the city has none. */
export function covariateColumns({ covariates, places }: ForecastView, city: City): CityCovariates | undefined {
  const own = covariates.filter((row) => places.get(row.placeId)?.rollup[0] === city.root)
  if (own.length === 0) return undefined
  const tables = Map.groupBy(own, (row) => `${row.name}\n${row.variable}`)
  return (firstDay, days) => [...tables.keys()].sort().map((key) => {
    const values = new Float64Array(days + HORIZON).fill(NaN)
    for (const [day, rows] of Map.groupBy(tables.get(key)!, (row) => row.day)) {
      const at = day - firstDay
      if (at < 0 || at >= values.length) continue
      const whole = rows.find((row) => row.placeId === city.root)
      values[at] = whole ? whole.value : rows.reduce((sum, row) => sum + row.value, 0) / rows.length
    }
    return standardise(values, firstDay, days)
  })
}
