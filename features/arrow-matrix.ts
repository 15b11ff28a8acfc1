/**
 * Daily counts of many series as one Arrow IPC file that is read a batch at a time: a row a series, its days in a list of
 * fixed size. Python, R, DuckDB and Polars open it as it is (numpy.stack(table['counts']) is the matrix); a series' days lie
 * beside each other, which is how detectors want them, and half a million series of two years take 730 MB, not the 13 GB of a
 * row a cell.
 */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import {
  Dictionary, Field, FixedSizeList, Int32, makeData, RecordBatch, RecordBatchReader, Schema, Struct, Uint16, Uint32, Utf8, Vector, vectorFromArray,
} from 'apache-arrow'
import type { AsyncRecordBatchFileReader, Data } from 'apache-arrow'
import { formatDay, parseDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { BadInputError } from '../core/errors.ts'

export interface MatrixHead {
  /** First day of every row, and their number. */
  from: Day
  days: number
}

/** Rows of the matrix. */
export interface MatrixRows {
  length: number
  /** Positions in the matrix's names. */
  place: Int32Array
  topic: Int32Array
  /** length * days counts, row after row. Uint32Array in all batches of a file where a count may exceed 65535. */
  counts: Uint16Array | Uint32Array
  /** A bit a count, least significant first, 0 for a gap in the feed; absent where there are none. */
  known?: Uint8Array
}

export interface MatrixEncoder {
  schema: Schema
  batch(rows: MatrixRows): RecordBatch
}

/**
 * @param places @param topics  paths that the rows refer to
 * @param widest  largest count there may be: decides between 16 and 32 bits
 * @param meta    source, night and what else a reader should know, as text
 */
export function createMatrixEncoder(
  { from, days }: MatrixHead, places: readonly string[], topics: readonly string[], widest: number, meta: Readonly<Record<string, string>> = {},
): MatrixEncoder {
  const count = new Field('count', widest > 0xffff ? new Uint32() : new Uint16(), true, new Map([['unit', 'tickets a local day; null is a gap in the feed']]))
  // With ids of our own: apache-arrow would count on from the last file, and equal tables would differ in their bytes.
  const placeType = new Dictionary(new Utf8(), new Int32(), 0)
  const topicType = new Dictionary(new Utf8(), new Int32(), 1)
  const schema = new Schema([
    new Field('place', placeType, false, new Map([['unit', 'names from the city down, joined by ›']])),
    new Field('topic', topicType, false, new Map([['unit', 'names from the top down, joined by ›; empty for all']])),
    new Field('counts', new FixedSizeList(days, count), false, new Map([['unit', 'one count a day'], ['from', formatDay(from)], ['until', formatDay(from + days)]])),
  ], new Map(Object.entries(meta)))
  const placeWords = vectorFromArray(places, new Utf8())
  const topicWords = vectorFromArray(topics, new Utf8())
  return {
    schema,
    batch: ({ length, place, topic, counts, known }) => {
      const list = makeData({
        type: schema.fields[2]!.type as FixedSizeList, length, nullCount: 0,
        child: makeData({ type: count.type, length: length * days, data: counts, nullBitmap: known ?? null, nullCount: known ? -1 : 0 } as never),
      })
      const children = [
        makeData({ type: placeType, length, nullCount: 0, data: place, dictionary: placeWords }),
        makeData({ type: topicType, length, nullCount: 0, data: topic, dictionary: topicWords }),
        list,
      ]
      return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }))
    },
  }
}

/** One batch as read; the arrays are views of what the file held. */
export interface MatrixBlock {
  length: number
  place: Int32Array
  topic: Int32Array
  places: Vector<Utf8>
  topics: Vector<Utf8>
  /** Writes all counts into `out`, length * days numbers row after row, NaN for gaps. */
  fill(out: Float64Array): void
}

export interface Matrix extends MatrixHead {
  batches: number
  read(batch: number): Promise<MatrixBlock>
  close(): Promise<void>
}

/** @throws {BadInputError} no such file, or no matrix */
export async function openMatrix(path: string): Promise<Matrix> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path)
    const reader = await RecordBatchReader.from(handle) as AsyncRecordBatchFileReader
    await reader.open()
    const counts = reader.schema.fields.find((field) => field.name === 'counts')
    const from = counts?.metadata.get('from')
    if (!(counts?.type instanceof FixedSizeList) || from === undefined || !reader.isFile()) throw new TypeError('no column of counts with its first day')
    return {
      from: parseDay(from), days: counts.type.listSize, batches: reader.numRecordBatches,
      read: async (batch) => toBlock((await reader.readRecordBatch(batch))!),
      close: async () => { await reader.cancel() },
    }
  } catch (cause) {
    await handle?.close()
    throw new BadInputError('not_a_matrix', `${path} is no Arrow file of count rows: ${(cause as Error).message}`, { path }, { cause })
  }
}

function toBlock(batch: RecordBatch): MatrixBlock {
  const place = batch.getChild('place')!.data[0]!
  const topic = batch.getChild('topic')!.data[0]!
  const child = (batch.getChild('counts')!.data[0]! as Data<FixedSizeList>).children[0]! as Data<Uint16 | Uint32>
  const { nullBitmap, nullCount } = child
  const values = child.values.subarray(0, child.length) // a file's buffers are padded
  return {
    length: batch.numRows,
    place: place.values as Int32Array, topic: topic.values as Int32Array,
    places: place.dictionary as Vector<Utf8>, topics: topic.dictionary as Vector<Utf8>,
    fill: (out) => {
      out.set(values)
      if (nullCount === 0) return
      for (let byte = 0; byte << 3 < values.length; byte++) {
        const known = nullBitmap![byte]!
        if (known === 0xff) continue
        for (let i = byte << 3; i < Math.min(values.length, (byte + 1) << 3); i++) if ((known >> (i & 7) & 1) === 0) out[i] = NaN
      }
    },
  }
}
