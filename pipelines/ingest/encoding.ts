/**
 * In which encoding is a file, judged by its first bytes? UTF-8 with or without BOM, UTF-16 of both orders, GB18030 (with
 * GBK and GB2312 inside it). What is no text at all is refused by name. Where the first bytes are plain ASCII, the
 * judgement waits for the first that are not (late-encoding.ts).
 */
import { isUtf8 } from 'node:buffer'
import { BadInputError } from '../../core/errors.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030'

/** @param bomBytes bytes to leave out at the beginning */
export interface EncodingGuess { encoding: Encoding, bomBytes: number }

const MAGIC: [bytes: number[], what: string][] = [
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel file (.xls): save it as .xlsx or CSV'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG image'],
  [[0xff, 0xd8, 0xff], 'a JPEG image'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7z archive: unpack it first'],
  [[0x52, 0x61, 0x72, 0x21], 'a RAR archive: unpack it first'],
  [[0x42, 0x5a, 0x68], 'a bzip2 archive: unpack it first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a zstd archive: unpack it first'],
  [[0xfd, 0x37, 0x7a, 0x58], 'an xz archive: unpack it first'],
]

/**
 * @param head  the file's first bytes, enough to judge by (64 kB)
 * @throws {BadInputError} no text
 */
export function guessEncoding(head: Buffer): EncodingGuess {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', bomBytes: 3 }
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bomBytes: 2 }
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bomBytes: 2 }
  for (const [bytes, what] of MAGIC) {
    if (bytes.every((byte, i) => head[i] === byte)) throw new BadInputError('not_a_table', `the file is ${what}`, { what })
  }
  const nulls = countNulls(head)
  if (nulls.even + nulls.odd > head.length * 0.2) {
    if (nulls.odd > 20 * nulls.even) return { encoding: 'utf-16le', bomBytes: 0 }
    if (nulls.even > 20 * nulls.odd) return { encoding: 'utf-16be', bomBytes: 0 }
  }
  if (controlShare(head) > 0.01) throw new BadInputError('binary_file', 'the file is binary, not a table of text', {})
  const encoding = guessText(head)
  if (!encoding) throw new BadInputError('binary_file', 'the file is in no known encoding, or binary', {})
  return { encoding, bomBytes: 0 }
}

/**
 * UTF-8 or GB18030, for bytes that are in one of them if they are text.
 *
 * @param bytes  from the beginning of a character on
 * @returns undefined where they are neither, by far
 */
export function guessText(bytes: Buffer): 'utf-8' | 'gb18030' | undefined {
  const text = cutAtBoundary(bytes)
  if (isUtf8(text)) return 'utf-8'
  const high = text.reduce((n, byte) => n + (byte > 127 ? 1 : 0), 0)
  // A few bytes prove little: two of any kind often make a character of GB18030.
  if (high < 8) return high >= 4 && isCommonChinese(text) ? 'gb18030' : 'utf-8'
  const bad = (encoding: string): number => new TextDecoder(encoding).decode(text).split('\uFFFD').length - 1
  const badUtf8 = bad('utf-8')
  const badGb = bad('gb18030')
  if (Math.min(badUtf8, badGb) > 0.2 * high && high > 0.1 * text.length) return undefined
  return badGb < badUtf8 && badUtf8 > 0.02 * high ? 'gb18030' : 'utf-8'
}

/** All high bytes come in pairs that GB2312 has for punctuation or its 3,755 commonest characters. */
function isCommonChinese(text: Buffer): boolean {
  for (let i = 0; i < text.length; i++) {
    const first = text[i]!
    if (first < 128) continue
    const second = text[++i] ?? 0
    if (second < 0xa1 || second > 0xfe || first < 0xa1 || (first > 0xa3 && first < 0xb0) || first > 0xd7) return false
  }
  return true
}

/** Without what may be half a character at the end: up to the last byte below 128, where that leaves most. */
function cutAtBoundary(head: Buffer): Buffer {
  let until = head.length
  while (until > 0 && head[until - 1]! > 127) until--
  return until > head.length / 2 ? head.subarray(0, until) : head
}

function countNulls(head: Buffer): { even: number, odd: number } {
  let even = 0
  let odd = 0
  for (let i = 0; i < head.length; i++) {
    if (head[i] !== 0) continue
    if (i % 2 === 0) even++
    else odd++
  }
  return { even, odd }
}

function controlShare(head: Buffer): number {
  let controls = 0
  for (const byte of head) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) controls++
  return controls / Math.max(1, head.length)
}

/** UTF-8 of a stream in another encoding; what cannot be decoded becomes U+FFFD. */
export async function* toUtf8(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of chunks) {
    // Bounded pieces: a decoded string takes up to three times its bytes.
    for (let at = 0; at < chunk.length; at += 1 << 18) yield Buffer.from(decoder.decode(chunk.subarray(at, at + (1 << 18)), { stream: true }))
  }
  const rest = decoder.decode()
  if (rest !== '') yield Buffer.from(rest)
}
