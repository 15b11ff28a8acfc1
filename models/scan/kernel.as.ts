// @ts-nocheck: AssemblyScript, not TypeScript
/**
 * The inner loops of the permutation scan in WebAssembly SIMD: eight windows of eight or sixteen replicates at once.
 * Compiled into kernel-wasm.ts by `node tests/support/compile-kernel.ts`; permutation-kernel.ts lays out the memory and says what
 * is where; permutation-search.ts finds the same with plain arrays. docs/methods/permutation-scan.md, "How it is computed".
 *
 * Lane i of strip s is the window of the last 8 s + i + 1 days. A place has a row of eight vectors in each strip: replicate after
 * replicate, lane after lane. Counts of a row, and their sums over a block of places, are of type T; sums over a zone are of the
 * type twice as wide. T is u8, or u16 where that is too narrow; sums that do not fit are noticed, see `overflow`.
 */

const LANES: usize = 8
/** Bytes of a row; cells of type T are ROW / sizeof<T>. */
const ROW: usize = 128
/** Covers what single precision may be wrong by. */
const NEARLY: f64 = 0.999

@external("scan", "conditionalRatio")
declare function conditionalRatio(observed: f64, expected: f64, total: f64): f64

// Draws: the cases of the windows' days get places, without replacement, within their stratum.
export let strata: usize = 0
export let pool: usize = 0 // u32: number of the row of every case's place, stratum after stratum
export let poolStarts: usize = 0 // u32: strata + 1
export let slotStarts: usize = 0 // u32: strata + 1
export let slotDays: usize = 0 // u32: how many days before the windows' end; 8 strips for days outside the windows
export let undo: usize = 0 // u32 pairs: what a draw overwrote

// Counts.
export let drawn: usize = 0 // twice as wide as T: one replicate's cases by row and day, 8 (strips + 1) days
export let counts: usize = 0 // T: cases by strip, row, replicate and window
export let rows: usize = 0
export let strips: usize = 0

// Zones.
export let entries: usize = 0 // u32: offset of the place's row, ROW times its number
export let candidates: usize = 0 // u8: whether a zone ends here
export let centreEntries: usize = 0 // u32: centres + 1
export let rowSizes: usize = 0 // f64, strata a row: cases of each stratum in a place
export let limits: usize = 0 // u32: for √expected in steps of 1 / fineness, the count that a statistic above the level must exceed
export let fineness: f64 = 0
export let patience: usize = 0 // f64: for each count the expectation up to which it is unusual

// Of one strip.
export let open: i32 = 0 // bit i: lane i is a window
export let weights: usize = 0 // f64, 8 a stratum: expected cases of a window per case of a place
export let rowExpected: usize = 0 // f32, 8 a row: expected cases of a window in a place
export let centreBlocks: usize = 0 // u32, centres + 1: offsets into blocks, the first of them 0
export let blocks: usize = 0 // see `plan`

// Statistics.
export let total: f64 = 0
export let minCases: i32 = 2
export let maxima: usize = 0 // f64: largest statistic of each replicate so far
export let inside: usize = 0 // f64: cases of each stratum in the present zone
export let sums: usize = 0 // twice as wide as T: cases by replicate and window in the present zone
export let overflow: i32 = 0 // set to 1 where a row or a block held more than T can count

/** Draws replicate r and counts its cases by place and window. @param seed u32 * 4, the state of xoshiro128** */
export function draw8(r: usize, seed: usize): void {
  draw<u16>(seed)
  accumulate<u8, u16>(r)
}
export function draw16(r: usize, seed: usize): void {
  draw<u32>(seed)
  accumulate<u16, u32>(r)
}

/** Cuts the lists of some centres into blocks for one strip. @param block bytes of those before @returns bytes with these */
export function plan8(from: usize, until: usize, block: usize): usize { return plan<u8>(from, until, block) }
export function plan16(from: usize, until: usize, block: usize): usize { return plan<u16>(from, until, block) }
/** Bytes of a block. */
export function blockBytes8(): usize { return blockBytes<u8>() }
export function blockBytes16(): usize { return blockBytes<u16>() }

/** Raises the maxima by the zones of some centres in one strip. */
export function walk8(strip: usize, from: usize, until: usize): void { walk<u8>(strip, from, until) }
export function walk16(strip: usize, from: usize, until: usize): void { walk<u16>(strip, from, until) }

/** Counts by row and day. */
function draw<W>(seed: usize): void {
  let a = load<u32>(seed)
  let b = load<u32>(seed, 4)
  let c = load<u32>(seed, 8)
  let d = load<u32>(seed, 12)
  const days = LANES * (strips + 1)
  memory.fill(drawn, 0, rows * days * sizeof<W>())
  let trace = undo
  for (let s: usize = 0; s < strata; s++) {
    let slot = slotDays + (load<u32>(slotStarts + (s << 2)) << 2)
    const slotEnd = slotDays + (load<u32>(slotStarts + (s << 2), 4) << 2)
    let free = pool + (load<u32>(poolStarts + (s << 2)) << 2)
    let left = load<u32>(poolStarts + (s << 2), 4) - load<u32>(poolStarts + (s << 2))
    for (; slot < slotEnd; slot += 4) {
      const bits = rotl<u32>(b * 5, 7) * 9
      const t = b << 9
      c ^= a
      d ^= b
      b ^= c
      a ^= d
      c ^= t
      d = rotl<u32>(d, 11)
      const at = free + (<usize>((<u64>bits * <u64>left) >> 32) << 2)
      const row = load<u32>(at)
      store<u32>(at, load<u32>(free))
      store<u32>(trace, at)
      store<u32>(trace, row, 4)
      trace += 8
      free += 4
      left--
      const cell = drawn + (<usize>row * days + load<u32>(slot)) * sizeof<W>()
      store<W>(cell, load<W>(cell) + 1)
    }
  }
  while (trace > undo) {
    trace -= 8
    store<u32>(load<u32>(trace), load<u32>(trace, 4))
  }
}

/** Counts of days become counts of windows, as many as T can tell. */
function accumulate<T, W>(r: usize): void {
  const zero = i32x4.splat(0)
  let from = drawn
  for (let row: usize = 0; row < rows; row++, from += LANES * sizeof<W>()) {
    let to = counts + row * ROW + r * LANES * sizeof<T>()
    let carry = zero
    for (let s: usize = 0; s < strips; s++, from += LANES * sizeof<W>(), to += rows * ROW) {
      if (sizeof<T>() == 1) {
        const sums = i16x8.add(running16(v128.load(from)), carry)
        carry = i8x16.shuffle(sums, sums, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15)
        const most = i16x8.min_u(sums, i16x8.splat(255))
        v128.store64_lane(to, i8x16.narrow_i16x8_u(most, most), 0)
      } else {
        const low = i32x4.add(running32(v128.load(from)), carry)
        const high = i32x4.add(running32(v128.load(from, 16)), i8x16.shuffle(low, low, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15))
        carry = i8x16.shuffle(high, high, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15)
        v128.store(to, i16x8.narrow_i32x4_u(low, high))
      }
    }
  }
}

/** Running sums of 8 lanes. */
function running16(v: v128): v128 {
  const zero = i32x4.splat(0)
  v = i16x8.add(v, i8x16.shuffle(zero, v, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29))
  v = i16x8.add(v, i8x16.shuffle(zero, v, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27))
  return i16x8.add(v, i8x16.shuffle(zero, v, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23))
}

/** Running sums of 4 lanes. */
function running32(v: v128): v128 {
  const zero = i32x4.splat(0)
  v = i32x4.add(v, i8x16.shuffle(zero, v, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27))
  return i32x4.add(v, i8x16.shuffle(zero, v, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23))
}

/** A block: LANES limits twice as wide as T; u32 the first entry after it; at the next multiple of 8 for each stratum the cases of its last zone. */
function blockBytes<T>(): usize {
  return (endOffset<T>() + 8 + (strata << 3) + 15) & ~15
}

function endOffset<T>(): usize {
  return 2 * LANES * sizeof<T>()
}

function sizesOffset<T>(): usize {
  return endOffset<T>() + 8
}

/**
 * A block holds nested zones of which `walk` looks at the last one only. A zone holds no more cases than the last of its block
 * and expects no less than the first, so that a block whose last zone stays within the first one's limit holds nothing. A block
 * goes on as long as a count above that limit would still be unusual in the widest window.
 */
function plan<T>(from: usize, until: usize, block: usize): usize {
  const widest = 31 - clz(open)
  for (let centre = from; centre < until; centre++) {
    for (let s: usize = 0; s < strata; s++) store<f64>(inside + (s << 3), 0)
    let patient: f64 = -1
    const end = load<u32>(centreEntries + (centre << 2), 4)
    for (let entry = load<u32>(centreEntries + (centre << 2)); entry < end; entry++) {
      const sizes = rowSizes + <usize>load<u32>(entries + (<usize>entry << 2)) / ROW * (strata << 3)
      for (let s: usize = 0; s < strata; s++) store<f64>(inside + (s << 3), load<f64>(inside + (s << 3)) + load<f64>(sizes + (s << 3)))
      if (!load<u8>(candidates + <usize>entry)) continue
      const expected = expectedIn(inside, widest)
      if (expected > patient) {
        patient = load<f64>(patience + ((<usize>limitOf(expected) + 1) << 3))
        for (let i = 0; i < <i32>LANES; i++) setLimit<T>(blocks + block, i)
        block += blockBytes<T>()
      }
      const at = blocks + block - blockBytes<T>()
      store<u32>(at + endOffset<T>(), entry + 1)
      for (let s: usize = 0; s < strata; s++) store<f64>(at + sizesOffset<T>() + (s << 3), load<f64>(inside + (s << 3)))
    }
    store<u32>(centreBlocks + (centre << 2), <u32>block, 4)
  }
  return block
}

function setLimit<T>(block: usize, lane: i32): void {
  const limit: u32 = (open >> lane) & 1 ? limitOf(expectedIn(inside, lane)) : 0xffffffff
  if (sizeof<T>() == 1) store<u16>(block + (<usize>lane << 1), <u16>limit)
  else store<u32>(block + (<usize>lane << 2), limit)
}

function limitOf(expected: f64): u32 {
  return load<u32>(limits + (<usize>(sqrt<f64>(expected) * fineness) << 2))
}

/** Expected cases of one window in a zone. @param sizes cases of each stratum in the zone */
function expectedIn(sizes: usize, lane: i32): f64 {
  let expected: f64 = 0
  for (let s: usize = 0; s < strata; s++) expected += load<f64>(sizes + (s << 3)) * load<f64>(weights + ((s * LANES + <usize>lane) << 3))
  return expected
}

function walk<T>(strip: usize, from: usize, until: usize): void {
  const here = counts + strip * rows * ROW
  const zero = i32x4.splat(0)
  let block = blocks + load<u32>(centreBlocks + (from << 2))
  let most = zero
  for (let centre = from; centre < until; centre++) {
    memory.fill(sums, 0, 2 * ROW)
    let entry = entries + (load<u32>(centreEntries + (centre << 2)) << 2)
    const blocksEnd = blocks + load<u32>(centreBlocks + (centre << 2), 4)
    for (; block < blocksEnd; block += blockBytes<T>()) {
      const begin = entry
      const end = entries + (load<u32>(block + endOffset<T>()) << 2)
      let a = zero
      let b = zero
      let c = zero
      let d = zero
      let e = zero
      let f = zero
      let g = zero
      let h = zero
      do {
        const row = here + load<u32>(entry)
        a = v128.add_sat<T>(a, v128.load(row))
        b = v128.add_sat<T>(b, v128.load(row, 16))
        c = v128.add_sat<T>(c, v128.load(row, 32))
        d = v128.add_sat<T>(d, v128.load(row, 48))
        e = v128.add_sat<T>(e, v128.load(row, 64))
        f = v128.add_sat<T>(f, v128.load(row, 80))
        g = v128.add_sat<T>(g, v128.load(row, 96))
        h = v128.add_sat<T>(h, v128.load(row, 112))
        entry += 4
      } while (entry < end)
      most = v128.max<T>(most, v128.max<T>(v128.max<T>(a, b), v128.max<T>(c, d)))
      most = v128.max<T>(most, v128.max<T>(v128.max<T>(e, f), v128.max<T>(g, h)))
      const low = v128.load(block)
      const high = v128.load(block, sizeof<T>() == 1 ? 0 : 16)
      let above = v128.or(v128.or(take<T>(0, a, low, high), take<T>(1, b, low, high)), v128.or(take<T>(2, c, low, high), take<T>(3, d, low, high)))
      above = v128.or(above, v128.or(v128.or(take<T>(4, e, low, high), take<T>(5, f, low, high)), v128.or(take<T>(6, g, low, high), take<T>(7, h, low, high))))
      if (v128.any_true(above)) {
        for (let r: usize = 0; r < ROW / LANES / sizeof<T>(); r++) {
          if (isAbove<T>(r, low, high)) look<T>(r, here, begin, end, block)
        }
      }
    }
  }
  if (v128.any_true(v128.eq<T>(most, i32x4.splat(-1)))) overflow = 1
}

/** Adds a block's vector to the sums of the zone. @returns not all zero where a sum is above its limit */
function take<T>(vector: usize, added: v128, limitLow: v128, limitHigh: v128): v128 {
  const at = sums + (vector << 5)
  if (sizeof<T>() == 1) {
    const low = i16x8.add(v128.load(at), i16x8.extend_low_i8x16_u(added))
    const high = i16x8.add(v128.load(at, 16), i16x8.extend_high_i8x16_u(added))
    v128.store(at, low)
    v128.store(at, high, 16)
    return i16x8.sub_sat_u(i16x8.max_u(low, high), limitLow)
  }
  const low = i32x4.add(v128.load(at), i32x4.extend_low_i16x8_u(added))
  const high = i32x4.add(v128.load(at, 16), i32x4.extend_high_i16x8_u(added))
  v128.store(at, low)
  v128.store(at, high, 16)
  return v128.or(i32x4.gt_u(low, limitLow), i32x4.gt_u(high, limitHigh))
}

/** Whether any of a replicate's sums is above its limit. */
function isAbove<T>(r: usize, limitLow: v128, limitHigh: v128): bool {
  if (sizeof<T>() == 1) return v128.any_true(i16x8.sub_sat_u(v128.load(sums + (r << 4)), limitLow))
  const at = sums + (r << 5)
  return v128.any_true(v128.or(i32x4.gt_u(v128.load(at), limitLow), i32x4.gt_u(v128.load(at, 16), limitHigh)))
}

/**
 * Looks at the zones of a block one by one, from the last to the first, in those windows of replicate r that are above its limit:
 * first in single precision, eight windows at once, then exactly where that finds a statistic near the largest so far or above.
 */
function look<T>(r: usize, here: usize, begin: usize, end: usize, block: usize): void {
  let casesLow: v128, casesHigh: v128, aboveLow: v128, aboveHigh: v128
  if (sizeof<T>() == 1) {
    const cases = v128.load(sums + (r << 4))
    const above = i16x8.gt_u(cases, v128.load(block))
    casesLow = i32x4.extend_low_i16x8_u(cases)
    casesHigh = i32x4.extend_high_i16x8_u(cases)
    aboveLow = i32x4.extend_low_i16x8_s(above)
    aboveHigh = i32x4.extend_high_i16x8_s(above)
  } else {
    casesLow = v128.load(sums + (r << 5))
    casesHigh = v128.load(sums + (r << 5), 16)
    aboveLow = i32x4.gt_u(casesLow, v128.load(block))
    aboveHigh = i32x4.gt_u(casesHigh, v128.load(block, 16))
  }
  let expectedLow = expectedOf4(block + sizesOffset<T>(), 0)
  let expectedHigh = expectedOf4(block + sizesOffset<T>(), 4)
  const cell = r * LANES
  let best = f32x4.splat(<f32>(load<f64>(maxima + (r << 3)) * NEARLY))
  for (let entry = end - 4; entry >= begin; entry -= 4) {
    const row = load<u32>(entry)
    if (load<u8>(candidates + ((entry - entries) >> 2))) {
      const nearLow = v128.and(aboveLow, near(casesLow, expectedLow, best))
      const nearHigh = v128.and(aboveHigh, near(casesHigh, expectedHigh, best))
      if (v128.any_true(v128.or(nearLow, nearHigh))) {
        raise<T>(r, i32x4.bitmask(nearLow) | (i32x4.bitmask(nearHigh) << 4), here, entry + 4, end, block)
        best = f32x4.splat(<f32>(load<f64>(maxima + (r << 3)) * NEARLY))
      }
    }
    const at = here + row + cell * sizeof<T>()
    if (sizeof<T>() == 1) {
      const cases = v128.load_ext<u8>(at)
      casesLow = i32x4.sub(casesLow, i32x4.extend_low_i16x8_u(cases))
      casesHigh = i32x4.sub(casesHigh, i32x4.extend_high_i16x8_u(cases))
    } else {
      casesLow = i32x4.sub(casesLow, v128.load_ext<u16>(at))
      casesHigh = i32x4.sub(casesHigh, v128.load_ext<u16>(at, 8))
    }
    expectedLow = f32x4.sub(expectedLow, v128.load(rowExpected + <usize>row / (ROW / 32)))
    expectedHigh = f32x4.sub(expectedHigh, v128.load(rowExpected + <usize>row / (ROW / 32), 16))
  }
}

/** Expected cases of four windows in a zone, the first of them in lane `lane`. @param sizes as in expectedIn */
function expectedOf4(sizes: usize, lane: usize): v128 {
  let first = f64x2.splat(0)
  let second = first
  for (let s: usize = 0; s < strata; s++) {
    const size = v128.load64_splat(sizes + (s << 3))
    const at = weights + ((s * LANES + lane) << 3)
    first = f64x2.add(first, f64x2.mul(size, v128.load(at)))
    second = f64x2.add(second, f64x2.mul(size, v128.load(at, 16)))
  }
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 1, 4, 5)
}

/** Windows whose statistic may exceed `best`: (excess² / 2)(1 / expected + 1 / rest) is never less, and needs no logarithm. */
function near(count: v128, expected: v128, best: v128): v128 {
  const cases = f32x4.convert_i32x4_s(count)
  const rest = f32x4.sub(f32x4.splat(<f32>total), cases)
  const excess = f32x4.sub(cases, expected)
  const bound = f32x4.mul(f32x4.mul(excess, excess), f32x4.add(expected, rest))
  const asked = f32x4.mul(f32x4.mul(best, expected), rest)
  return v128.and(f32x4.gt(bound, f32x4.add(asked, asked)), f32x4.gt(excess, f32x4.splat(0)))
}

/** Raises replicate r's maximum by the exact statistics of some windows in the zone that ends before `entry`. */
function raise<T>(r: usize, windows: i32, here: usize, entry: usize, end: usize, block: usize): void {
  for (; windows != 0; windows &= windows - 1) {
    const lane: usize = ctz(windows)
    const cell = r * LANES + lane
    let cases = <i32>(sizeof<T>() == 1 ? <u32>load<u16>(sums + (cell << 1)) : load<u32>(sums + (cell << 2)))
    for (let later = entry; later < end; later += 4) cases -= <i32>load<T>(here + load<u32>(later) + cell * sizeof<T>())
    if (cases < minCases) continue
    for (let s: usize = 0; s < strata; s++) {
      let size = load<f64>(block + sizesOffset<T>() + (s << 3))
      for (let later = entry; later < end; later += 4) size -= load<f64>(rowSizes + <usize>load<u32>(later) / ROW * (strata << 3) + (s << 3))
      store<f64>(inside + (s << 3), size)
    }
    const ratio = conditionalRatio(<f64>cases, expectedIn(inside, <i32>lane), total)
    if (ratio > load<f64>(maxima + (r << 3))) store<f64>(maxima + (r << 3), ratio)
  }
}
