/**
 * Known episodes to score against: one JSON object a line, as `weisu demo` writes them (docs/demo-city.md).
 */
import { readFile } from 'node:fs/promises'
import { parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'

export interface Label {
  id: string
  kind: string
  /** Whether somebody should be told. */
  wanted: boolean
  /** First day, and the day after the last. */
  from: Day
  until: Day
  /** Names from the city down; from the top down. */
  places: string[][]
  topics: string[][]
  /** Empty where they are not known: all tickets at the places, of the topics, over the days are then the episode's. */
  ticketNos: string[]
}

/** @throws {BadInputError} the file cannot be read, or a line is not what it should be; it is named */
export async function readLabels(path: string): Promise<Label[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new BadInputError('no_labels', `cannot read the labels: ${(cause as Error).message}`, { path }, { cause })
  }
  const labels: Label[] = []
  const seen = new Set<string>()
  for (const [i, line] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const label = parseLabel(line, path, i + 1)
    if (seen.has(label.id)) throw badLabel(path, i + 1, `the id ${label.id} comes twice`)
    seen.add(label.id)
    labels.push(label)
  }
  if (labels.length === 0) throw badLabel(path, 1, 'there is no label')
  return labels
}

function parseLabel(line: string, path: string, number: number): Label {
  let raw: unknown
  try {
    raw = JSON.parse(line)
  } catch {
    throw badLabel(path, number, 'it is no JSON')
  }
  if (typeof raw !== 'object' || raw === null) throw badLabel(path, number, 'it is no object')
  const { id, kind, should_alert, from, until, places, topics, ticket_nos } = raw as Record<string, unknown>
  if (typeof id !== 'string' || id === '') throw badLabel(path, number, 'id is no text')
  if (typeof should_alert !== 'boolean') throw badLabel(path, number, 'should_alert is not true or false')
  const day = (value: unknown, name: string): Day => {
    try {
      return parseDay(String(value), name)
    } catch {
      throw badLabel(path, number, `${name} is no date`)
    }
  }
  const label: Label = {
    id, kind: typeof kind === 'string' ? kind : '', wanted: should_alert, from: day(from, 'from'), until: day(until, 'until'),
    places: namesOf(places), topics: namesOf(topics), ticketNos: Array.isArray(ticket_nos) ? ticket_nos.map(String) : [],
  }
  if (label.until <= label.from) throw badLabel(path, number, 'until is not after from')
  if (label.ticketNos.length === 0 && label.places.length * label.topics.length === 0) throw badLabel(path, number, 'it has neither ticket_nos nor places and topics')
  return label
}

function namesOf(value: unknown): string[][] {
  return Array.isArray(value) ? value.filter(Array.isArray).map((names: unknown[]) => names.map(String)) : []
}

function badLabel(path: string, line: number, what: string): BadInputError {
  return new BadInputError('bad_labels', `line ${line} of ${path} is no label: ${what}`, { path, line, what })
}
