/**
 * One night's forecasts as Arrow: a row a series, the coming days and weeks in lists of fixed size. Python, R and DuckDB open it as it
 * is: `select place, topic, day_q50[14] from 'forecasts/2026-11-22.arrow'`.
 */
import { Dictionary, Field, FixedSizeList, Float32, Int32, makeData, RecordBatch, Schema, Struct, tableFromIPC, Uint16, Uint32, Uint8, Utf8, vectorFromArray } from 'apache-arrow'
import type { DataType, Vector } from 'apache-arrow'
import { formatDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'

/** Columns of n series; ragged by nothing: every list has `days` or `weeks` entries a series. */
export interface ForecastColumns {
  length: number
  /** Positions in the names. */
  place: Int32Array
  topic: Int32Array
  placeDepth: Uint8Array
  /** Position in the models' names. */
  model: Uint8Array
  dayMean: Float32Array
  weekMean: Float32Array
  /** One array a level: n * days and n * weeks callers. */
  dayQuantiles: Uint32Array[]
  weekQuantiles: Uint32Array[]
  /** One array a length of sums: expected if all is as usual, threshold of a surge, and P(callers >= threshold). */
  usual: Float32Array[]
  threshold: Uint32Array[]
  surge: Float32Array[]
  /** By length, then by level: n callers. */
  sumQuantiles: Uint32Array[][]
}

export interface ForecastHead {
  night: Day
  days: number
  weeks: number
  /** Quantile levels, and lengths in days of the sums with a surge. */
  levels: readonly number[]
  spans: readonly number[]
  models: readonly string[]
  places: readonly string[]
  topics: readonly string[]
}

const unit = (text: string): Map<string, string> => new Map([['unit', text]])

/** 0.025 is q025, 0.5 is q50. */
export function levelName(level: number): string {
  const digits = String(Math.round(level * 1000) / 1000).slice(2)
  return `q${digits.length === 1 ? `${digits}0` : digits}`
}

/** @param meta run, versions and what else a reader should know, as text */
export function forecastBatch(head: ForecastHead, columns: ForecastColumns, meta: Readonly<Record<string, string>>): RecordBatch {
  const { days, weeks, levels, spans, night } = head
  const n = columns.length
  const fields: Field[] = []
  const children: ReturnType<typeof makeData>[] = []
  const add = (name: string, type: DataType, about: Map<string, string>, values: unknown, dictionary?: Vector): void => {
    fields.push(new Field(name, type, false, about))
    children.push(makeData({ type, length: n, nullCount: 0, data: values, ...(dictionary ? { dictionary } : {}) } as never))
  }
  const list = (name: string, size: number, about: string, from: number, given: Float32Array | Uint32Array): void => {
    const values = narrowed(given)
    const type = values instanceof Float32Array ? new Float32() : values instanceof Uint16Array ? new Uint16() : new Uint32()
    const item = new Field('callers', type, false)
    fields.push(new Field(name, new FixedSizeList(size, item), false, new Map([['unit', about], ['from', formatDay(from)], ['days_each', size === weeks ? '7' : '1']])))
    children.push(makeData({ type: new FixedSizeList(size, item), length: n, nullCount: 0, child: makeData({ type, length: n * size, data: values, nullCount: 0 } as never) } as never))
  }
  // With ids of our own: apache-arrow would count on from the last file, and equal tables would differ in their bytes.
  add('place', new Dictionary(new Utf8(), new Int32(), 0), unit('names from the city down, joined by ›'), columns.place, vectorFromArray(head.places, new Utf8()))
  add('topic', new Dictionary(new Utf8(), new Int32(), 1), unit('names from the top down, joined by ›; empty for all'), columns.topic, vectorFromArray(head.topics, new Utf8()))
  add('place_depth', new Uint8(), unit('0 the city'), columns.placeDepth)
  add('model', new Dictionary(new Utf8(), new Uint8(), 2), unit('what serves the series'), columns.model, vectorFromArray(head.models, new Utf8()))
  list('day_mean', days, 'expected callers a day', night + 1, columns.dayMean)
  levels.forEach((level, i) => list(`day_${levelName(level)}`, days, `callers a day, quantile ${level}`, night + 1, columns.dayQuantiles[i]!))
  list('week_mean', weeks, 'expected callers a week of seven days', night + 1, columns.weekMean)
  levels.forEach((level, i) => list(`week_${levelName(level)}`, weeks, `callers a week, quantile ${level}`, night + 1, columns.weekQuantiles[i]!))
  const whole = (name: string, about: string, given: Uint32Array): void => {
    const values = narrowed(given)
    add(name, values instanceof Uint16Array ? new Uint16() : new Uint32(), unit(about), values)
  }
  spans.forEach((span, i) => {
    levels.forEach((level, q) => whole(`sum_${span}_${levelName(level)}`, `callers of the next ${span} days, quantile ${level}`, columns.sumQuantiles[i]![q]!))
    add(`usual_${span}`, new Float32(), unit(`expected callers of the next ${span} days if all is as usual`), columns.usual[i])
    whole(`threshold_${span}`, `callers of the next ${span} days from which it is a surge`, columns.threshold[i]!)
    add(`surge_${span}`, new Float32(), unit('probability of as many'), columns.surge[i])
  })
  const schema = new Schema(fields, new Map(Object.entries(meta)))
  return new RecordBatch(schema, makeData({ type: new Struct(fields), length: n, nullCount: 0, children }))
}

/** Counts of a hotline seldom need more than 16 bits. */
function narrowed<A extends Float32Array | Uint32Array>(values: A): A | Uint16Array {
  return values instanceof Uint32Array && values.every((value) => value <= 0xffff) ? Uint16Array.from(values) : values
}

/** A series of the table, numbers as they stand there. */
export interface ForecastTableRow {
  place: string
  topic: string
  placeDepth: number
  model: string
  /** By the name of a column: list columns as arrays. */
  list(column: string): number[]
  value(column: string): number
}

export interface ForecastTable { meta: Readonly<Record<string, string>>, rows(): Generator<ForecastTableRow> }

/** @throws what apache-arrow throws on bytes that are no Arrow file */
export function openForecastTable(bytes: Uint8Array): ForecastTable {
  const table = tableFromIPC(bytes)
  const column = (name: string): Vector => {
    const found = table.getChild(name)
    if (!found) throw new TypeError(`no column ${name}`)
    return found
  }
  return {
    meta: Object.fromEntries(table.schema.metadata),
    * rows() {
      const [place, topic, depth, model] = ['place', 'topic', 'place_depth', 'model'].map(column) as [Vector, Vector, Vector, Vector]
      for (let i = 0; i < table.numRows; i++) {
        yield {
          place: place.get(i) as string, topic: topic.get(i) as string, placeDepth: depth.get(i) as number, model: model.get(i) as string,
          list: (name) => [...column(name).get(i) as Iterable<number>],
          value: (name) => column(name).get(i) as number,
        }
      }
    },
  }
}
