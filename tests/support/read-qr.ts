/**
 * Reads a QR code of level L in byte mode, by the standard and without the library that drew it: format, mask, order of codewords, blocks. Errors are not corrected:
 * one wrong module gives another text, or none.
 */

/** Of level L, by version from 1. */
const ECC_PER_BLOCK = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24]
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6]
const MASKS: readonly ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2, (_, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3, (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3), (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
]

/** Rows of modules, dark ones true, of an SVG whose path is made of rectangles one module high. */
export function modulesOf(svg: string): boolean[][] {
  const whole = Number(/viewBox="0 0 (\d+)/.exec(svg)![1])
  const grid = Array.from({ length: whole }, () => Array.from({ length: whole }, () => false))
  for (const [, x, y, n] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) for (let i = 0; i < Number(n); i++) grid[Number(y)]![Number(x) + i] = true
  const first = grid.findIndex((row) => row.includes(true))
  if (first < 4 || grid.at(-4)!.includes(true)) throw new Error('no quiet zone of four modules')
  return grid.slice(first, whole - first).map((row) => row.slice(first, whole - first))
}

export function readQr(grid: readonly (readonly boolean[])[]): string {
  const size = grid.length
  const version = (size - 17) / 4
  const at = (x: number, y: number): number => Number(grid[y]![x])
  const format = [...[0, 1, 2, 3, 4, 5, 7, 8].map((y) => at(8, y)), at(7, 8), ...[5, 4, 3, 2, 1, 0].map((x) => at(x, 8))].reduce((sum, bit, i) => sum | (bit << i), 0) ^ 0x5412
  if (format >> 13 !== 1) throw new Error('not of level L')
  const mask = MASKS[(format >> 10) & 7]!
  const bits: number[] = []
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5
    for (let i = 0; i < size; i++) {
      const y = up ? size - 1 - i : i
      for (const x of [right, right - 1]) if (!isFunction(x, y, size, version)) bits.push(at(x, y) ^ Number(mask(x, y) === 0))
    }
  }
  const codewords = Array.from({ length: Math.floor(bits.length / 8) }, (_, i) => parseInt(bits.slice(i * 8, i * 8 + 8).join(''), 2))
  const data = withoutBlocks(codewords, BLOCKS[version - 1]!, ECC_PER_BLOCK[version - 1]!)
  const all = data.map((byte) => byte.toString(2).padStart(8, '0')).join('')
  if (all.slice(0, 4) !== '0100') throw new Error('not in byte mode')
  const counted = version < 10 ? 8 : 16
  const length = parseInt(all.slice(4, 4 + counted), 2)
  return Buffer.from(Array.from({ length }, (_, i) => parseInt(all.slice(4 + counted + i * 8, 12 + counted + i * 8), 2))).toString()
}

function withoutBlocks(codewords: readonly number[], blocks: number, ecc: number): number[] {
  const long = codewords.length % blocks
  const short = Math.floor(codewords.length / blocks) - ecc
  const data: number[][] = Array.from({ length: blocks }, () => [])
  let next = 0
  for (let i = 0; i <= short; i++) for (let block = 0; block < blocks; block++) if (i < short || block >= blocks - long) data[block]!.push(codewords[next++]!)
  return data.flat()
}

/** Finders with what lies around them, timing, alignment, version. */
function isFunction(x: number, y: number, size: number, version: number): boolean {
  if (x === 6 || y === 6 || (x < 9 && y < 9) || (x < 9 && y >= size - 8) || (x >= size - 8 && y < 9)) return true
  if (version >= 7 && ((x < 6 && y >= size - 11) || (y < 6 && x >= size - 11))) return true
  const centres = alignment(version, size)
  return centres.some((cx) => centres.some((cy) => Math.abs(x - cx) <= 2 && Math.abs(y - cy) <= 2
    && !((cx === 6 && cy === 6) || (cx === 6 && cy === size - 7) || (cx === size - 7 && cy === 6))))
}

function alignment(version: number, size: number): number[] {
  if (version === 1) return []
  const count = Math.floor(version / 7) + 2
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2
  return [6, ...Array.from({ length: count - 1 }, (_, i) => size - 7 - i * step)]
}
