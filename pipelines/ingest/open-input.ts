/**
 * Any accepted input as a stream of UTF-8 CSV bytes: plain and gzipped CSV, other encodings, XLSX, JSON lines. The
 * identity for the ledger is the SHA-256 of the bytes as they lie in the file.
 */
import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BadInputError } from '../../core/errors.ts'
import { guessEncoding, toUtf8 } from './encoding.ts'
import type { Encoding } from './encoding.ts'
import { jsonLinesToCsv, looksLikeJsonLines } from './jsonl.ts'
import { decodeLate, tellsLittle } from './late-encoding.ts'
import { xlsxToCsv } from './xlsx.ts'

export type InputFormat = 'csv' | 'xlsx' | 'jsonl'

export interface OpenInput {
  name: string
  format: InputFormat
  /** Known for certain when `chunks` has ended: a file may begin in plain ASCII. */
  encoding(): Encoding
  gzip: boolean
  /** Bytes of the file; 0 for a stream of unknown length. */
  totalBytes: number
  /** UTF-8 CSV, BOM taken off. */
  chunks: AsyncIterable<Buffer>
  /** True where a line of `chunks` is a record of the input, whatever its line breaks. */
  madeHere: boolean
  /** Bytes of the file read so far. */
  bytesRead(): number
  /** Identity for the ledger; known when `chunks` has ended. */
  hash(): string
}

export type InputRequest = { path: string } | { stream: Readable, name: string, hash: string }

const CHUNK_BYTES = 1 << 18
const HEAD_BYTES = 1 << 16

/** @throws {BadInputError} missing, empty, binary, or of a kind that is not read here */
export async function openInput(input: InputRequest): Promise<OpenInput> {
  if ('stream' in input) return openStream(input)
  const info = await stat(input.path).catch((cause: NodeJS.ErrnoException) => {
    throw new BadInputError('no_file', `cannot open ${input.path}: ${cause.code ?? cause.message}`, { path: input.path }, { cause })
  })
  if (info.isDirectory()) throw new BadInputError('is_directory', `${input.path} is a directory`, { path: input.path })
  const name = basename(input.path)
  const head = await readHead(input.path)
  if (head.length === 0) throw new BadInputError('empty_file', `${name} is empty`, { path: input.path })
  const hash = createHash('sha256')
  let bytes = 0
  const state = { name, totalBytes: info.size, bytesRead: () => bytes, hash: once(hash) }
  if (isZip(head)) {
    return { ...state, format: 'xlsx', encoding: () => 'utf-8', gzip: false, madeHere: true, bytesRead: () => info.size, chunks: xlsxToCsv(input.path, hash) }
  }
  const raw = createReadStream(input.path, { highWaterMark: CHUNK_BYTES })
  const counted = count(raw, hash, (n) => { bytes += n })
  const gzip = head[0] === 0x1f && head[1] === 0x8b
  const plain = gzip ? gunzip(counted, name) : counted
  return { ...state, gzip, ...await asCsv(plain, name) }
}

async function openStream(input: { stream: Readable, name: string, hash: string }): Promise<OpenInput> {
  let bytes = 0
  const counted = count(input.stream, undefined, (n) => { bytes += n })
  return { name: input.name, totalBytes: 0, bytesRead: () => bytes, hash: () => input.hash, gzip: false, ...await asCsv(counted, input.name) }
}

/** Looks at the first bytes and puts the right decoder behind them. */
async function asCsv(source: AsyncIterable<Buffer>, name: string): Promise<Pick<OpenInput, 'format' | 'encoding' | 'chunks' | 'madeHere'>> {
  const iterator = source[Symbol.asyncIterator]()
  const first: Buffer[] = []
  let size = 0
  while (size < HEAD_BYTES) {
    const { value, done } = await iterator.next()
    if (done) break
    first.push(Buffer.from(value))
    size += value.length
  }
  if (size === 0) throw new BadInputError('empty_file', `${name} is empty`, { name })
  const head = Buffer.concat(first)
  try {
    const { encoding: first, bomBytes } = guessEncoding(head.subarray(0, HEAD_BYTES))
    let encoding = first
    const bytes = resume(head.subarray(bomBytes), iterator)
    const undecided = first === 'utf-8' && bomBytes === 0 && tellsLittle(head.subarray(0, HEAD_BYTES))
    const text = undecided ? decodeLate(bytes, (found) => { encoding = found }) : first === 'utf-8' ? bytes : toUtf8(bytes, first)
    if (looksLikeJsonLines(head.subarray(bomBytes))) return { format: 'jsonl', encoding: () => encoding, madeHere: true, chunks: jsonLinesToCsv(text) }
    return { format: 'csv', encoding: () => encoding, madeHere: false, chunks: text }
  } catch (error) {
    await iterator.return?.()
    throw error
  }
}

async function* resume(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield head
    for (;;) {
      const { value, done } = await rest.next()
      if (done) return
      yield value
    }
  } finally {
    await rest.return?.()
  }
}

async function* count(source: AsyncIterable<Buffer>, hash: Hash | undefined, add: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as Uint8Array | string)
    hash?.update(bytes)
    add(bytes.length)
    yield bytes
  }
}

async function* gunzip(source: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const unzip = createGunzip({ chunkSize: CHUNK_BYTES })
  // An error of the source ends the unzipping with that error.
  pipeline(Readable.from(source), unzip, () => {})
  try {
    for await (const chunk of unzip) yield chunk as Buffer
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    if (!code.startsWith('Z_')) throw cause
    throw new BadInputError('damaged_gzip', `${name} is damaged or cut off: ${(cause as Error).message}`, { name }, { cause })
  }
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(16), 0, 16, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function isZip(head: Buffer): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4
}

/** SHA-256 of a whole file, as `hash()` of an opened one gives it. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function once(hash: Hash): () => string {
  let value: string | undefined
  return () => value ??= hash.digest('hex')
}
