/**
 * One night's verdicts of several methods on many series as Arrow: a row a series, five columns a method.
 */
import { Bool, DateDay, Dictionary, Field, Float64, Int32, makeData, RecordBatch, Schema, Struct, Uint8, Utf8, vectorFromArray } from 'apache-arrow'
import type { DataType, Vector } from 'apache-arrow'
import type { Day } from '../core/days.ts'

/** What one method says of n series; NaN where it has no such number. */
export interface VerdictColumns {
  expected: Float64Array
  upper: Float64Array
  statistic: Float64Array
  /** 1 is an alarm. */
  alarm: Uint8Array
  /** Position in the reasons for which there may be no verdict; 0 where there is one. */
  reason: Uint8Array
}

export interface VerdictRows {
  length: number
  place: Int32Array
  topic: Int32Array
  observed: Float64Array
  /** In the order of the methods. */
  methods: VerdictColumns[]
}

export interface VerdictEncoder {
  schema: Schema
  batch(rows: VerdictRows): RecordBatch
}

/** @param reasons  words of VerdictColumns.reason, the first of them empty */
export function createVerdictEncoder(
  night: Day, methods: readonly string[], reasons: readonly string[], places: Vector<Utf8>, topics: Vector<Utf8>,
): VerdictEncoder {
  const field = (name: string, type: DataType, nullable: boolean, unit: string): Field => new Field(name, type, nullable, new Map([['unit', unit]]))
  // With ids of our own: apache-arrow would count on from the last file, and equal tables would differ in their bytes.
  const words = (id: number): Dictionary<Utf8, Int32> => new Dictionary(new Utf8(), new Int32(), id)
  const reasonWords = vectorFromArray(reasons, new Utf8())
  const schema = new Schema([
    field('place', words(0), false, 'names from the city down, joined by ›'),
    field('topic', words(1), false, 'names from the top down, joined by ›; empty for all'),
    field('day', new DateDay(), false, 'local day that is judged'),
    field('observed', new Float64(), true, 'tickets of the day; NaN is a gap in the feed'),
    ...methods.flatMap((name, m) => [
      field(`${name}_expected`, new Float64(), false, 'tickets; NaN where the method cannot tell'),
      field(`${name}_upper`, new Float64(), false, 'tickets above which it is an alarm; NaN where the method has no bound'),
      field(`${name}_statistic`, new Float64(), false, 'the method\'s own score, larger is more unusual'),
      field(`${name}_alarm`, new Bool(), false, 'too many by the method\'s own rule'),
      field(`${name}_reason`, new Dictionary(new Utf8(), new Uint8(), 2 + m), false, 'why there is no verdict; empty where there is one'),
    ]),
  ])
  return {
    schema,
    batch: (rows) => {
      const n = rows.length
      const data = (i: number, values: unknown, dictionary?: Vector): ReturnType<typeof makeData> =>
        makeData({ type: schema.fields[i]!.type, length: n, nullCount: 0, data: values, ...(dictionary ? { dictionary } : {}) } as never)
      const children = [
        data(0, rows.place, places), data(1, rows.topic, topics), data(2, new Int32Array(n).fill(night)), data(3, rows.observed),
        ...rows.methods.flatMap((columns, m) => [
          data(4 + 5 * m, columns.expected), data(5 + 5 * m, columns.upper), data(6 + 5 * m, columns.statistic),
          data(7 + 5 * m, toBits(columns.alarm)), data(8 + 5 * m, columns.reason, reasonWords),
        ]),
      ]
      return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: n, nullCount: 0, children }))
    },
  }
}

function toBits(flags: Uint8Array): Uint8Array {
  const bits = new Uint8Array((flags.length + 7) >> 3)
  for (let i = 0; i < flags.length; i++) if (flags[i] !== 0) bits[i >> 3]! |= 1 << (i & 7)
  return bits
}
