/**
 * A smooth course of the year: straight line and two harmonics through the logarithms of weekly counts, by least squares.
 */
import { choleskyDecompose, choleskySolve } from '../math/cholesky.ts'

const WEEKS_A_YEAR = 365.2425 / 7
const TERMS = 6

/** Keeps a short or constant row solvable. */
const RIDGE = 1e-6

/** Logarithm of the smooth level of each week. O(weeks). */
export function smoothYear(row: Float64Array): Float64Array {
  const matrix = new Float64Array(TERMS * TERMS)
  const right = new Float64Array(TERMS)
  const term = new Float64Array(TERMS)
  for (let i = 0; i < row.length; i++) {
    fillTerms(i, row.length, term)
    const value = Math.log(row[i]! + 0.5)
    for (let a = 0; a < TERMS; a++) {
      right[a] += term[a]! * value
      for (let b = 0; b < TERMS; b++) matrix[a * TERMS + b] += term[a]! * term[b]!
    }
  }
  for (let a = 0; a < TERMS; a++) matrix[a * TERMS + a] += RIDGE
  const coefficients = new Float64Array(TERMS)
  if (!choleskyDecompose(matrix, TERMS)) return new Float64Array(row.length)
  choleskySolve(matrix, right, coefficients, TERMS)
  return Float64Array.from(row, (_, i) => {
    fillTerms(i, row.length, term)
    return term.reduce((sum, value, a) => sum + value * coefficients[a]!, 0)
  })
}

function fillTerms(i: number, weeks: number, term: Float64Array): void {
  const angle = (2 * Math.PI * i) / WEEKS_A_YEAR
  term[0] = 1
  term[1] = i / weeks - 0.5
  term[2] = Math.cos(angle)
  term[3] = Math.sin(angle)
  term[4] = Math.cos(2 * angle)
  term[5] = Math.sin(2 * angle)
}
