/**
 * Routing rules as a file, CSV or JSON (docs/routing.md): read, checked line by line, and written. What is wrong is told all at once,
 * with line, column, value and what was expected; a file with one fault brings nothing into force.
 */
import { readFile } from 'node:fs/promises'
import { parseDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import { fromInert, inertToRead, toCsvLine } from '../ingest/csv-text.ts'
import { fieldText } from '../ingest/tokenizer.ts'
import { readRecords } from '../tables/csv-records.ts'
import { findByPath } from '../typed-path.ts'
import type { PathNode } from '../typed-path.ts'
import { TERRITORY } from './rules.ts'
import type { RoutingRule } from './rules.ts'

const COLUMNS = ['id', 'place', 'topic', 'unit', 'co', 'author', 'source', 'effective_from', 'effective_until', 'note'] as const
type Column = (typeof COLUMNS)[number]
const NEEDED: readonly Column[] = ['id', 'unit']

/** Codes of faults; their words stand in core/texts/routing.ts. */
export type RuleFaultReason =
  | 'bad_id' | 'repeated_id' | 'no_unit' | 'unknown_unit' | 'no_single_place' | 'no_single_topic' | 'no_author' | 'no_source' | 'bad_date' | 'ends_before' | 'same_scope' | 'not_text'

export interface RuleFault {
  /** Line of a CSV file, or position in the list of a JSON file, from 1. */
  line: number
  rule: string
  column: Column
  value: string
  reason: RuleFaultReason
  /** The nearest names, or the other rule. */
  near: readonly string[]
}

/** What rules may name. */
export interface Known { places: readonly PathNode[], topics: readonly PathNode[], units: readonly string[] }

export interface RuleFile { rules: RoutingRule[], faults: RuleFault[] }

/** Cells of one rule as they stand in the file. */
interface Raw { line: number, cells: Partial<Record<Column, string>> }

/**
 * @param defaults  author and source of rules that name none
 * @throws {BadInputError} a file that is neither, or lacks a column; the faults of single rules are returned
 */
export async function readRuleFile(path: string, known: Known, defaults: { author: string, source: string }): Promise<RuleFile> {
  return checkRules(path.toLowerCase().endsWith('.json') ? await readJson(path) : await readCsv(path), known, defaults)
}

async function readCsv(path: string): Promise<Raw[]> {
  const raws: Raw[] = []
  await readRecords(path, (names) => {
    const header = names.map((name) => name.normalize('NFKC').trim().toLowerCase())
    for (const column of NEEDED) if (!header.includes(column)) throw lacksColumn(path, column, header)
    const unknown = header.find((name) => !(COLUMNS as readonly string[]).includes(name))
    if (unknown !== undefined) throw new BadInputError('routing_unknown_column', `${path} has a column ${unknown}, expected ${COLUMNS.join(', ')}`, { path, column: unknown, expected: COLUMNS.join(', ') })
    return (record) => {
      const cells = Object.fromEntries(header.map((name, i) => [name, fromInert(fieldText(record, i).trim())]))
      if (Object.values(cells).some((cell) => cell !== '')) raws.push({ line: record.line, cells })
    }
  })
  return raws
}

async function readJson(path: string): Promise<Raw[]> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw new BadInputError('no_such_file', `no such file: ${path}`, { path }, { cause })
    throw new BadInputError('bad_routing_json', `${path} is no JSON`, { path }, { cause })
  }
  const list = Array.isArray(json) ? json : (json as { rules?: unknown } | null)?.rules
  if (!Array.isArray(list)) throw new BadInputError('bad_routing_json', `${path} holds no list of rules`, { path })
  return list.map((one: unknown, i): Raw => {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) throw new BadInputError('bad_routing_json', `${path}: rule ${i + 1} is no object`, { path })
    const cells: Raw['cells'] = {}
    for (const [key, value] of Object.entries(one)) {
      const column = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as Column
      if (!COLUMNS.includes(column)) throw new BadInputError('routing_unknown_column', `${path}: rule ${i + 1} has a key ${key}, expected ${COLUMNS.join(', ')}`, { path, column: key, expected: COLUMNS.join(', ') })
      cells[column] = value === null || value === undefined ? '' : Array.isArray(value) ? value.join(';') : String(value)
    }
    return { line: i + 1, cells }
  })
}

function lacksColumn(path: string, column: string, header: readonly string[]): BadInputError {
  return new BadInputError('routing_lacks_column', `${path} has no column ${column}, but ${header.join(', ')}`, { path, column, header: header.join(', ') })
}

function checkRules(raws: readonly Raw[], known: Known, defaults: { author: string, source: string }): RuleFile {
  const rules: RoutingRule[] = []
  const faults: RuleFault[] = []
  const units = new Set(known.units)
  const places = createFinder(known.places, 'no_such_place')
  const topics = createFinder(known.topics, 'no_such_topic')
  const seen = new Map<string, RoutingRule[]>()
  for (const { line, cells } of raws) {
    const cell = (column: Column): string => (cells[column] ?? '').trim()
    const before = faults.length
    const fault = (column: Column, reason: RuleFaultReason, near: readonly string[] = [], value = cell(column)): void => void faults.push({ line, rule: cell('id'), column, value, reason, near })
    const unit = (name: string, column: Column): void => {
      if (!units.has(name)) fault(column, 'unknown_unit', nearest(known.units, name), name)
    }
    const path = (column: 'place' | 'topic'): string | null => {
      if (cell(column) === '') return null
      const found = (column === 'place' ? places : topics)(cell(column))
      if ('path' in found) return found.path === '' ? null : found.path
      fault(column, column === 'place' ? 'no_single_place' : 'no_single_topic', found.near)
      return null
    }
    const date = (column: 'effective_from' | 'effective_until'): string | null => {
      if (cell(column) === '') return null
      try {
        parseDay(cell(column))
      } catch {
        fault(column, 'bad_date')
      }
      return cell(column)
    }
    const id = cell('id')
    if (!/^[\p{L}\p{N}_.-]{1,60}$/u.test(id)) fault('id', 'bad_id')
    if (rules.some((rule) => rule.id === id)) fault('id', 'repeated_id')
    if (cell('unit') === '') fault('unit', 'no_unit')
    else if (cell('unit') !== TERRITORY) unit(cell('unit'), 'unit')
    const co = cell('co').split(/[;；]/).map((name) => name.trim()).filter((name) => name !== '')
    for (const name of co) unit(name, 'co')
    const author = cell('author') || defaults.author
    const source = cell('source') || defaults.source
    if (author === '') fault('author', 'no_author')
    if (source === '') fault('source', 'no_source')
    const rule: RoutingRule = {
      id, place: path('place'), topic: path('topic'), unit: cell('unit'), co, author, source, effectiveFrom: date('effective_from'), effectiveUntil: date('effective_until'), note: cell('note'),
    }
    if (rule.effectiveFrom !== null && rule.effectiveUntil !== null && rule.effectiveUntil <= rule.effectiveFrom) fault('effective_until', 'ends_before', [rule.effectiveFrom])
    if (faults.length > before) continue
    const scope = `${rule.place ?? ''}\n${rule.topic ?? ''}\n${rule.place === null && rule.unit === TERRITORY}`
    const other = (seen.get(scope) ?? []).find((one) => overlaps(one, rule))
    if (other) {
      fault('place', 'same_scope', [other.id])
      continue
    }
    seen.set(scope, [...(seen.get(scope) ?? []), rule])
    rules.push(rule)
  }
  return { rules, faults }
}

function overlaps(a: RoutingRule, b: RoutingRule): boolean {
  return (a.effectiveUntil === null || b.effectiveFrom === null || b.effectiveFrom < a.effectiveUntil)
    && (b.effectiveUntil === null || a.effectiveFrom === null || a.effectiveFrom < b.effectiveUntil)
}

/** The node of a typed path, looked up once; exact paths without a search. */
function createFinder(nodes: readonly PathNode[], code: 'no_such_place' | 'no_such_topic'): (typed: string) => PathNode | { near: string[] } {
  const exact = new Map(nodes.map((node) => [node.path, node]))
  const known = new Map<string, PathNode | { near: string[] }>()
  return (typed) => {
    const at = exact.get(typed) ?? known.get(typed)
    if (at) return at
    let found: PathNode | { near: string[] }
    try {
      found = findByPath(nodes, typed, code)
    } catch (error) {
      if (!(error instanceof BadInputError)) throw error
      found = { near: error.details.near as string[] }
    }
    known.set(typed, found)
    return found
  }
}

/** Names that share most of their characters with the wanted one. */
function nearest(names: readonly string[], wanted: string): string[] {
  const letters = new Set(wanted)
  const score = (name: string): number => [...new Set(name)].filter((letter) => letters.has(letter)).length / Math.max(name.length, wanted.length, 1)
  return names.map((name) => ({ name, score: score(name) })).filter((one) => one.score > 0.3).sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1)).slice(0, 3).map(({ name }) => name)
}

/** The same rules read from the result are the same. No cell is a formula for a spreadsheet but the name of the territory's own unit. */
export function formatRulesCsv(rules: readonly RoutingRule[]): string {
  return toCsvLine(COLUMNS) + rules.map((rule) => toCsvLine([
    rule.id, rule.place ?? '', rule.topic ?? '', rule.unit, rule.co.join(';'), rule.author, rule.source, rule.effectiveFrom ?? '', rule.effectiveUntil ?? '', rule.note,
  ].map((cell) => (cell === TERRITORY ? cell : inertToRead(cell))))).join('')
}

export function formatRulesJson(rules: readonly RoutingRule[]): string {
  return `${JSON.stringify({ rules }, null, 2)}\n`
}
