/**
 * How often is the place of a message recognised, and how often wrongly? On 200 labelled messages of the Taidi contest (kept as numbers
 * and labels), without any registry; on the demo city with its registry, from the texts alone; and how fast.
 */
import { existsSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { Gazetteer } from '../features/gazetteer.ts'
import { recognisePlaces } from '../features/recognise-places.ts'
import { drawCity } from '../pipelines/demo/city.ts'
import { readLabels, readMessages, TAIDI_3 } from './redaction.ts'

export interface Accuracy { what: string, labelled: number, found: number, right: number, precision: number, recall: number }

/** So much of a message was labelled: its title and the beginning. */
const LABELLED_HEAD = 150

/** Per level; null without the contest's file. A name is right where one of the two holds the other whole. */
export async function rateTaidiPlaces(show?: (line: string) => void): Promise<Accuracy[] | null> {
  if (!existsSync(TAIDI_3)) return null
  const messages = new Map((await readMessages(TAIDI_3)).map((message) => [message.id, message]))
  const levels = ['district', 'street', 'community', 'site', 'road'] as const
  const counts = new Map(levels.map((level) => [level, { labelled: 0, found: 0, right: 0 }]))
  for (const [id, ...labels] of readLabels('taidi-places.tsv')) {
    const { title, content } = messages.get(id!)!
    const recognised = recognisePlaces([title, content.replace(/[\s\u3000]+/g, ' ').slice(0, LABELLED_HEAD)], null)
    for (const [i, level] of levels.entries()) {
      const label = labels[i] === '-' ? null : labels[i]!
      const name = recognised[level]?.name ?? null
      const count = counts.get(level)!
      if (label !== null) count.labelled++
      if (name !== null) count.found++
      const right = label !== null && name !== null && (name.includes(label) || label.includes(name))
      if (right) count.right++
      else if (show && (label ?? name) !== null) show(`${level} ${id} wanted ${label} found ${name} | ${title}`)
    }
  }
  return levels.map((level) => accuracy(`Taidi, ${level}`, counts.get(level)!))
}

/** The demo city's tickets by their texts alone, with its registry; right is the place of their columns, or one above it. */
export function rateDemoPlaces(days: number): Accuracy[] {
  const { gazetteer, rows } = demoTexts(days)
  const exact = { labelled: 0, found: 0, right: 0 }
  const above = { labelled: 0, found: 0, right: 0 }
  for (const { texts, path } of rows) {
    // Half of the tickets name no place in their texts: nothing could be recognised there.
    if (path.length === 0 || !texts.some((text) => text.includes(path.at(-1)!))) continue
    const { site, community, street, district } = recognisePlaces(texts, gazetteer)
    const place = (site?.path ? site : null) ?? (community?.path ? community : null) ?? (street?.path ? street : null) ?? (district?.path ? district : null)
    exact.labelled++
    above.labelled++
    if (!place) continue
    exact.found++
    above.found++
    if (place.path!.join('›') === path.join('›')) exact.right++
    if (place.path!.every((name, i) => name === path[i])) above.right++
  }
  return [accuracy('demo city, the place itself', exact), accuracy('demo city, or one above it', above)]
}

/** Tickets a second through recognition on one thread, and how the heap grows. */
export function timeRecognition(rounds: number): { tickets: number, perSecond: number, heapBeforeMb: number, heapAfterMb: number } {
  const { gazetteer, rows } = demoTexts(30)
  for (const { texts } of rows.slice(0, 500)) recognisePlaces(texts, gazetteer)
  globalThis.gc?.()
  const heapBeforeMb = megabytes()
  const began = process.cpuUsage()
  let tickets = 0
  for (let i = 0; i < rounds; i++) {
    for (const { texts } of rows) {
      recognisePlaces(texts, gazetteer)
      tickets++
    }
  }
  const { user, system } = process.cpuUsage(began)
  globalThis.gc?.()
  return { tickets, perSecond: Math.round(tickets / ((user + system) / 1e6)), heapBeforeMb, heapAfterMb: megabytes() }
}

export async function benchRecognition(quick: boolean): Promise<object> {
  return { accuracy: [...await rateTaidiPlaces() ?? [], ...rateDemoPlaces(quick ? 20 : 60)], speed: timeRecognition(quick ? 2 : 20) }
}

interface DemoText { texts: string[], path: string[] }

function demoTexts(days: number): { gazetteer: Gazetteer, rows: DemoText[] } {
  const city = drawCity({ districts: 6, days, until: '2026-11-23', ticketsPerDay: 200 }, 11)
  const gazetteer = new Gazetteer(city.places.filter(({ path }) => path.length > 1).map(({ path, kind }) => ({ name: path.at(-1)!, path: path.slice(1), kind })))
  const table = parse(Buffer.concat([...city.tickets()]), { columns: true }) as Record<string, string>[]
  const rows = table.map((row): DemoText => ({
    texts: [row['事发地址'] ?? row['地址'] ?? '', row['标题'] ?? row['工单标题'] ?? '', row['内容'] ?? row['主要内容'] ?? row['诉求内容'] ?? ''],
    path: ['区县', '街道', '社区', '小区'].map((name) => row[name] ?? '').filter((name) => name !== ''),
  }))
  return { gazetteer, rows }
}

function accuracy(what: string, { labelled, found, right }: { labelled: number, found: number, right: number }): Accuracy {
  return { what, labelled, found, right, precision: round(right / found), recall: round(right / labelled) }
}

function round(share: number): number {
  return Math.round(share * 1000) / 1000
}

function megabytes(): number {
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20)
}
