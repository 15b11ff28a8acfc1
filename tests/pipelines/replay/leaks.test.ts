/**
 * What became known after a night must not be seen on it. Each test runs nights, plants what only the future knows, runs the same
 * nights again, and compares; then shows that a later night does see what was planted, so that the plant was one.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { formatDay, parseDay } from '../../../core/days.ts'
import { SILENT } from '../../../core/log.ts'
import { createRng } from '../../../core/rng.ts'
import { replay } from '../../../pipelines/replay/replay.ts'
import { freshDatabase } from '../../support/database.ts'
import type { FreshDatabase } from '../../support/database.ts'
import type { Db } from '../../../sql/db.ts'
import { addTickets } from '../../support/tickets.ts'
import type { TicketSpec } from '../../support/tickets.ts'
import { dumpNights } from './dump-nights.ts'

const FROM = '2024-05-10'
/** The nights compared end here; everything planted is known from the day after on. */
const LAST = '2024-05-14'
const LATER = '2024-05-15'
const END = '2024-05-16'
const directory = mkdtempSync(join(tmpdir(), 'weisu-leaks-'))
const config = loadConfig({ dataDir: directory }, {})

const PLACES = ['City›North›Mill', 'City›North›Park', 'City›South›Port', 'City›South›Dock']
const TOPICS = ['Heat›Cold', 'Noise›Night', 'Roads›Hole']

/** Five months of a small town, and heating failing at one compound from the first of the compared nights on. */
function town(): TicketSpec[] {
  const rng = createRng('leaks')
  const tickets: TicketSpec[] = []
  const start = parseDay('2023-12-15')
  for (let day = start; day <= parseDay(END); day++) {
    for (let i = rng.poisson(3); i > 0; i--) {
      tickets.push({
        no: `n${tickets.length}`, at: `${formatDay(day)} ${String(8 + rng.below(10)).padStart(2, '0')}:${String(rng.below(60)).padStart(2, '0')}:00`,
        place: PLACES[rng.below(4)]!, topic: TOPICS[rng.below(3)]!, caller: `c${rng.below(100000)}`, unit: 'Works',
      })
    }
    if (day < parseDay(FROM)) continue
    for (let i = 0; i < 3; i++) tickets.push({ no: `h${day}-${i}`, at: `${formatDay(day)} 12:0${i}:00`, place: PLACES[0]!, topic: TOPICS[0]!, caller: `h${day}-${i}`, unit: 'Heating' })
  }
  return tickets
}

const all = town()
const burst = all.filter((ticket) => ticket.no.startsWith('h') && ticket.at.slice(0, 10) <= LAST)
let prepared: FreshDatabase
let before: string
/** All nights up to END where nothing was planted. */
let unplanted: string

const run = async (db: Db, name: string, last: string, more: { threads?: number } = {}): Promise<string> => {
  await replay({ db, config, log: SILENT }, { name, from: parseDay(FROM), until: parseDay(last) + 1, warmUpNights: 0, threads: more.threads ?? 1, fresh: true })
  return dumpNights(db, `replay_${name}`, FROM, last)
}

beforeAll(async () => {
  prepared = await freshDatabase()
  await addTickets(prepared.db, all)
  before = await run(prepared.db, 'base', LAST)
  unplanted = await run(prepared.db, 'unplanted', END)
  await prepared.db.close()
}, 120_000)
afterAll(async () => {
  await prepared.drop()
  rmSync(directory, { recursive: true, force: true })
})

async function clone(): Promise<FreshDatabase> {
  return freshDatabase(prepared.name)
}

/** @param sees  whether a night that does know is another one */
async function expectNoLeak(plant: (db: Db) => Promise<void>, sees = true): Promise<void> {
  const { db, drop } = await clone()
  try {
    await plant(db)
    expect(await run(db, 'again', LAST)).toBe(before)
    if (sees) expect(await run(db, 'later', END)).not.toBe(unplanted)
  } finally {
    await drop()
  }
}

test('there is something to be leaked into: an alert with a lead, tickets and notices', () => {
  for (const table of ['signals', 'alert_nights', 'alert_tickets', 'notices']) expect(before).toContain(`\n${table} `)
})

test('tickets that are recorded later', () => expectNoLeak(async (db) => {
  await addTickets(db, Array.from({ length: 12 }, (_, i) => ({
    no: `late${i}`, at: `${LAST} 1${i % 10}:30:00`, place: PLACES[2]!, topic: TOPICS[1]!, caller: `late${i}`, unit: 'Works', known: LATER,
  })))
}))

test('tickets that are re-filed to another topic, place and unit later', () => expectNoLeak(async (db) => {
  await addTickets(db, burst.map((ticket) => ({ ...ticket, place: PLACES[3]!, topic: TOPICS[2]!, unit: 'Roads office', known: LATER })))
}))

test('callers who turn out to be one', () => expectNoLeak(async (db) => {
  await addTickets(db, burst.map((ticket) => ({ ...ticket, caller: 'the same', known: LATER })))
}))

test('closures and satisfaction, as later states of the tickets', () => expectNoLeak(async (db) => {
  await addTickets(db, burst.map((ticket) => ({ ...ticket, closed: `${LATER} 09:00:00`, csat: '不满意', deadline: `${LAST} 09:00:00`, known: LATER })))
}, false))

test('closures, satisfaction and returns, written into the one state that an export has', () => expectNoLeak(async (db) => {
  await db.query(
    `update tickets set closed_at = $2::timestamp at time zone 'UTC', csat_final = '不满意', solved = '否', status = '已办结', return_count = 3, recorded_assumed = true
     where ticket_no = any ($1)`, [burst.map((ticket) => ticket.no), `${LATER} 10:00:00`])
  await db.query(`insert into dirty_days select distinct day from tickets where ticket_no = any ($1) on conflict do nothing`, [burst.map((ticket) => ticket.no)])
}))

test('the unit that a ticket was sent to on a later day', async () => {
  const { db, drop } = await clone()
  try {
    await db.query(`insert into units (name) values ('Roads office') on conflict do nothing`)
    await db.query(
      `update tickets set lead_unit_id = (select id from units where name = 'Roads office'), dispatched_at = $2::timestamp at time zone 'UTC' where ticket_no = any ($1)`,
      [burst.map((ticket) => ticket.no), `${LATER} 10:00:00`])
    const leads = async (name: string, night: string): Promise<(string | null)[]> => {
      const { rows } = await db.query<{ name: string | null }>(
        `select distinct u.name from replay_${name}.alert_nights n left join units u on u.id = n.lead_unit_id where n.night = $1`, [night])
      return rows.map((row) => row.name)
    }
    await run(db, 'sent', END)
    expect(await leads('sent', LAST)).not.toContain('Roads office')
    expect(await leads('sent', END)).toContain('Roads office')
  } finally {
    await drop()
  }
})

test('places and topics that later tickets bring, with their centres', () => expectNoLeak(async (db) => {
  await addTickets(db, Array.from({ length: 8 }, (_, i) => ({
    no: `new${i}`, at: `${LATER} 1${i % 10}:30:00`, place: `City›North›New ${i % 4}`, topic: `Water›New ${i % 2}`, caller: `new${i}`, unit: 'Works',
  })))
  await db.query(`update places set lng = 1 + id * 0.001, lat = 50, centre_from_tickets = true where path like 'City›North›New%'`)
}))

test('a bulk entry that is complete later', () => expectNoLeak(async (db) => {
  // 25 tickets of one topic by a channel of the staff in one hour of a compared day, most of them recorded the day after.
  await db.query(`update sources set staff_channels = '{patrol}'`)
  await addTickets(db, Array.from({ length: 25 }, (_, i) => ({
    no: `patrol${i}`, at: `${LAST} 15:${String(i * 2).padStart(2, '0')}:00`, place: PLACES[1]!, topic: TOPICS[2]!, channel: 'patrol', unit: 'Works', known: LATER,
  })))
}, false))

test('a burst of which only later tickets show that staff entered it', async () => {
  const { db, drop } = await clone()
  try {
    await db.query(`update sources set staff_channels = '{patrol}'`)
    const part = Array.from({ length: 7 }, (_, i) => ({
      no: `p${i}`, at: `${LAST} 15:0${i}:00`, place: PLACES[1]!, topic: TOPICS[2]!, caller: `p${i}`, channel: 'patrol', unit: 'Works',
    }))
    await addTickets(db, part)
    const known = await run(db, 'part', LAST)
    expect(known).not.toBe(before)
    await addTickets(db, Array.from({ length: 20 }, (_, i) => ({
      no: `q${i}`, at: `${LAST} 15:${String(10 + i).padStart(2, '0')}:00`, place: PLACES[1]!, topic: TOPICS[2]!, channel: 'patrol', unit: 'Works', known: LATER,
    })))
    expect(await run(db, 'whole', LAST)).toBe(known)
    const { rows } = await db.query<{ n: number }>(`select count(*)::int as n from late_sweeps where sweep_on = $1`, [LATER])
    expect(rows[0]!.n).toBe(7)
    // As of the next day the cell's seven are no callers any more.
    const counted = async (night: string): Promise<number> => (await db.query<{ n: number }>(
      `select sum(c.callers)::int as n from daily_counts c join places p on p.id = c.place_id join topics t on t.id = c.topic_id
       where c.day = $1 and c.known_on <= $2 and p.path = $3 and t.path = $4`, [LAST, night, PLACES[1], TOPICS[2]])).rows[0]!.n
    expect((await counted(LAST)) - (await counted(LATER))).toBe(7)
  } finally {
    await drop()
  }
})

test('events that become known later', () => expectNoLeak(async (db) => {
  await db.query(
    `insert into known_events (place_id, topic_id, from_on, until_on, known_on)
     select p.id, 1, $2, $3, $4 from places p where p.path = $1`, ['City', '2024-02-01', FROM, LATER])
}))
