/**
 * Counts as Arrow: what analysts open in Python, R or DuckDB, and what travels between processes. Units, time zone and
 * cut-off stand in the metadata of the schema and its fields.
 */
import { DateDay, Dictionary, Field, Int32, Schema, Struct, Utf8, makeData, RecordBatch, Vector, vectorFromArray } from 'apache-arrow'
import type { DailyCounts } from '../core/cube.ts'
import { encodeIpc } from './arrow-ipc.ts'

const NUMBERS = {
  tickets: 'tickets accepted on the day, bulk entries included',
  callers: 'distinct callers, bulk entries left out; a ticket without caller counts as one',
  repeats: 'tickets of a caller who had one of the same family at the same place within 30 days',
  dissatisfied: 'tickets whose last call-back said dissatisfied',
  overdue: 'tickets closed after their deadline',
  sweeps: 'tickets entered in bulk by staff, among tickets',
} as const

/** @param meta  night, settings and source of the counts, as text */
export function countSchema(meta: Readonly<Record<string, string>>): Schema {
  return new Schema([
    new Field('day', new DateDay(), false, new Map([['unit', 'local day of the source']])),
    new Field('place', new Dictionary(new Utf8(), new Int32()), false, new Map([['unit', 'names from the city down, joined by ›']])),
    new Field('topic', new Dictionary(new Utf8(), new Int32()), false, new Map([['unit', 'names from the top down, joined by ›; empty for all']])),
    ...Object.entries(NUMBERS).map(([name, unit]) => new Field(name, new Int32(), false, new Map([['unit', unit]]))),
  ], new Map(Object.entries(meta)))
}

/** One record batch per chunk of rows; the dictionaries of places and topics are the same in every batch. */
export interface CountEncoder {
  header(): Schema
  batch(rows: DailyCounts): RecordBatch
}

/** @param places @param topics  path per id */
export function createCountEncoder(places: ReadonlyMap<number, string>, topics: ReadonlyMap<number, string>, meta: Readonly<Record<string, string>>): CountEncoder {
  const schema = countSchema(meta)
  const placeWords = dictionary(places)
  const topicWords = dictionary(topics)
  return {
    header: () => schema,
    batch: (rows) => {
      const n = rows.length
      const code = (ids: Int32Array, words: Words): Int32Array => Int32Array.from(ids.subarray(0, n), (id) => words.position.get(id)!)
      const children = [
        makeData({ type: new DateDay(), length: n, data: rows.day.slice(0, n) }),
        makeData({ type: schema.fields[1]!.type as Dictionary<Utf8, Int32>, length: n, data: code(rows.place, placeWords), dictionary: placeWords.vector }),
        makeData({ type: schema.fields[2]!.type as Dictionary<Utf8, Int32>, length: n, data: code(rows.topic, topicWords), dictionary: topicWords.vector }),
        ...(Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]).map((name) => makeData({ type: new Int32(), length: n, data: rows[name].slice(0, n) })),
      ]
      return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: n, nullCount: 0, children }))
    },
  }
}

interface Words { vector: Vector<Utf8>, position: Map<number, number> }

function dictionary(names: ReadonlyMap<number, string>): Words {
  const ids = [...names.keys()]
  return {
    vector: vectorFromArray(ids.map((id) => names.get(id)!), new Utf8()),
    position: new Map(ids.map((id, i) => [id, i])),
  }
}

/** An Arrow IPC stream of the batches, chunk by chunk. */
export function encodeStream(encoder: CountEncoder, batches: AsyncIterable<DailyCounts>): AsyncGenerator<Uint8Array> {
  async function* encoded(): AsyncGenerator<RecordBatch> {
    for await (const rows of batches) yield encoder.batch(rows)
  }
  return encodeIpc('stream', encoder.header(), encoded())
}
