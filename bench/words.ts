/**
 * Emerging words on one store: cost of counting and of a night, and how many bursts chance alone gives. For the latter the texts are
 * dealt out anew among all tickets, so that places, days and callers stay and no word has a reason to burst; the store is left as it was.
 *
 * node bench/words.ts DATA_DIRECTORY FROM UNTIL
 */
import { loadConfig } from '../core/config.ts'
import { formatDay, parseDay } from '../core/days.ts'
import { createRng } from '../core/rng.ts'
import { clausesOf, hashTerm, termsOf } from '../features/terms.ts'
import { packEntries, unpackEntries } from '../features/word-entries.ts'
import { countWords } from '../pipelines/words/count-words.ts'
import { findBursts, placesWith } from '../pipelines/words/find-bursts.ts'
import { joinBursts } from '../pipelines/words/join-bursts.ts'
import { findWordBursts, firstWordDay } from '../pipelines/words/word-bursts.ts'
import { readWordNight } from '../pipelines/words/word-night.ts'
import { openDb } from '../sql/db.ts'
import type { Queryable } from '../sql/db.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'
import { readWordDays, saveWordDay } from '../sql/words.ts'

const TESTS = { minCallers: 3, watchDays: 10, alertDays: 100 }
const [directory, first, last] = process.argv.slice(2)
if (!directory || !first || !last) throw new TypeError('node bench/words.ts DATA_DIRECTORY FROM UNTIL')
const [from, until] = [parseDay(first), parseDay(last)]
const db = await openDb(loadConfig({ dataDir: directory }), 'bench words')
const cpu = (): number => (({ user, system }) => (user + system) / 1e6)(process.cpuUsage())
const days = [formatDay(firstWordDay(from)), formatDay(until)] as const

class Undone extends Error {}
const undone = (error: unknown): void => { if (!(error instanceof Undone)) throw error }

// Texts alone, then whole days from the store.
const { rows: texts } = await db.query<{ text: string }>(`select coalesce(title, '') || chr(10) || coalesce(content, '') as text from tickets where day >= $1 and day < $2 order by md5(ticket_no) limit 20000`, [...days])
termsOf(clausesOf('预热')).map(hashTerm)
let began = cpu()
const terms = texts.reduce((sum, { text }) => sum + termsOf(clausesOf(text)).map(hashTerm).length, 0)
console.log(`terms of texts: ${Math.round(texts.length / (cpu() - began))} texts/s of CPU, ${(terms / texts.length).toFixed(1)} terms each`)
await db.query('delete from word_days where day >= $1 and day < $2', [...days])
await db.query('insert into word_dirty_days select distinct day from tickets where day >= $1 and day < $2 on conflict do nothing', [...days])
began = cpu()
const counted = await countWords(db, ...days)
console.log(`counting: ${counted.read} tickets of ${counted.days} days, ${Math.round(counted.read / (cpu() - began))} tickets/s of CPU (this process)`)
const { rows: [size] } = await db.query<{ bytes: number }>('select sum(length(entries))::float8 / sum(tickets) as bytes from word_days')
console.log(`kept: ${Math.round(size!.bytes)} bytes a ticket`)

// As it was, and dealt out anew.
const seen = { nights: 0, bursts: 0, events: 0, seconds: 0 }
const known = new Set<string>()
for (let night = from; night < until; night++) {
  began = cpu()
  const { bursts } = await findWordBursts(db, night, TESTS, await readPlaces(db, formatDay(night)), await readTopics(db, formatDay(night)))
  seen.seconds += cpu() - began
  seen.nights++
  const alerts = bursts.filter(({ verdict }) => verdict === 'alert')
  seen.bursts += alerts.length
  for (const { tickets } of alerts) {
    if (!tickets.some((ticket) => known.has(ticket))) seen.events++
    for (const ticket of tickets) known.add(ticket)
  }
}
console.log(`as it was: ${seen.nights} nights, ${seen.bursts} bursts of ${seen.events} events, ${(1000 * seen.seconds / seen.nights).toFixed(0)} ms of CPU a night`)
for (const seed of [1, 2, 3]) await db.transaction((client) => dealt(client, seed)).catch(undone)
await db.close()

async function dealt(client: Parameters<Parameters<typeof db.transaction>[0]>[0], seed: number): Promise<void> {
  const rng = createRng(`words ${seed}`)
  const rows = [...Map.groupBy(await readWordDays(client, ...days, 'infinity'), (row) => row.day)].map(([day, changes]) => ({ day, entries: unpackEntries(changes.map(({ entries }) => entries)) }))
  const all = rows.flatMap(({ entries }) => entries)
  const order = all.map(({ terms }) => terms)
  for (let i = order.length - 1; i > 0; i--) {
    const j = rng.below(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  all.forEach((entry, i) => { entry.terms = order[i]! })
  for (const { day, entries } of rows) await saveWordDay(client, day, [{ knownOn: day, tickets: entries.length, entries: packEntries(entries) }])
  const found = await chance(client)
  console.log(`dealt out anew, seed ${seed}: nights with an alert ${found.alertNights}, events ${found.events} (${(365 * found.events / (until - from)).toFixed(1)} a year); watched nights ${found.watchNights}`)
  throw new Undone()
}

async function chance(client: Queryable): Promise<{ alertNights: number, watchNights: number, events: number }> {
  const places = await readPlaces(client)
  const result = { alertNights: 0, watchNights: 0, events: 0 }
  const told = new Map<string, number>()
  for (let night = from; night < until; night++) {
    let [alert, watch] = [false, false]
    for (const city of [...places.values()].filter(({ depth }) => depth === 0)) {
      const seenTonight = await readWordNight(client, { night, city: city.id, places, atLeast: TESTS.minCallers, placesOf: placesWith(TESTS.minCallers, places) })
      if (seenTonight.pastDays < 28) continue
      for (const { core } of joinBursts(findBursts(seenTonight, places, city.id, TESTS), seenTonight, places, TESTS)) {
        watch = true
        if (core.recurrenceDays < TESTS.alertDays) continue
        alert = true
        const key = `${core.place}/${core.term}`
        if ((told.get(key) ?? -Infinity) < night - 28) result.events++
        told.set(key, night)
      }
    }
    if (alert) result.alertNights++
    if (watch) result.watchNights++
  }
  return result
}
