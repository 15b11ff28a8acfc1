/**
 * One batch of a matrix of counts, judged by several methods: the shard module of pipelines/matrix-night.ts.
 */
import { workCalendar } from '../core/calendar.ts'
import { weekday } from '../core/days.ts'
import { openMatrix } from '../features/arrow-matrix.ts'
import type { Matrix } from '../features/arrow-matrix.ts'
import type { VerdictRows } from '../features/arrow-verdicts.ts'
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
  const block = await matrix.read(batch)
  const n = block.length
  const rows: VerdictRows = {
    // Copies: the block's own arrays are views of a whole batch, which would move with them.
    length: n, place: block.place.slice(), topic: block.topic.slice(), observed: new Float64Array(n),
    methods: methods.map(() => ({
      expected: new Float64Array(n), upper: new Float64Array(n), statistic: new Float64Array(n), alarm: new Uint8Array(n), reason: new Uint8Array(n),
    })),
  }
  const counts = new Float64Array(days)
  const input = {
    counts, period: 'day' as const, periodsPerYear: 365.2425, from: days - 1, until: days,
    weekdays: Uint8Array.from({ length: days }, (_, i) => weekday(from + i)), kinds: dayKinds(workCalendar(country), from, from + days),
  }
  const judges = methods.map(findMethod)
  for (let i = 0; i < n; i++) {
    block.row(i, counts)
    rows.observed[i] = counts[days - 1]!
    for (let m = 0; m < judges.length; m++) {
      const judged = judges[m]!.judge(input)
      const columns = rows.methods[m]!
      columns.expected[i] = judged.expected[0]!
      columns.upper[i] = judged.upper[0]!
      columns.statistic[i] = judged.statistic[0]!
      columns.alarm[i] = judged.alarm[0]!
      columns.reason[i] = judged.reason[0]!
    }
  }
  return rows
}
