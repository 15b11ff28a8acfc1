/**
 * Cholesky factors of small symmetric positive definite matrices, in place, row-major Float64Arrays.
 * Golub & Van Loan (2013), Matrix Computations §4.2.
 */

/** Overwrites the lower triangle of the p * p matrix by its factor L; false where it is not positive definite or not finite. */
export function choleskyDecompose(matrix: Float64Array, p: number): boolean {
  for (let a = 0; a < p; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * p + b]
      for (let c = 0; c < b; c++) sum -= matrix[a * p + c] * matrix[b * p + c]
      if (a > b) {
        matrix[a * p + b] = sum / matrix[b * p + b]
        continue
      }
      if (!(sum > 0) || sum === Infinity) return false
      matrix[a * p + a] = Math.sqrt(sum)
    }
  }
  return true
}

/** Solves L Lᵀ x = right into out; right and out may be the same array. */
export function choleskySolve(factor: Float64Array, right: Float64Array, out: Float64Array, p: number): void {
  for (let a = 0; a < p; a++) {
    let sum = right[a]
    for (let b = 0; b < a; b++) sum -= factor[a * p + b] * out[b]
    out[a] = sum / factor[a * p + a]
  }
  for (let a = p - 1; a >= 0; a--) {
    let sum = out[a]
    for (let b = a + 1; b < p; b++) sum -= factor[b * p + a] * out[b]
    out[a] = sum / factor[a * p + a]
  }
}

/** Writes the whole inverse of L Lᵀ into out, p * p numbers. */
export function choleskyInvert(factor: Float64Array, out: Float64Array, p: number): void {
  const column = new Float64Array(p)
  for (let a = 0; a < p; a++) {
    column.fill(0)
    column[a] = 1
    choleskySolve(factor, column, column, p)
    for (let b = 0; b < p; b++) out[b * p + a] = column[b]
  }
}
