/**
 * Same cause and topic: how fast one core takes tickets through redaction, recognition of places, classification and grouping, with real messages and memory
 * watched; and how well the planted episodes of a demo city are found, measured as group-appeal contests do: F1 of each event, tickets of later days
 * merged with earlier ones, events of three to five tickets, latency. No peer does the same.
 */
import { existsSync, mkdtempSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSheet } from 'read-excel-file/node'
import { loadConfig } from '../core/config.ts'
import { SILENT } from '../core/log.ts'
import { recognisePlaces } from '../features/recognise-places.ts'
import { redact } from '../features/redact.ts'
import { CauseGroups } from '../models/text/cause-groups.ts'
import type { CauseTicket } from '../models/text/cause-groups.ts'
import type { TopicClassifier } from '../models/text/topic-classifier.ts'
import { loadDemo } from '../pipelines/demo/load.ts'
import { groupTickets } from '../pipelines/issues/group-tickets.ts'
import { readLabels } from '../pipelines/scorecard/labels.ts'
import { UNKNOWN_TOPIC } from '../pipelines/ingest/registry.ts'
import { trainOn } from '../pipelines/topics/train-topics.ts'
import { openDb } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { readLabelledTickets } from '../sql/topic-models.ts'
import { removeOnceStopped, TOWN } from './store.ts'

const CITY = { days: 240, ticketsPerDay: 300, districts: 4 }
const MESSAGES = fileURLToPath(new URL('../../shared/data/tickets/taidi_c2020_attachment3_messages.xlsx', import.meta.url))
const NIGHT = 12
const DAYS_A_LAP = 400

/** @param quick  one small town and one lap of the messages */
export async function benchCauses(quick: boolean): Promise<object> {
  const sums = new Map<string, EventSums>()
  let tickets = 0
  let seconds = 0
  let classifier: TopicClassifier | undefined
  let topics: object = {}
  for (const seed of quick ? [1] : [1, 2, 3]) {
    const dataDir = mkdtempSync(join(tmpdir(), 'weisu-bench-causes-'))
    const config = loadConfig({ dataDir }, {})
    const db = await openDb(config, 'bench causes')
    try {
      const { labelsPath } = await loadDemo({ db, config, log: SILENT }, { seed, params: quick ? TOWN : CITY })
      if (!classifier) {
        const trained = trainOn(await readLabelledTickets(db, 400, true, UNKNOWN_TOPIC), { least: 20 })
        classifier = trained.classifier
        const { curve: _, ...report } = trained.report
        topics = report
      }
      const began = process.cpuUsage()
      const grouped = await groupTickets(db)
      const { user, system } = process.cpuUsage(began)
      tickets += grouped.tickets
      seconds += (user + system) / 1e6
      await judgeEvents(db, labelsPath, sums)
    } finally {
      await db.close()
      await removeOnceStopped(dataDir)
    }
  }
  const figures = ({ events, f1, pairs, together, found }: EventSums): object => ({ events, f1: f1 / events, crossDay: together / pairs, found: found / events })
  return { cities: { tickets, perCpuSecond: tickets / seconds, ...Object.fromEntries([...sums].map(([kind, own]) => [kind, figures(own)])) }, topics, messages: await speed(classifier!, quick ? 1 : 8), load: loadavg()[0] }
}

interface EventSums { events: number, f1: number, pairs: number, together: number, found: number }

/** Episodes of people at places against the group that has most of each. */
async function judgeEvents(db: Db, path: string, kinds: Map<string, EventSums>): Promise<void> {
  const { rows } = await db.query<{ no: string, root: number, day: string }>(
    `with recursive roots as (select id, id as root from issues where merged_into is null union all select i.id, r.root from issues i join roots r on i.merged_into = r.id)
     select m.ticket_no as no, r.root, t.day from issue_tickets m join roots r on r.id = m.issue_id join tickets t using (source_id, ticket_no)`)
  const groupOf = new Map(rows.map(({ no, root, day }) => [no, { root, day }]))
  const sizes = new Map<number, number>()
  for (const { root } of rows) sizes.set(root, (sizes.get(root) ?? 0) + 1)
  for (const { kind, ticketNos, wanted } of await readLabels(path)) {
    const own = ticketNos.map((no) => groupOf.get(no)).filter((it) => it !== undefined).sort((a, b) => (a.day < b.day ? -1 : 1))
    if (!wanted || own.length < 3 || ['storm', 'cold_wave'].includes(kind)) continue
    const counts = new Map<number, number>()
    for (const { root } of own) counts.set(root, (counts.get(root) ?? 0) + 1)
    const [best, hits] = [...counts].sort((a, b) => b[1] - a[1])[0]!
    for (const name of ['all', kind]) {
      const sums = kinds.get(name) ?? { events: 0, f1: 0, pairs: 0, together: 0, found: 0 }
      sums.events++
      sums.f1 += (2 * hits) / (own.length + sizes.get(best)!)
      for (let i = 1; i < own.length; i++) {
        if (own[i]!.day === own[i - 1]!.day) continue
        sums.pairs++
        if (own[i]!.root === own[i - 1]!.root) sums.together++
      }
      // At least three tickets of it in one group, of which it is the half or more.
      if (hits >= 3 && hits >= 0.5 * sizes.get(best)!) sums.found++
      kinds.set(name, sums)
    }
  }
}

/** Real messages, whole, in nights of a dozen; each lap is dated after the last has been forgotten. */
async function speed(classifier: TopicClassifier, laps: number): Promise<object> {
  if (!existsSync(MESSAGES)) return { skipped: 'the messages are not there' }
  const messages = (await readSheet(MESSAGES) as unknown[][]).slice(1).map((row) => ({ title: String(row[2] ?? '').trim(), content: String(row[4] ?? '').trim() }))
  const causes = new CauseGroups({}, (place) => [place])
  const places = new Map<string, number>()
  const latencies = new Float64Array(messages.length * laps)
  const heaps: number[] = []
  const nights = Math.ceil(messages.length / NIGHT)
  let n = 0
  const began = process.cpuUsage()
  for (let lap = 0; lap < laps; lap++) {
    for (let night = 0; night < nights; night++) {
      const before = performance.now()
      const tickets = messages.slice(night * NIGHT, (night + 1) * NIGHT).map((message): CauseTicket => {
        const title = redact(message.title)
        const content = redact(message.content)
        classifier.guess(title, content)
        const found = recognisePlaces([title, content], null)
        const name = found.site?.name ?? found.street?.name ?? ''
        if (name !== '' && !places.has(name)) places.set(name, places.size + 1)
        return { title, content, place: places.get(name) ?? 0, placeCertain: false, placeName: [found.district, found.street, found.site].flatMap((it) => it?.name ?? []).join(' '), topic: 0 }
      })
      causes.addDay(lap * (nights + DAYS_A_LAP) + night, tickets)
      latencies.fill((performance.now() - before) / tickets.length, n, n + tickets.length)
      n += tickets.length
    }
    globalThis.gc?.()
    heaps.push(Math.round(process.memoryUsage().heapUsed / 1e6))
  }
  const { user, system } = process.cpuUsage(began)
  latencies.sort()
  return { tickets: n, perCpuSecond: n / ((user + system) / 1e6), p50Ms: latencies[n >> 1], p95Ms: latencies[Math.floor(0.95 * n)], heapMBByLap: heaps, open: causes.open.size }
}
