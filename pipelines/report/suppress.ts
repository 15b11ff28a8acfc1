/**
 * Which cells of a table with totals may be shown without giving a caller away.
 */

/**
 * Marks what to hide: cells of 1 or 2 callers, and then as many others as it takes that no row or column has a single
 * hidden cell, which its total would give away. The last row and the last column are the totals; a total is hidden as any
 * other cell is. Among candidates the smallest goes first, then the one further up and left; zeros stay shown.
 *
 * @param callers distinct callers a cell, rectangular, totals included
 * @param also    whether a cell is hidden already, whatever its callers
 * @returns the same shape: 'few' below `fewest`, 'extra' hidden for another's sake, undefined shown
 */
export function suppress(callers: readonly (readonly number[])[], fewest: number, also: (i: number, j: number) => boolean = () => false): ('few' | 'extra' | undefined)[][] {
  const hidden = callers.map((row, i) => row.map((n, j) => (n > 0 && n < fewest ? 'few' as const : also(i, j) ? 'extra' as const : undefined))) as ('few' | 'extra' | undefined)[][]
  const height = callers.length
  const width = callers[0]?.length ?? 0
  const lines: [number, number][][] = []
  for (let i = 0; i < height; i++) lines.push(callers[i]!.map((_, j) => [i, j]))
  for (let j = 0; j < width; j++) lines.push(callers.map((_, i) => [i, j]))
  for (let changed = true; changed;) {
    changed = false
    for (const line of lines) {
      if (line.filter(([i, j]) => hidden[i]![j]).length !== 1) continue
      const candidates = line.filter(([i, j]) => !hidden[i]![j] && callers[i]![j]! > 0)
      if (candidates.length === 0) continue
      const [i, j] = candidates.reduce((best, cell) => (callers[cell[0]]![cell[1]]! < callers[best[0]]![best[1]]! ? cell : best))
      hidden[i]![j] = 'extra'
      changed = true
    }
  }
  return hidden
}
