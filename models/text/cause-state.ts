/**
 * What grouping remembers, as bytes: days go on from here exactly as if they had never been interrupted.
 */
import { CauseGroups } from './cause-groups.ts'
import type { CauseOptions, OpenGroup } from './cause-groups.ts'

const VERSION = 2
/** Version, bits, tickets grouped, texts, open groups, entries of all sums, entries of all places and topics. */
const HEADER = 7
/** Per group: id, tickets, last day, certainty, sizes of sum, places and topics. */
const HEAD = 7

/** Layout: header; document frequencies; then the head of each group; then ids, weights, places and topics of each. */
export function saveCauses(causes: CauseGroups): Uint8Array {
  const groups = [...causes.open.values()]
  let entries = 0
  let counts = 0
  for (const group of groups) {
    entries += group.sum.ids.length
    counts += group.places.length + group.topics.length
  }
  const { frequencies, texts } = causes.vectors
  const ints = new Int32Array(HEADER + frequencies.length + HEAD * groups.length + 2 * entries + 2 * counts)
  const floats = new Float32Array(ints.buffer)
  ints.set([VERSION, causes.options.bits, causes.grouped, texts, groups.length, entries, counts])
  ints.set(frequencies, HEADER)
  let at = HEADER + frequencies.length
  for (const { id, tickets, last, placesCertain, sum, places, topics } of groups) {
    ints.set([id, tickets, last, placesCertain ? 1 : 0, sum.ids.length, places.length, topics.length], at)
    at += HEAD
  }
  for (const { sum, places, topics } of groups) {
    ints.set(sum.ids, at)
    floats.set(sum.weights, at + sum.ids.length)
    at += 2 * sum.ids.length
    for (const pair of [...places, ...topics]) {
      ints.set(pair, at)
      at += 2
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
  let at = head + HEAD * ints[4]!
  for (let i = 0; i < ints[4]!; i++, head += HEAD) {
    const n = ints[head + 4]!
    const ids = ints.slice(at, at + n)
    const weights = floats.slice(at + n, at + 2 * n)
    at += 2 * n
    let square = 0
    for (let j = 0; j < n; j++) square += weights[j]! * weights[j]!
    const pairs = (n: number): [number, number][] => Array.from({ length: n }, () => [ints[at++]!, ints[at++]!])
    const places = pairs(ints[head + 5]!)
    const topics = pairs(ints[head + 6]!)
    const group: OpenGroup = { id: ints[head]!, tickets: ints[head + 1]!, last: ints[head + 2]!, placesCertain: ints[head + 3] === 1, sum: { ids, weights, norm: Math.sqrt(square) }, places, topics }
    causes.reopen(group)
  }
  return causes
}
