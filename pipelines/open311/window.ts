/**
 * All requests of a span of time, whatever the server's way of cutting its answers: pages of any size, pages that shift while they are
 * read, no pages at all but a longest answer, dates that it does not heed.
 */
import type { OpenRecord } from './answer.ts'
import type { Client } from './client.ts'

export interface Window { from: number, until: number }

/** Odd things that may hide tickets; told, never thrown. */
export type WindowFault = 'dates_ignored' | 'unsettled' | 'answer_full' | 'too_many_pages'

export interface Reading { records: OpenRecord[], faults: WindowFault[] }

export interface WindowReader {
  /** @throws {PollError} the server fails */
  read(window: Window): Promise<Reading>
}

/** A longest answer is never shorter than this. */
const LEAST_CAP = 20
const MOST_PASSES = 3
const MOST_PAGES = 5000
/** A span is not cut below a minute. */
const SHORTEST_MS = 60_000
const DAY_MS = 86_400_000

export function createWindowReader(client: Client, { pageSize, extensions }: { pageSize: number, extensions: boolean }): WindowReader {
  /** What has been learned of the server: undefined until an answer has told. */
  let pages: boolean | undefined
  /** Length of a page that had a successor. */
  let fullPage = Infinity
  /** Longest answer of a server without pages. */
  let cap = LEAST_CAP

  const ask = async ({ from, until }: Window, page: number): Promise<OpenRecord[]> => {
    const query = {
      start_date: instant(from), end_date: instant(until), page_size: String(pageSize), page: String(page), ...(extensions ? { extensions: 'true' } : {}),
    }
    // A page after the last is unknown to some servers.
    return page === 1 ? await client.ask('requests', 'service_requests', query) : await client.askMaybe('requests', 'service_requests', query) ?? []
  }

  /** One walk through the pages. @returns how many tickets or states were new, and how many pages had any */
  const walk = async (window: Window, found: Found, first?: OpenRecord[]): Promise<{ fresh: number, pages: number, full: boolean }> => {
    let fresh = 0
    let page = 1
    let records = first ?? await ask(window, 1)
    fresh += found.add(records)
    while (records.length > 0 && pages !== false && (pages === undefined || records.length >= fullPage || fullPage === Infinity)) {
      if (page >= MOST_PAGES) return { fresh, pages: page, full: true }
      const before = records
      records = await ask(window, page + 1)
      if (records.length === 0) {
        pages ??= true
        break
      }
      page++
      const added = found.add(records)
      if (page === 2 && added === 0 && sameKeys(before, records)) {
        pages ??= false
        break
      }
      pages = true
      fullPage = Math.min(fullPage, before.length)
      fresh += added
      if (added === 0) break
    }
    return { fresh, pages: page, full: false }
  }

  const read = async (window: Window): Promise<Reading> => {
    const first = await ask(window, 1)
    if (first.length === 0) return { records: [], faults: [] }
    const found = new Found()
    const faults = new Set<WindowFault>()
    let walked = await walk(window, found, first)
    if (walked.full) faults.add('too_many_pages')
    const heedless = outside(first, window) > first.length / 2
    if (heedless) faults.add('dates_ignored')
    // Tickets move between pages while they are read: a walk that finds nothing new proves the one before.
    for (let pass = 1; walked.pages > 1 && pages !== false && walked.fresh > 0 && !walked.full; pass++) {
      if (pass === MOST_PASSES) {
        faults.add('unsettled')
        break
      }
      walked = await walk(window, found)
    }
    if (pages === false && first.length >= cap && !heedless) {
      if (window.until - window.from <= SHORTEST_MS) faults.add('answer_full')
      else {
        cap = Math.max(cap, first.length)
        const middle = Math.floor((window.from + window.until) / 2000) * 1000
        for (const half of [{ from: window.from, until: middle }, { from: middle, until: window.until }]) {
          const reading = await read(half)
          found.add(reading.records)
          for (const fault of reading.faults) faults.add(fault)
        }
      }
    } else if (pages === false && heedless && first.length >= LEAST_CAP) faults.add('answer_full')
    return { records: found.records, faults: [...faults] }
  }
  return { read }
}

/** Tickets in the order of their coming; a ticket comes again where it has changed in between. */
class Found {
  readonly records: OpenRecord[] = []
  readonly #last = new Map<string, string>()

  add(records: readonly OpenRecord[]): number {
    let fresh = 0
    for (const record of records) {
      const key = keyOf(record)
      const state = JSON.stringify(record)
      if (this.#last.get(key) === state) continue
      this.#last.set(key, state)
      this.records.push(record)
      fresh++
    }
    return fresh
  }
}

export function keyOf(record: OpenRecord): string {
  return record.service_request_id ? `id ${record.service_request_id}` : record.token ? `token ${record.token}` : JSON.stringify(record)
}

function sameKeys(a: readonly OpenRecord[], b: readonly OpenRecord[]): boolean {
  const keys = new Set(a.map(keyOf))
  return b.every((record) => keys.has(keyOf(record)))
}

/** Records whose time lies a day or more outside; clocks and zones of servers are not always right. */
function outside(records: readonly OpenRecord[], { from, until }: Window): number {
  let n = 0
  for (const { requested_datetime: at } of records) {
    const time = Date.parse(at ?? '')
    if (time < from - DAY_MS || time >= until + DAY_MS) n++
  }
  return n
}

/** W3C date and time without fractions, which some servers do not read. */
function instant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
