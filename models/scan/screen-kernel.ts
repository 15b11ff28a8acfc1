/**
 * The screen through WebAssembly vectors, or the plain one where there are none: lays out the memory for screen.as.ts. Counts up
 * to 2^24 give the same hits as the plain one, sums of weighted counts agree to 6 digits.
 */
import { createPlainScreen } from './screen.ts'
import type { CreateScreen } from './screen.ts'
import { SCREEN_BASE64 } from './screen-wasm.ts'

type Run = (centres: number, starts: number, neighbours: number, candidate: number, columns: number, cells: number, thresholds: number, sums: number) => void

interface Exports {
  memory: { buffer: ArrayBuffer, grow(pages: number): number }
  screen16: Run
  screen32: Run
}

export const createScreen: CreateScreen = (...task) => {
  try {
    return createVectorScreen(...task)
  } catch {
    return createPlainScreen(...task)
  }
}

/** @throws where WebAssembly has no vectors or too little memory */
export const createVectorScreen: CreateScreen = (zones, { columns, rows, narrow }, hit) => {
  module ??= new WebAssembly.Module(Uint8Array.from(atob(SCREEN_BASE64), (letter) => letter.charCodeAt(0)))
  const { memory, screen16, screen32 } = new WebAssembly.Instance(module, { screen: { hit } }).exports as Exports
  const [run, numbers] = narrow ? [screen16, Int16Array] as const : [screen32, Float32Array] as const
  const lanes = 32 / numbers.BYTES_PER_ELEMENT
  let top = 0
  const reserve = (bytes: number): number => {
    const at = top
    top = Math.ceil((at + bytes) / 16) * 16
    return at
  }
  const starts = reserve(zones.starts.byteLength)
  const neighbours = reserve(zones.neighbours.byteLength)
  const candidate = reserve(zones.candidate.byteLength)
  const thresholds = reserve(rows * numbers.BYTES_PER_ELEMENT)
  const cells = reserve(zones.places * columns * 32)
  const sums = reserve(columns * 32)
  memory.grow(Math.ceil(top / 65536))
  new Int32Array(memory.buffer, starts, zones.starts.length).set(zones.starts)
  new Int32Array(memory.buffer, neighbours, zones.neighbours.length).set(zones.neighbours)
  new Uint8Array(memory.buffer, candidate, zones.candidate.length).set(zones.candidate)
  return {
    lanes,
    cells: new numbers(memory.buffer, cells, zones.places * columns * lanes),
    thresholds: new numbers(memory.buffer, thresholds, rows),
    sums: new numbers(memory.buffer, sums, columns * lanes),
    run: () => run(zones.starts.length - 1, starts, neighbours, candidate, columns, cells, thresholds, sums),
  }
}

/** Compiled once, so that a second scan finds it warm. */
let module: WebAssembly.Module | undefined

declare namespace WebAssembly {
  class Module { constructor(bytes: Uint8Array) }
  class Instance { constructor(module: Module, imports: object); readonly exports: unknown }
}
