/**
 * Tickets of one cause, night by night: each ticket joins a group on the first night that knows it and stays there. A later night goes on
 * from the state of the one before; what comes out is the same in one go or in many.
 */
import { gunzipSync, gzipSync } from 'node:zlib'
import { formatDay, parseDay } from '../../core/days.ts'
import { CAUSE_DEFAULTS, CauseGroups } from '../../models/text/cause-groups.ts'
import type { CauseOptions, CauseTicket } from '../../models/text/cause-groups.ts'
import { loadCauses, saveCauses } from '../../models/text/cause-state.ts'
import type { Db } from '../../sql/db.ts'
import { forgetIssuesAfter, hasUngrouped, readGroupedUntil, readIssueState, readKnownNights, readLatestBatch, readTicketsToGroup, saveIssues, saveIssueState } from '../../sql/issues.ts'
import type { IssueState, TicketToGroup } from '../../sql/issues.ts'
import { readPlaces } from '../../sql/trees.ts'
import type { PlaceRow } from '../../sql/trees.ts'
import { readPreset } from '../ingest/presets.ts'
import { UNKNOWN_TOPIC } from '../ingest/registry.ts'

export interface GroupResult { nights: number, tickets: number, begun: number, merged: number, rebuilt: boolean, seconds: number }

export interface GroupRequest {
  /** Default the last night that knows a ticket. */
  night?: string | null
  /** Forgets all groups first. */
  anew?: boolean
  /**
   * As nights ask it, the first of which is given: groups begin so many days before it where there are none, and what imports brought late joins them on the first
   * night that is not grouped. Else all tickets are grouped on the nights that knew them first, and where that was done otherwise, groups are made anew.
   */
  nightly?: string
  /** First day of acceptance that is asked for: where nights grouped from then on already, what they kept is enough. */
  from?: string | undefined
  /** Told after each night that has tickets: its date, tickets grouped by this call so far, and the share of its nights that is done. */
  onProgress?: (progress: { night: string, tickets: number, share: number }) => void
  options?: Partial<CauseOptions>
}

/** Kinds of appeal that report nothing: questions and thanks. */
export const NO_COMPLAINT = '咨询|感谢|表扬|[Ii]nformation|[Cc]ompliment'
/** Nights read and written at a time. */
const CHUNK = 31
/** A night that finds no groups begins so many days back: as long as a lone ticket can be joined. */
const NIGHTLY_DAYS = 60
/** States kept: a rerun of the last nights goes on from the night before. */
const KEPT_STATES = 3
/** Raised when the same tickets would be grouped otherwise: stored groups are then made anew. */
const GROUPING_VERSION = 3

/**
 * Groups what nights up to `night` know and have not grouped yet. What is grouped stays as it is: a night that is run again finds the same.
 */
export async function groupTickets(db: Db, request: GroupRequest = {}): Promise<GroupResult> {
  const { anew = false, nightly, from: asked, onProgress = () => {}, options = {} } = request
  const began = performance.now()
  const result: GroupResult = { nights: 0, tickets: 0, begun: 0, merged: 0, rebuilt: false, seconds: 0 }
  const settings = JSON.stringify({ version: GROUPING_VERSION, ...CAUSE_DEFAULTS, ...options })
  const done = await readGroupedUntil(db)
  if (nightly !== undefined && done?.settings === settings && done.night >= (request.night ?? nightly)) return result
  const known = await readKnownNights(db)
  if (known.first === null || known.last === null) return result
  const batch = await readLatestBatch(db)
  const last = request.night ?? known.last
  const isNightly = nightly !== undefined || (asked !== undefined && done !== undefined && done.since !== null && asked >= done.since)
  if (done && (anew || done.settings !== settings || (!isNightly && await isPartial(db, done, known.first, batch)))) {
    await db.transaction((client) => forgetIssuesAfter(client, null))
    result.rebuilt = true
  }
  const state = result.rebuilt ? undefined : await readIssueState(db, last)
  if (state?.night === last || (!result.rebuilt && done && done.night >= last)) return result
  const start = nightly === undefined ? known.first : formatDay(parseDay(nightly) + 1 - NIGHTLY_DAYS)
  const since = state ? state.since : start > known.first ? start : null
  const late = state && isNightly && state.batch !== batch ? { since: since ?? known.first, batch: state.batch } : undefined
  const places = await readPlaces(db, last)
  const ancestors = (place: number): readonly number[] => places.get(place)?.rollup ?? []
  const causes = state ? loadCauses(gunzipSync(state.state), options, ancestors) : new CauseGroups(options, ancestors)
  const certain = new Map<string, boolean>()
  const first = state ? parseDay(state.night) + 1 : parseDay(since ?? known.first)
  for (let from = first; from <= parseDay(last); from += CHUNK) {
    const until = Math.min(from + CHUNK, parseDay(last) + 1)
    const tickets = await readTicketsToGroup(db, formatDay(from), formatDay(until), NO_COMPLAINT, UNKNOWN_TOPIC, from === first ? late : undefined)
    await db.transaction(async (client) => {
      await forgetIssuesAfter(client, formatDay(from - 1))
      for (let i = 0; i < tickets.length;) {
        const day = tickets[i]!.night
        let end = i
        while (end < tickets.length && tickets[end]!.night === day) end++
        const rows = tickets.slice(i, end)
        const { assigned, merges } = causes.addDay(day, rows.map((row) => toCauseTicket(row, places, certain)))
        const begun = [...new Set(assigned.map(({ group }, n) => (group === causes.grouped - assigned.length + n + 1 ? group : 0)))].filter((id) => id > 0)
        await saveIssues(client, formatDay(day), rows.map(({ source, no }, n) => ({ source, no, issue: assigned[n]!.group, likeness: assigned[n]!.likeness })), begun, merges)
        result.tickets += rows.length
        result.begun += begun.length
        result.merged += merges.length
        i = end
        onProgress({ night: formatDay(day), tickets: result.tickets, share: (day + 1 - first) / (parseDay(last) + 1 - first) })
      }
      if (until === parseDay(last) + 1) await saveIssueState(client, { night: last, since, settings, batch, state: gzipSync(saveCauses(causes), { level: 1 }) }, KEPT_STATES)
    })
    result.nights += until - from
  }
  result.seconds = (performance.now() - began) / 1000
  return result
}

/** Whether tickets are missing that the nights so far knew: of nights before the first that was grouped, or brought late by an import. */
async function isPartial(db: Db, done: Omit<IssueState, 'state'>, first: string, batch: string): Promise<boolean> {
  return (done.since !== null && done.since > first) || (done.batch !== batch && await hasUngrouped(db, done.night, done.batch, NO_COMPLAINT))
}

function toCauseTicket(row: TicketToGroup, places: ReadonlyMap<number, PlaceRow>, certain: Map<string, boolean>): CauseTicket {
  const place = places.get(row.place)
  let placeCertain = certain.get(row.preset)
  if (placeCertain === undefined) certain.set(row.preset, placeCertain = isPlaceColumn(row.preset))
  // A whole city or district is no point where two tickets could meet.
  const isFine = place !== undefined && place.kind !== 'city' && place.kind !== 'district'
  const placeName = place && place.depth > 0 ? place.path.split('›').slice(1).join(' ') : ''
  return { title: row.title, content: row.content, place: isFine ? place.id : 0, placeCertain, placeName, topic: row.topic }
}

/** Sources whose preset reads places off the text may be wrong about them. */
function isPlaceColumn(preset: string): boolean {
  try {
    return readPreset(preset).places !== 'text'
  } catch {
    return true // a source that no preset describes, as one made by hand
  }
}
