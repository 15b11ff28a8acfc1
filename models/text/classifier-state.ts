/**
 * A classifier as bytes: version, bits, labels, rows, temperature, then row of each gram, then weights.
 */
import { TopicClassifier } from './topic-classifier.ts'

const VERSION = 1
const HEADER = 5

export function saveClassifier({ bits, labels, rows, weights, temperature }: TopicClassifier): Uint8Array {
  const ints = new Int32Array(HEADER + rows.length + weights.length)
  const floats = new Float32Array(ints.buffer)
  ints.set([VERSION, bits, labels, weights.length / labels])
  floats[4] = temperature
  ints.set(rows, HEADER)
  floats.set(weights, HEADER + rows.length)
  return new Uint8Array(ints.buffer)
}

/** @throws {RangeError} bytes that `saveClassifier` did not write */
export function loadClassifier(bytes: Uint8Array): TopicClassifier {
  const { buffer } = bytes.slice()
  const ints = new Int32Array(buffer)
  const floats = new Float32Array(buffer)
  const [version, bits, labels, used] = ints
  if (version !== VERSION || ints.length !== HEADER + (1 << bits!) + labels! * used!) throw new RangeError('not the state of a classifier of topics')
  const from = HEADER + (1 << bits!)
  const classifier = new TopicClassifier(bits!, labels!, ints.slice(HEADER, from), floats.slice(from))
  classifier.temperature = floats[4]!
  return classifier
}
