/**
 * Callers per place, topic family and day with the night that made them known, for rules that are to be asked as of every night.
 */
import { to as copyTo } from 'pg-copy-streams'
import type { Db } from './db.ts'

/** Only the first `length` entries hold rows. Days and nights are day numbers. */
export interface FamilyCounts {
  length: number
  place: Int32Array
  family: Int32Array
  day: Int32Array
  known: Int32Array
  callers: Int32Array
}

const COLUMNS = ['place', 'family', 'day', 'known', 'callers'] as const
/** Per row: number of columns, then length and value of each. */
const ROW = 2 + COLUMNS.length * 8
const HEADER = 19

/** Changes of the counts of the days [from, until) that were known before `until`, by the night that knew them. About 2 s a million rows. */
export async function readFamilyCounts(db: Db, from: string, until: string): Promise<FamilyCounts> {
  const client = await db.pool.connect()
  let isWhole = false
  try {
    // COPY takes no parameters: each value is checked to be a date.
    const range = `c.day >= '${checkDate(from)}' and c.day < '${checkDate(until)}' and c.known_on < '${checkDate(until)}'`
    const rows = await parseRows(client.query(copyTo(`copy (
      select c.place_id, c.topic_id, c.day - date '1970-01-01', c.known_on - date '1970-01-01', c.callers
      from daily_counts c join topics t on t.id = c.topic_id
      where t.is_family and c.callers <> 0 and ${range}) to stdout (format binary)`)))
    isWhole = true
    return byKnown(rows)
  } finally {
    client.release(!isWhole) // a connection in the middle of a COPY is of no use to anybody
  }
}

async function parseRows(stream: AsyncIterable<Buffer>): Promise<FamilyCounts> {
  let rows = createRows(1 << 18)
  let rest: Buffer = Buffer.alloc(0)
  let headerRead = false
  for await (const chunk of stream) {
    let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    if (!headerRead) {
      if (data.length < HEADER) {
        rest = data
        continue
      }
      data = data.subarray(HEADER)
      headerRead = true
    }
    let at = 0
    for (; data.length - at >= ROW; at += ROW) {
      if (rows.length === rows.place.length) rows = grown(rows)
      const i = rows.length++
      rows.place[i] = data.readInt32BE(at + 6)
      rows.family[i] = data.readInt32BE(at + 14)
      rows.day[i] = data.readInt32BE(at + 22)
      rows.known[i] = data.readInt32BE(at + 30)
      rows.callers[i] = data.readInt32BE(at + 38)
    }
    rest = data.subarray(at)
  }
  return rows
}

/** By counting: the rows of a night stay in their order. */
function byKnown(rows: FamilyCounts): FamilyCounts {
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < rows.length; i++) {
    low = Math.min(low, rows.known[i]!)
    high = Math.max(high, rows.known[i]!)
  }
  const sorted = createRows(rows.length)
  sorted.length = rows.length
  if (rows.length === 0) return sorted
  const next = new Int32Array(high - low + 2)
  for (let i = 0; i < rows.length; i++) next[rows.known[i]! - low + 1]!++
  for (let k = 1; k < next.length; k++) next[k]! += next[k - 1]!
  for (let i = 0; i < rows.length; i++) {
    const to = next[rows.known[i]! - low]!++
    for (const name of COLUMNS) sorted[name][to] = rows[name][i]!
  }
  return sorted
}

/** On shared memory: threads read the same rows. */
function createRows(n: number): FamilyCounts {
  const column = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * n))
  return { length: 0, place: column(), family: column(), day: column(), known: column(), callers: column() }
}

function grown(rows: FamilyCounts): FamilyCounts {
  const larger = createRows(2 * rows.place.length)
  larger.length = rows.length
  for (const name of COLUMNS) larger[name].set(rows[name])
  return larger
}

function checkDate(text: string): string {
  if (!/^\d{4,}-\d{2}-\d{2}$/.test(text)) throw new TypeError(`not a date: ${text}`)
  return text
}
