/**
 * The published scans' data and results beside the project, as the models want them.
 */
import { readFileSync } from 'node:fs'
import { sharedPath } from '../../support/shared.ts'
import type { Points } from '../../../models/scan/geometry.ts'
import type { Spans } from '../../../models/scan/scan-model.ts'

const GOLDEN = 'golden/satscan/'

/** An entry of expected.json, whose shape differs between programs. */
export function reference(id: string): any {
  const { entries } = JSON.parse(readFileSync(sharedPath(`${GOLDEN}expected.json`), 'utf8'))
  return entries.find((entry: { id: string }) => entry.id === id)
}

/** Fields of each line, without the header of a CSV file. */
export function readFields(path: string): string[][] {
  const lines = readFileSync(sharedPath(path), 'utf8').trim().split(/\r?\n/)
  const comma = lines[0].includes(',')
  return (comma ? lines.slice(1) : lines).map((line) => line.trim().split(comma ? ',' : /\s+/).map((field) => field.replaceAll('"', '')))
}

export const golden = (name: string): string[][] => readFields(`${GOLDEN}${name}`)

export function plane(rows: string[][], x: number, y: number): Points {
  return { kind: 'plane', x: Float64Array.from(rows, (row) => Number(row[x])), y: Float64Array.from(rows, (row) => Number(row[y])) }
}

export function earth(rows: string[][], longitude: number, latitude: number): Points {
  return { ...plane(rows, longitude, latitude), kind: 'earth' }
}

/** Purely spatial: one span of one day. */
export const ONE_DAY: Spans = { from: Int32Array.of(0), until: Int32Array.of(1) }

/** Simulated cases and baselines of the last days of a workload of benchmark/scan/. */
export function readWorkload(name: string, keep: number): { names: string[], points: Points, counts: Float64Array, baselines: Float64Array } {
  const places = readFields(`benchmark/scan/${name}_geo.csv`)
  const names = places.map(([id]) => id)
  const placeOf = new Map(names.map((id, i) => [id, i]))
  const rows = readFields(`benchmark/scan/${name}_baseline30.csv`)
  const days = [...new Set(rows.map(([, day]) => day))].sort().slice(-keep)
  const dayOf = new Map(days.map((day, i) => [day, i]))
  const fill = (table: string[][]): Float64Array => {
    const cells = new Float64Array(names.length * keep)
    for (const [id, day, value] of table) if (dayOf.has(day)) cells[placeOf.get(id)! * keep + dayOf.get(day)!] += Number(value)
    return cells
  }
  return { names, points: plane(places, 1, 2), counts: fill(readFields(`benchmark/scan/${name}_cases.csv`)), baselines: fill(rows) }
}

/** Whether two Monte Carlo p values differ by less than three standard errors of their difference. */
export function agree(p: number, replicates: number, other: number, otherReplicates = 999): boolean {
  const middle = Math.max((p + other) / 2, 2 / Math.min(replicates, otherReplicates))
  return Math.abs(p - other) <= 3 * Math.sqrt(middle * (1 - middle) * (1 / replicates + 1 / otherReplicates)) + 1 / otherReplicates
}
