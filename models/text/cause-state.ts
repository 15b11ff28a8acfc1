/**
 * What grouping remembers, as bytes: days go on from here exactly as if they had never been interrupted.
 */
import { CauseGroups } from './cause-groups.ts'
import type { CauseOptions, OpenGroup } from './cause-groups.ts'

const VERSION = 1
/** Version, bits, tickets grouped, texts, open groups, entries of all sums, entries of all places. */
const HEADER = 7

/** Layout: header; document frequencies; then per group id, tickets, last day, certainty, sizes; then ids, weights and places of each. */
export function saveCauses(causes: CauseGroups): Uint8Array {
  const groups = [...causes.open.values()]
  let entries = 0
  let places = 0
  for (const group of groups) {
    entries += group.sum.ids.length
    places += group.places.length
  }
  const { frequencies, texts } = causes.vectors
  const ints = new Int32Array(HEADER + frequencies.length + 6 * groups.length + 2 * entries + 2 * places)
  const floats = new Float32Array(ints.buffer)
  ints.set([VERSION, causes.options.bits, causes.grouped, texts, groups.length, entries, places])
  ints.set(frequencies, HEADER)
  let at = HEADER + frequencies.length
  for (const { id, tickets, last, placesCertain, sum, places: own } of groups) {
    ints.set([id, tickets, last, placesCertain ? 1 : 0, sum.ids.length, own.length], at)
    at += 6
  }
  for (const { sum, places: own } of groups) {
    ints.set(sum.ids, at)
    floats.set(sum.weights, at + sum.ids.length)
    at += 2 * sum.ids.length
    for (const [place, tickets] of own) {
      ints[at++] = place
      ints[at++] = tickets
    }
  }
  return new Uint8Array(ints.buffer, 0, 4 * at)
}

/** @throws {RangeError} bytes that `saveCauses` did not write, or for other options */
export function loadCauses(bytes: Uint8Array, options: Partial<CauseOptions>, ancestors: (place: number) => readonly number[]): CauseGroups {
  const causes = new CauseGroups(options, ancestors)
  const buffer = bytes.slice().buffer
  const ints = new Int32Array(buffer)
  const floats = new Float32Array(buffer)
  const { frequencies } = causes.vectors
  if (ints[0] !== VERSION || ints[1] !== causes.options.bits) throw new RangeError(`not a state of same-cause groups with ${causes.options.bits} bits`)
  causes.grouped = ints[2]!
  causes.vectors.texts = ints[3]!
  frequencies.set(ints.subarray(HEADER, HEADER + frequencies.length))
  let head = HEADER + frequencies.length
  let at = head + 6 * ints[4]!
  for (let i = 0; i < ints[4]!; i++, head += 6) {
    const n = ints[head + 4]!
    const ids = ints.slice(at, at + n)
    const weights = floats.slice(at + n, at + 2 * n)
    at += 2 * n
    let square = 0
    for (let j = 0; j < n; j++) square += weights[j]! * weights[j]!
    const places: OpenGroup['places'] = []
    for (let j = 0; j < ints[head + 5]!; j++, at += 2) places.push([ints[at]!, ints[at + 1]!])
    const group: OpenGroup = { id: ints[head]!, tickets: ints[head + 1]!, last: ints[head + 2]!, placesCertain: ints[head + 3] === 1, sum: { ids, weights, norm: Math.sqrt(square) }, places }
    causes.reopen(group)
  }
  return causes
}
