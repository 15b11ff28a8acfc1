// @ts-nocheck: AssemblyScript, not TypeScript
/**
 * screen.ts in WebAssembly SIMD. T is the type of a sum: i16, sixteen replicates in two vectors, saturating; or f32, eight, exact
 * for counts to 2^24 and with 24 bits for weighted ones. Compiled into screen-wasm.ts by `node tests/support/compile-kernel.ts`;
 * screen-kernel.ts lays out the memory. docs/methods/expectation-scan.md, "How it is computed"
 */

/** Bytes of one column's replicates. */
const ROW: usize = 32

@external("screen", "hit")
declare function hit(row: i32, column: i32, lane: i32): void

/** Pointers are to the arrays that screen.ts has. */
export function screen16(centres: i32, starts: usize, neighbours: usize, candidate: usize, columns: i32, cells: usize, thresholds: usize, sums: usize): void {
  screen<i16>(centres, starts, neighbours, candidate, columns, cells, thresholds, sums)
}

export function screen32(centres: i32, starts: usize, neighbours: usize, candidate: usize, columns: i32, cells: usize, thresholds: usize, sums: usize): void {
  screen<f32>(centres, starts, neighbours, candidate, columns, cells, thresholds, sums)
}

function screen<T>(centres: i32, starts: usize, neighbours: usize, candidate: usize, columns: i32, cells: usize, thresholds: usize, sums: usize): void {
  const width = <usize>columns * ROW
  let row: i32 = 0
  for (let c = 0; c < centres; c++) {
    memory.fill(sums, 0, width)
    const end = load<i32>(starts + (<usize>c << 2), 4)
    for (let k = load<i32>(starts + (<usize>c << 2)); k < end; k++) {
      const cell = cells + <usize>load<i32>(neighbours + (<usize>k << 2)) * width
      let threshold = thresholds + <usize>row * sizeof<T>()
      let above = i32x4.splat(0)
      for (let at: usize = 0; at < width; at += ROW) {
        const left = add<T>(v128.load(sums + at), v128.load(cell + at))
        const right = add<T>(v128.load(sums + at, 16), v128.load(cell + at, 16))
        v128.store(sums + at, left)
        v128.store(sums + at, right, 16)
        const limit = sizeof<T>() == 2 ? v128.load16_splat(threshold) : v128.load32_splat(threshold)
        above = v128.or(above, v128.gt<T>(v128.max<T>(left, right), limit))
        threshold += sizeof<T>()
      }
      if (load<u8>(candidate + <usize>k) == 0) continue
      if (v128.any_true(above)) report<T>(row, columns, thresholds, sums)
      row += columns
    }
  }
}

// @ts-ignore: decorator
@inline
function add<T>(a: v128, b: v128): v128 {
  return sizeof<T>() == 2 ? i16x8.add_sat_s(a, b) : f32x4.add(a, b)
}

function report<T>(row: i32, columns: i32, thresholds: usize, sums: usize): void {
  for (let column = 0; column < columns; column++, row++) {
    const limit = load<T>(thresholds + <usize>row * sizeof<T>())
    for (let lane = 0; lane < <i32>(ROW / sizeof<T>()); lane++, sums += sizeof<T>()) {
      if (load<T>(sums) > limit) hit(row, column, lane)
    }
  }
}
