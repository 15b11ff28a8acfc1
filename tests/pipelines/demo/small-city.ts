/**
 * A city small enough to be drawn in a test, and its export read back as rows.
 */
import { parse } from 'csv-parse/sync'
import { drawCity } from '../../../pipelines/demo/city.ts'
import type { DemoCity } from '../../../pipelines/demo/city.ts'
import type { DemoParams } from '../../../pipelines/demo/params.ts'

export const SMALL: Partial<DemoParams> = { districts: 2, days: 120, until: '2026-11-23', ticketsPerDay: 60 }

export type Row = Record<string, string>

export function drawSmall(seed: number, params: Partial<DemoParams> = {}): { city: DemoCity, rows: Row[], bytes: Buffer } {
  const city = drawCity({ ...SMALL, ...params }, seed)
  const bytes = Buffer.concat([...city.tickets()])
  return { city, bytes, rows: parse(bytes, { columns: true }) as Row[] }
}
