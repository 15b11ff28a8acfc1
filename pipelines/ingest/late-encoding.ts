/**
 * A file that begins in plain ASCII, or nearly, does not say its encoding: an English header, numbers and codes may fill megabytes
 * before the first Chinese character. ASCII is the same bytes in UTF-8 and in GB18030, so it is handed on as it is, and
 * the judgement is made where the first other byte stands. Nothing is read twice; memory is bounded by the sample.
 */
import { isAscii } from 'node:buffer'
import { guessText, toUtf8 } from './encoding.ts'
import type { Encoding } from './encoding.ts'

/** A sample worth judging: so many bytes from the first that is not ASCII, more while they hold hardly any other. */
const SAMPLE_BYTES = 1 << 16
const MOST_SAMPLE_BYTES = 1 << 22
const LEAST_HIGH_BYTES = 8

/** True where bytes are ASCII, or all but a few: too little to judge an encoding by. */
export function tellsLittle(bytes: Buffer): boolean {
  return countHigh(bytes) < LEAST_HIGH_BYTES
}

/**
 * UTF-8 of a stream whose head tells little.
 *
 * @param decide  told once, before the bytes that it is about; never where all is ASCII
 */
export async function* decodeLate(chunks: AsyncIterable<Buffer>, decide: (encoding: Encoding) => void): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]()
  try {
    for (;;) {
      const { value, done } = await iterator.next()
      if (done) return
      if (isAscii(value)) {
        yield value
        continue
      }
      const at = firstHigh(value)
      if (at > 0) yield value.subarray(0, at)
      const sample = await collect(value.subarray(at), iterator)
      // Neither: each record is then looked at by itself, as UTF-8.
      const encoding = guessText(sample) ?? 'utf-8'
      decide(encoding)
      const rest = resume(sample, iterator)
      yield* encoding === 'utf-8' ? rest : toUtf8(rest, encoding)
      return
    }
  } finally {
    await iterator.return?.()
  }
}

async function collect(first: Buffer, rest: AsyncIterator<Buffer>): Promise<Buffer> {
  const parts = [first]
  let size = first.length
  let high = countHigh(first)
  while (size < SAMPLE_BYTES || (high < LEAST_HIGH_BYTES && size < MOST_SAMPLE_BYTES)) {
    const { value, done } = await rest.next()
    if (done) break
    parts.push(Buffer.from(value))
    size += value.length
    high += countHigh(value)
  }
  return Buffer.concat(parts)
}

async function* resume(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head
  for (;;) {
    const { value, done } = await rest.next()
    if (done) return
    yield value
  }
}

function firstHigh(bytes: Buffer): number {
  let at = 0
  while (at < bytes.length && bytes[at]! < 128) at++
  return at
}

/** High bytes, counted until there are enough. */
function countHigh(bytes: Buffer): number {
  let high = 0
  for (let i = 0; i < bytes.length && high < LEAST_HIGH_BYTES; i++) if (bytes[i]! > 127) high++
  return high
}
