/**
 * The last day of every row of a matrix of counts, judged by any of the methods: Arrow in, Arrow out, on worker threads. Memory
 * holds a few batches, whatever the number of series.
 */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { RecordBatch } from 'apache-arrow'
import { encodeIpc } from '../features/arrow-ipc.ts'
import { openMatrix } from '../features/arrow-matrix.ts'
import { createVerdictEncoder } from '../features/arrow-verdicts.ts'
import type { VerdictRows } from '../features/arrow-verdicts.ts'
import { findMethod } from '../models/detect/registry.ts'
import { REASONS } from '../models/detect/verdict.ts'
import type { MatrixShard, MatrixWork } from './matrix-shard.ts'
import { eachShard } from './parallel.ts'

export interface MatrixNight extends MatrixWork {
  /** The verdicts, an Arrow IPC file; it appears when it is whole. */
  output: string
  threads: number
}

export interface MatrixNightResult { series: number, alarms: Record<string, number>, cannotTell: Record<string, number> }

/**
 * @throws {InvalidOptionError} an unknown method
 * @throws {BadInputError} the file is no matrix of counts
 */
export async function judgeMatrix({ output, threads, ...work }: MatrixNight): Promise<MatrixNightResult> {
  for (const name of work.methods) findMethod(name)
  const matrix = await openMatrix(work.path)
  const { from, days, batches } = matrix
  const names = await matrix.read(0)
  await matrix.close()
  const encoder = createVerdictEncoder(from + days - 1, work.methods, REASONS, names.places, names.topics)
  const result: MatrixNightResult = { series: 0, alarms: {}, cannotTell: {} }
  const shards = Array.from({ length: batches }, (_, batch): MatrixShard => ({ batch }))
  async function* encoded(): AsyncGenerator<RecordBatch> {
    for await (const rows of eachShard<MatrixShard, VerdictRows>(new URL('matrix-shard.ts', import.meta.url), shards, threads, work)) {
      tally(rows, work.methods, result)
      yield encoder.batch(rows)
    }
  }
  try {
    await pipeline(Readable.from(encodeIpc('file', encoder.schema, encoded())), createWriteStream(`${output}.part`))
    await rename(`${output}.part`, output)
  } catch (error) {
    await rm(`${output}.part`, { force: true })
    throw error
  }
  return result
}

function tally(rows: VerdictRows, methods: readonly string[], result: MatrixNightResult): void {
  result.series += rows.length
  methods.forEach((name, m) => {
    const { alarm, reason } = rows.methods[m]!
    result.alarms[name] = (result.alarms[name] ?? 0) + alarm.reduce((sum, one) => sum + one, 0)
    result.cannotTell[name] = (result.cannotTell[name] ?? 0) + reason.reduce((sum, one) => sum + (one === 0 ? 0 : 1), 0)
  })
}
