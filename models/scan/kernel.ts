/**
 * The WebAssembly kernel: its module, its memory, and typed views of both. What it computes: kernel.as.ts.
 */
import { KERNEL_BASE64 } from './kernel-wasm.ts'
import { conditionalRatio } from './ratios.ts'

/** Pointers and sizes that the kernel reads; each is a global of kernel.as.ts. */
export type KernelSetting = 'strata' | 'pool' | 'poolStarts' | 'slotStarts' | 'slotDays' | 'undo' | 'drawn' | 'counts' | 'rows' | 'strips'
  | 'entries' | 'candidates' | 'centreEntries' | 'rowSizes' | 'limits' | 'fineness' | 'patience'
  | 'open' | 'weights' | 'rowExpected' | 'centreBlocks' | 'blocks' | 'total' | 'minCases' | 'maxima' | 'inside' | 'sums'

interface Exports {
  memory: { buffer: ArrayBuffer, grow(pages: number): number }
  draw8(replicate: number, seed: number): void
  draw16(replicate: number, seed: number): void
  plan8(from: number, until: number, block: number): number
  plan16(from: number, until: number, block: number): number
  blockBytes8(): number
  blockBytes16(): number
  walk8(strip: number, from: number, until: number): void
  walk16(strip: number, from: number, until: number): void
}

/** An instance with a memory of its own. */
export class Kernel {
  readonly run: Exports
  readonly #globals: Record<KernelSetting | 'overflow', { value: number }>
  #top = 0

  constructor() {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(decode(KERNEL_BASE64)), { scan: { conditionalRatio } })
    this.run = exports as Exports
    this.#globals = exports as Record<KernelSetting | 'overflow', { value: number }>
  }

  set(settings: Partial<Record<KernelSetting, number>>): void {
    for (const name of Object.keys(settings) as KernelSetting[]) this.#globals[name].value = settings[name]!
  }

  /** Whether a row or a block held more cases than a count can tell; what was found is then void. */
  get overflow(): boolean {
    return this.#globals.overflow.value !== 0
  }

  /** Address of so many bytes on a 16-byte boundary. Views of the memory that were made before are void. */
  reserve(bytes: number): number {
    const at = this.#top
    this.#top = (at + bytes + 15) & ~15
    const missing = this.#top - this.run.memory.buffer.byteLength
    if (missing > 0) this.run.memory.grow(Math.ceil(missing / 65536))
    return at
  }

  /** Address of a copy. */
  put(values: Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array): number {
    const at = this.reserve(values.byteLength)
    this.bytes(at, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    return at
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.run.memory.buffer, at, length)
  }

  words(at: number, length: number): Uint32Array {
    return new Uint32Array(this.run.memory.buffer, at, length)
  }

  floats(at: number, length: number): Float64Array {
    return new Float64Array(this.run.memory.buffer, at, length)
  }

  /** What is reserved from now on is given back by `release`. */
  mark(): number {
    return this.#top
  }

  release(mark: number): void {
    this.#top = mark
  }
}

function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
}

declare namespace WebAssembly {
  class Module { constructor(bytes: Uint8Array) }
  class Instance { constructor(module: Module, imports: object); readonly exports: unknown }
}
