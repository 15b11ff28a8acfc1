// @ts-nocheck: AssemblyScript, not TypeScript
/**
 * screen.ts in WebAssembly SIMD: eight replicates are two vectors of f32. Counts are exact to 2^24; weighted counts carry 24 bits.
 * Compiled into screen-wasm.ts by `node tests/support/compile-kernel.ts`; screen-kernel.ts lays out the memory.
 * docs/methods/expectation-scan.md, "How it is computed"
 */

/** Eight sums of four bytes. */
const ROW: usize = 32

@external("screen", "hit")
declare function hit(row: i32, column: i32, lane: i32): void

/** Pointers are to the arrays that screen.ts has. */
export function screen(centres: i32, starts: usize, neighbours: usize, candidate: usize, columns: i32, cells: usize, thresholds: usize, sums: usize): void {
  const width = <usize>columns * ROW
  let row: i32 = 0
  for (let c = 0; c < centres; c++) {
    memory.fill(sums, 0, width)
    const end = load<i32>(starts + (<usize>c << 2), 4)
    for (let k = load<i32>(starts + (<usize>c << 2)); k < end; k++) {
      const cell = cells + <usize>load<i32>(neighbours + (<usize>k << 2)) * width
      let threshold = thresholds + (<usize>row << 2)
      let above = i32x4.splat(0)
      for (let at: usize = 0; at < width; at += ROW) {
        const left = f32x4.add(v128.load(sums + at), v128.load(cell + at))
        const right = f32x4.add(v128.load(sums + at, 16), v128.load(cell + at, 16))
        v128.store(sums + at, left)
        v128.store(sums + at, right, 16)
        const limit = v128.load32_splat(threshold)
        above = v128.or(above, v128.or(f32x4.gt(left, limit), f32x4.gt(right, limit)))
        threshold += 4
      }
      if (load<u8>(candidate + <usize>k) == 0) continue
      if (v128.any_true(above)) report(row, columns, thresholds, sums)
      row += columns
    }
  }
}

function report(row: i32, columns: i32, thresholds: usize, sums: usize): void {
  for (let column = 0; column < columns; column++, row++) {
    const limit = load<f32>(thresholds + (<usize>row << 2))
    for (let lane = 0; lane < 8; lane++, sums += 4) {
      if (load<f32>(sums) > limit) hit(row, column, lane)
    }
  }
}
