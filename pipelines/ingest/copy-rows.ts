/**
 * The way of the bytes: input → tokenizer → encoder → COPY, each waiting for the next, so that memory stays flat.
 */
import type pg from 'pg'
import { BadInputError } from '../../core/errors.ts'
import { copyToStage } from '../../sql/imports.ts'
import { FAULT_MARK } from './csv-text.ts'
import type { ImportDeps } from './import-request.ts'
import type { Layout } from './layout.ts'
import type { OpenInput } from './open-input.ts'
import type { RowEncoder } from './row-encoder.ts'
import { fieldText, Tokenizer } from './tokenizer.ts'

const HEAD_BYTES = 1 << 16
/** A header further down than this is none: the file is one endless line. */
const HEAD_LIMIT = 12_000_000

/**
 * The first records: enough bytes to hold a header, more where one line is that long.
 *
 * @throws {BadInputError} a line that is longer than any table has
 */
export async function readHead(chunks: AsyncIterator<Buffer>): Promise<{ head: Buffer, whole: boolean }> {
  const parts: Buffer[] = []
  let size = 0
  let lines = 0
  while (size < HEAD_BYTES || lines === 0) {
    const { value, done } = await chunks.next()
    if (done) return { head: Buffer.concat(parts), whole: true }
    const chunk = value
    parts.push(chunk)
    size += chunk.length
    if (chunk.includes(10) || chunk.includes(13)) lines++
    if (lines === 0 && size > HEAD_LIMIT) throw new BadInputError('line_too_long', `line 1 is longer than ${HEAD_LIMIT / 1e6} MB: the file is no table`, { line: 1 })
  }
  return { head: Buffer.concat(parts), whole: false }
}

/** Feeds the input to the tokenizer and the encoder's lines to COPY; a failure of either ends both. */
export async function copyRows(deps: ImportDeps, client: pg.PoolClient, input: OpenInput, layout: Layout, encoder: RowEncoder, head: Buffer, chunks: AsyncIterator<Buffer>): Promise<void> {
  const tokens = new Tokenizer({ delimiter: layout.delimiter })
  const copy = copyToStage(client, encoder.columns)
  let failed: Error | undefined
  let wake = (): void => {}
  copy.on('drain', () => wake()).on('close', () => wake()).on('error', (error) => {
    failed = error
    wake()
  })
  const send = async (buffer: Buffer): Promise<void> => {
    if (!failed && !copy.write(buffer)) await new Promise<void>((resolve) => { wake = resolve })
    if (failed) throw failed
  }
  let ordinal = 0
  const drain = async (last: boolean): Promise<void> => {
    while (tokens.read(last)) {
      ordinal++
      if (ordinal <= layout.headerRecords) {
        if (ordinal === layout.headerRecords) tokens.expectColumns(layout.mapping.header.length)
        continue
      }
      const line = input.madeHere ? ordinal : tokens.line
      const mark = input.madeHere && tokens.count > 0 ? fieldText(tokens, 0) : ''
      if (mark.startsWith(FAULT_MARK)) encoder.reject(tokens, line, mark.slice(FAULT_MARK.length), null, false)
      else encoder.encode(tokens, line)
      for (let full = encoder.writer.full.shift(); full; full = encoder.writer.full.shift()) await send(full)
    }
  }
  try {
    tokens.setDecoded(input.encoding() !== 'utf-8')
    tokens.push(head)
    for (;;) {
      await drain(false)
      deps.onProgress?.({ bytes: input.bytesRead(), ...(input.totalBytes > 0 ? { totalBytes: input.totalBytes } : {}), rows: encoder.read })
      const { value, done } = await chunks.next()
      if (done) break
      tokens.setDecoded(input.encoding() !== 'utf-8')
      tokens.push(value)
    }
    await drain(true)
    await send(encoder.writer.finish())
    await new Promise<void>((resolve, reject) => {
      copy.once('finish', resolve).once('error', reject)
      copy.end()
    })
  } catch (error) {
    const cause = failed ?? error
    await new Promise<void>((resolve) => {
      copy.once('close', resolve).once('error', () => resolve())
      copy.destroy(error as Error)
    })
    throw cause
  }
}
