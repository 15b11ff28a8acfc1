/**
 * One batch of a matrix of counts, judged by several methods: the shard module of pipelines/matrix-night.ts.
 */
import { workCalendar } from '../core/calendar.ts'
import { weekday } from '../core/days.ts'
import { openMatrix } from '../features/arrow-matrix.ts'
import type { Matrix } from '../features/arrow-matrix.ts'
import type { VerdictRows } from '../features/arrow-verdicts.ts'
import { createLastVerdicts, judgeLastDay } from '../models/detect/batch.ts'
import type { SeriesBlock } from '../models/detect/batch.ts'
import { findMethod } from '../models/detect/registry.ts'
import { dayKinds } from './fit-days.ts'

export interface MatrixWork { path: string, methods: readonly string[], country: string }
export interface MatrixShard { batch: number }

/** One open file a thread. */
let open: { path: string, matrix: Promise<Matrix> } | undefined

export async function runShard({ batch }: MatrixShard, { path, methods, country }: MatrixWork): Promise<VerdictRows> {
  if (open?.path !== path) open = { path, matrix: openMatrix(path) }
  const matrix = await open.matrix
  const { from, days } = matrix
  const read = await matrix.read(batch)
  const n = read.length
  const block: SeriesBlock = {
    series: n, days, counts: new Float64Array(n * days), period: 'day', periodsPerYear: 365.2425,
    weekdays: Uint8Array.from({ length: days }, (_, i) => weekday(from + i)), kinds: dayKinds(workCalendar(country), from, from + days),
  }
  read.fill(block.counts)
  return {
    // Copies: the batch's own arrays are views of all of it, which would move with them.
    length: n, place: read.place.slice(), topic: read.topic.slice(),
    observed: Float64Array.from({ length: n }, (_, i) => block.counts[(i + 1) * days - 1]!),
    methods: methods.map((name) => {
      const out = createLastVerdicts(n)
      judgeLastDay(findMethod(name), block, out)
      return out
    }),
  }
}
