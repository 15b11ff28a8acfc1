/**
 * The largest statistics of permutation replicates by the WebAssembly kernel: exact, eight or sixteen replicates at a time.
 * This is the host's side: what is laid out where in the kernel's memory, and in which order it runs.
 */
import { Kernel } from './kernel.ts'
import { compactLists } from './kernel-lists.ts'
import { createLimits, FINENESS } from './limits.ts'
import { replicateRng } from './monte-carlo.ts'
import { createPool } from './permutation-draw.ts'
import type { Pool } from './permutation-draw.ts'
import { casesOfPlaces, daysUnderTest, windowWeights } from './permutation.ts'
import type { Horizon, Margins } from './permutation.ts'
import type { Zones } from './zones.ts'

/** Bytes of a place's row in a strip, and windows of a strip. */
const ROW = 128
const LANES = 8
/** Centres a call: short calls let the engine replace its first, slow code of the kernel early. */
const CENTRES = 128

/** Bytes of a count: zones may hold 256 ** (2 * width) cases, places and blocks 256 ** width. */
export type Width = 1 | 2

/** Kernel, memory and plan for one scan. */
export class PermutationKernel {
  /** Zones times windows, of one day on which they may end. */
  readonly windows: number
  /** Replicates that go together. */
  readonly batch: number
  readonly #kernel = new Kernel()
  readonly #margins: Margins
  readonly #horizon: Horizon
  readonly #width: Width
  readonly #rows: number
  readonly #starts: Uint32Array
  readonly #strips: number
  readonly #sizes: Float64Array
  readonly #pool: Pool
  readonly #most: number
  readonly #at: { counts: number, seed: number, maxima: number, slotDays: number, plans: number }
  #plan: { level: number, end: number, strips: Strip[] } | undefined

  /** @throws {WebAssembly.CompileError} where the engine has no SIMD */
  constructor(margins: Margins, zones: Zones, horizon: Horizon, width: Width) {
    const kernel = this.#kernel
    const { strata, ofPlace, total } = margins
    const lists = compactLists(zones, casesOfPlaces(margins), ROW)
    const rowOf = new Int32Array(margins.places)
    lists.rows.forEach((place, row) => { rowOf[place] = row })
    this.#margins = margins
    this.#horizon = horizon
    this.#width = width
    this.batch = ROW / LANES / width
    this.#rows = lists.rows.length
    this.#starts = lists.starts
    this.#strips = Math.ceil(horizon.maxDays / LANES)
    this.#sizes = new Float64Array(this.#rows * strata)
    lists.rows.forEach((place, row) => this.#sizes.set(ofPlace.subarray(place * strata, (place + 1) * strata), row * strata))
    this.#pool = createPool(margins, daysUnderTest(margins, horizon))
    this.#most = mostCases(margins, horizon)
    this.windows = lists.zones * horizon.maxDays

    const counts = kernel.reserve(ROW * this.#rows * this.#strips)
    const maxima = kernel.reserve(8 * this.batch)
    const slotDays = kernel.reserve(4 * this.#pool.slots)
    kernel.set({
      strata, total, maxima, slotDays, fineness: FINENESS, rows: this.#rows, strips: this.#strips, minCases: horizon.minCases,
      pool: kernel.put(Uint32Array.from(this.#pool.place, (place) => rowOf[place])),
      poolStarts: kernel.put(Uint32Array.from(this.#pool.starts)),
      slotStarts: kernel.put(Uint32Array.from(this.#pool.slotStarts)),
      undo: kernel.reserve(8 * this.#pool.slots),
      drawn: kernel.reserve(2 * width * this.#rows * LANES * (this.#strips + 1)),
      counts,
      entries: kernel.put(lists.entries),
      candidates: kernel.put(lists.candidate),
      centreEntries: kernel.put(lists.starts),
      rowSizes: kernel.put(this.#sizes),
      inside: kernel.reserve(8 * strata),
      sums: kernel.reserve(2 * ROW),
    })
    this.#at = { counts, maxima, slotDays, seed: kernel.reserve(16), plans: 0 }
    this.#at.plans = kernel.mark()
  }

  /** Whether there is a window with more cases than the kernel can count. */
  get tooMany(): boolean {
    return this.#most >= 256 ** (2 * this.#width) || this.#kernel.overflow
  }

  /** Largest statistics of some replicates where they are above the level; others may be less than theirs, not more. Void if too many. */
  raise(seed: number, replicates: readonly number[], level: number): Float64Array {
    const { days } = this.#margins
    const maxima = new Float64Array(replicates.length)
    if (this.tooMany) return maxima
    for (let end = days; end > days - this.#horizon.ends; end--) {
      const strips = this.#planFor(end, level)
      for (let i = 0; i < replicates.length && !this.tooMany; i += this.batch) {
        this.#draw(replicates.slice(i, i + this.batch), seed)
        const best = this.#kernel.floats(this.#at.maxima, this.batch)
        const ours = maxima.subarray(i, i + this.batch)
        best.set(ours)
        for (const strip of strips) this.#walk(strip)
        ours.set(best.subarray(0, ours.length))
      }
    }
    return maxima
  }

  #draw(batch: readonly number[], seed: number): void {
    const { run } = this.#kernel
    if (batch.length < this.batch) this.#kernel.bytes(this.#at.counts, ROW * this.#rows * this.#strips).fill(0)
    batch.forEach((replicate, r) => {
      this.#kernel.words(this.#at.seed, 4).set(replicateRng(seed, replicate).state())
      if (this.#width === 1) run.draw8(r, this.#at.seed)
      else run.draw16(r, this.#at.seed)
    })
  }

  #walk({ strip, settings }: Strip): void {
    this.#kernel.set(settings)
    const walk = this.#width === 1 ? this.#kernel.run.walk8 : this.#kernel.run.walk16
    const centres = this.#starts.length - 1
    for (let c = 0; c < centres; c += CENTRES) walk(strip, c, Math.min(centres, c + CENTRES))
  }

  /** What the kernel needs to know of the windows that end before a day, for a level. */
  #planFor(end: number, level: number): Strip[] {
    if (this.#plan?.level === level && this.#plan.end === end) return this.#plan.strips
    const kernel = this.#kernel
    kernel.release(this.#at.plans)
    this.#dateSlots(end)
    const { limit, patience } = createLimits(level, this.#margins.total, this.#horizon.minCases, this.#most)
    kernel.set({ limits: kernel.put(limit), patience: kernel.put(patience) })
    const { minDays, maxDays } = this.#horizon
    const windows = Math.min(maxDays, end)
    const first = Math.floor((minDays - 1) / LANES)
    const count = windows < minDays ? 0 : Math.ceil(windows / LANES) - first
    const strips = Array.from({ length: count }, (_, i) => this.#planStrip(end, first + i, windows))
    this.#plan = { level, end, strips }
    return strips
  }

  /** @param windows that end before the day */
  #planStrip(end: number, strip: number, windows: number): Strip {
    const { minDays } = this.#horizon
    const kernel = this.#kernel
    const plan = this.#width === 1 ? kernel.run.plan8 : kernel.run.plan16
    const shortest = strip * LANES + 1
    const weights = windowWeights(this.#margins, end, shortest, LANES)
    let open = 0
    for (let i = 0; i < LANES; i++) if (shortest + i >= minDays && shortest + i <= windows) open |= 1 << i
    const centres = this.#starts.length - 1
    const settings = {
      open, weights: kernel.put(weights), rowExpected: kernel.put(this.#rowExpected(weights)),
      centreBlocks: kernel.reserve(4 * (centres + 1)), blocks: kernel.mark(),
    }
    kernel.words(settings.centreBlocks, 1)[0] = 0
    kernel.set(settings)
    const blockBytes = this.#width === 1 ? kernel.run.blockBytes8() : kernel.run.blockBytes16()
    let used = 0
    for (let c = 0; c < centres; c += CENTRES) {
      const until = Math.min(centres, c + CENTRES)
      // Room for the worst, of which most is given back: no entry in a block with another.
      kernel.reserve((this.#starts[until] - this.#starts[c]) * blockBytes)
      used = plan(c, until, used)
      kernel.release(settings.blocks + used)
    }
    return { strip, settings }
  }

  #rowExpected(weights: Float64Array): Float32Array {
    const { strata } = this.#margins
    const expected = new Float32Array(this.#rows * LANES)
    for (let row = 0; row < this.#rows; row++) {
      for (let s = 0; s < strata; s++) {
        for (let i = 0; i < LANES; i++) expected[row * LANES + i] += this.#sizes[row * strata + s] * weights[s * LANES + i]
      }
    }
    return expected
  }

  /** Tells how long before the windows' end each case is drawn for. */
  #dateSlots(end: number): void {
    const first = this.#margins.days - daysUnderTest(this.#margins, this.#horizon)
    const outside = this.#strips * LANES
    const ago = Uint32Array.from(this.#pool.slotDay, (day) => (first + day < end ? Math.min(outside, end - 1 - first - day) : outside))
    this.#kernel.words(this.#at.slotDays, ago.length).set(ago)
  }
}

/** Eight windows: those of 8 strip + 1 … 8 strip + 8 days. */
interface Strip { strip: number, settings: Record<'open' | 'weights' | 'rowExpected' | 'centreBlocks' | 'blocks', number> }

/** Most cases in any window. */
function mostCases({ days, ofDay }: Margins, { maxDays, ends }: Horizon): number {
  let most = 0
  for (let end = days - ends + 1; end <= days; end++) {
    most = Math.max(most, ofDay.subarray(Math.max(0, end - maxDays), end).reduce((sum, cases) => sum + cases, 0))
  }
  return most
}
