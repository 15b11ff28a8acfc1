/**
 * Records of an Open311 server as the CSV that imports read: always the same columns in the same order, so that a ticket's row says
 * the same whenever it is asked for.
 */
import { toCsvLine } from '../ingest/csv-text.ts'
import type { OpenRecord } from './answer.ts'

/** Fields of GeoReport v2 that are read, in the order of the columns. */
const FIELDS = [
  'service_request_id', 'requested_datetime', 'status', 'service_code', 'description', 'agency_responsible', 'address', 'zipcode', 'lat', 'long', 'expected_datetime',
] as const
const OWN = ['weisu_topic_1', 'weisu_topic_2', 'weisu_topic_3', 'weisu_topic_4', 'weisu_closed_at'] as const

export interface RowOptions {
  map: Readonly<Record<string, string>>
  closedAt: 'updated' | 'none'
  /** Names of a service's topic from the top down. */
  topicOf: (code: string, name: string) => readonly string[]
}

/** Ticket field → column, beside the preset's own. */
export function rowMap(map: Readonly<Record<string, string>>): Record<string, string> {
  return { topic_l1: OWN[0], topic_l2: OWN[1], topic_l3: OWN[2], topic_l4: OWN[3], closed_at: OWN[4], ...map }
}

export function toCsv(records: readonly OpenRecord[], { map, closedAt, topicOf }: RowOptions): string {
  const further = [...new Set(Object.values(map))].filter((name) => !(FIELDS as readonly string[]).includes(name) && !(OWN as readonly string[]).includes(name)).sort()
  const lines = [toCsvLine([...FIELDS, ...OWN, ...further])]
  for (const record of records) {
    const topic = topicOf(record.service_code ?? '', record.service_name ?? '')
    const closed = closedAt === 'updated' && /^closed$/i.test(record.status ?? '') ? record.updated_datetime ?? '' : ''
    lines.push(toCsvLine([...FIELDS.map((name) => cell(record[name])), ...[0, 1, 2, 3].map((i) => cell(topic[i])), cell(closed), ...further.map((name) => cell(record[name]))]))
  }
  return lines.join('')
}

function cell(text: string | undefined): string {
  return text?.replaceAll('\u0000', '') ?? ''
}
