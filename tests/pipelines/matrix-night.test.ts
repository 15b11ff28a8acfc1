import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { tableFromIPC } from 'apache-arrow'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseDay, weekday } from '../../core/days.ts'
import { createRng } from '../../core/rng.ts'
import { encodeIpc } from '../../features/arrow-ipc.ts'
import { createMatrixEncoder } from '../../features/arrow-matrix.ts'
import { SUMMED_DAYS } from '../../models/detect/batch.ts'
import { METHODS } from '../../models/detect/registry.ts'
import { REASONS } from '../../models/detect/verdict.ts'
import { judgeMatrix } from '../../pipelines/matrix-night.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-matrix-night-'))
afterAll(() => rmSync(directory, { recursive: true }))

const FROM = parseDay('2026-01-01')
const DAYS = 120
const SERIES = 60
const BATCH = 16
const METHOD_NAMES = ['earsC1', 'cusum', 'rki1']
const input = join(directory, 'counts.arrow')
const rows: Float64Array[] = []

beforeAll(async () => {
  const rng = createRng(7)
  const places = Array.from({ length: SERIES }, (_, i) => `City›${i}`)
  const encoder = createMatrixEncoder({ from: FROM, days: DAYS }, places, ['Noise'], 99)
  const batches = Array.from({ length: Math.ceil(SERIES / BATCH) }, (_, b) => {
    const length = Math.min(BATCH, SERIES - b * BATCH)
    const counts = Uint16Array.from({ length: length * DAYS }, (_, i) => rng.poisson(0.1 * (1 + Math.floor(i / DAYS))))
    const known = new Uint8Array(Math.ceil(counts.length / 8)).fill(0xff)
    const gap = DAYS - 1 - rng.below(9) // of the batch's first series
    known[gap >> 3]! &= ~(1 << (gap & 7))
    for (let i = 0; i < length; i++) {
      rows.push(Float64Array.from(counts.subarray(i * DAYS, (i + 1) * DAYS)))
      if (i === 0) rows.at(-1)![gap] = NaN
    }
    return encoder.batch({ length, place: Int32Array.from({ length }, (_, i) => b * BATCH + i), topic: new Int32Array(length), counts, known })
  })
  writeFileSync(input, Buffer.concat(await Readable.from(encodeIpc('file', encoder.schema, batches)).toArray() as Uint8Array[]))
})

const night = (output: string, threads: number, methods = METHOD_NAMES) => judgeMatrix({ path: input, output, methods, country: 'CN', threads })

test('each series has the verdicts that the methods give it alone', async () => {
  const output = join(directory, 'verdicts.arrow')
  const { series, cannotTell } = await night(output, 2)
  const table = tableFromIPC(readFileSync(output))
  expect([series, table.numRows]).toEqual([SERIES, SERIES])
  expect(cannotTell.earsC1).toBeGreaterThan(0)
  rows.forEach((counts, i) => {
    const got = table.get(i)!.toJSON() as Record<string, unknown>
    expect([got.place, got.topic, got.observed, (got.day as number) / 86_400_000]).toEqual([`City›${i}`, 'Noise', counts.at(-1), FROM + DAYS - 1])
    for (const name of METHOD_NAMES) {
      const alone = METHODS.get(name)!.judge({
        counts, period: 'day', periodsPerYear: 365.2425, weekdays: Uint8Array.from(counts, (_, d) => weekday(FROM + d)),
        from: DAYS - (name === 'cusum' ? SUMMED_DAYS : 1), until: DAYS,
      })
      expect(['expected', 'upper', 'statistic', 'alarm', 'reason'].map((column) => got[`${name}_${column}`]), `${name} of ${i}`)
        .toEqual([alone.expected.at(-1), alone.upper.at(-1), alone.statistic.at(-1), alone.alarm.at(-1) === 1, REASONS[alone.reason.at(-1)!]])
    }
  })
})

test('the number of threads does not show in the file', async () => {
  const [one, two] = [join(directory, 'one.arrow'), join(directory, 'two.arrow')]
  expect(await night(one, 1)).toEqual(await night(two, 3))
  expect(readFileSync(one).equals(readFileSync(two))).toBe(true)
})

test('an unknown method is refused and leaves no file', async () => {
  const output = join(directory, 'none.arrow')
  await expect(night(output, 1, ['earsC9'])).rejects.toThrow('earsC9')
  expect([existsSync(output), existsSync(`${output}.part`)]).toEqual([false, false])
})
