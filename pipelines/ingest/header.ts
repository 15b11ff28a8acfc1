/**
 * Which column is which field? Column names are compared after NFKC, without spaces, brackets, '_' and '-', in lower case.
 */
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { readPresets, TICKET_FIELDS } from './presets.ts'
import type { Preset, TicketField } from './presets.ts'

/** Field → columns of the file that hold it, best first; all but the caller's have one. */
export interface Mapping { columns: Map<TicketField, number[]>, header: string[] }

export interface PresetMatch { preset: Preset, mapping: Mapping, score: number }

export function normaliseHeader(name: string): string {
  return name.normalize('NFKC').replace(/[\s_\-()[\]{}【】〔〕「」"'\u200b\ufeff]/g, '').toLowerCase()
}

/**
 * Columns of the preset's fields; `given` (field → column name) goes before the preset's own names.
 *
 * @param onTwin  told of two columns of one name, of which a field needs one; the first is taken where it does not throw
 */
export function matchHeader(preset: Preset, header: string[], given: Readonly<Record<string, string>> = {}, onTwin: (fault: BadInputError) => void = (fault) => { throw fault }): Mapping {
  const names = header.map(normaliseHeader)
  const columns = new Map<TicketField, number[]>()
  const taken = new Set<number>()
  for (const [field, column] of Object.entries(given)) {
    if (!(TICKET_FIELDS as readonly string[]).includes(field)) throw new InvalidOptionError('field in --map', field, TICKET_FIELDS.join(', '))
    const at = names.indexOf(normaliseHeader(column))
    if (at < 0) throw new BadInputError('column_missing', `--map ${field}=${column}: the file has no such column; it has ${header.join(', ')}`, { field, column, header })
    columns.set(field as TicketField, [at])
    taken.add(at)
  }
  for (const field of TICKET_FIELDS) {
    if (columns.has(field)) continue
    const found: number[] = []
    for (const alias of preset.map[field] ?? []) {
      const wanted = normaliseHeader(alias)
      const at = names.indexOf(wanted)
      if (at < 0 || taken.has(at) || found.includes(at)) continue
      const second = names.indexOf(wanted, at + 1)
      if (second >= 0 && field !== 'ignore') onTwin(new BadInputError('duplicate_column', `columns ${at + 1} and ${second + 1} are both called ${header[at]}`, { column: header[at], first: at + 1, second: second + 1, header }))
      found.push(at)
      if (field !== 'caller_raw_drop' && field !== 'ignore') break
    }
    if (found.length > 0) columns.set(field, found)
    for (const at of found) taken.add(at)
  }
  return { columns, header }
}

/** How well a preset explains a header, 0 to 1: half the share of its fields found, half the share of columns explained. */
export function scoreMapping(preset: Preset, mapping: Mapping): number {
  if (!mapping.columns.has('ticket_no') || !mapping.columns.has('accepted_at')) return 0
  const fields = Object.keys(preset.map).filter((field) => field !== 'ignore').length
  let found = 0
  let explained = 0
  for (const [field, columns] of mapping.columns) {
    if (field !== 'ignore') found++
    explained += columns.length
  }
  return 0.5 * Math.min(1, found / fields) + 0.5 * (explained / mapping.header.length)
}

const LEAST_SCORE = 0.3
const LEAST_LEAD = 0.04

/**
 * The preset that explains the header best.
 *
 * @throws {BadInputError} none fits well enough, or two fit alike (`details.candidates` has the scores), or the one that fits best needs a column whose name two bear
 */
export function recogniseHeader(header: string[]): PresetMatch {
  const candidates: PresetMatch[] = []
  let doubled: { score: number, fault: BadInputError } | undefined
  for (const preset of readPresets().values()) {
    let twin: BadInputError | undefined
    const mapping = matchHeader(preset, header, {}, (fault) => { twin ??= fault })
    const score = scoreMapping(preset, mapping)
    if (score <= 0) continue
    if (twin === undefined) candidates.push({ preset, mapping, score })
    else if (score > (doubled?.score ?? 0)) doubled = { score, fault: new BadInputError(twin.code, twin.message, { ...twin.details, candidates: [{ preset: preset.name, score }] }) }
  }
  candidates.sort((a, b) => b.score - a.score)
  // What the file is but for the doubled column goes before what else it might be.
  if (doubled && doubled.score >= LEAST_SCORE && doubled.score > (candidates[0]?.score ?? 0)) throw doubled.fault
  const [best, second] = candidates
  const list = candidates.slice(0, 4).map(({ preset, score }) => ({ preset: preset.name, score: Number(score.toFixed(2)) }))
  const told = list.map(({ preset, score }) => `${preset} (${score})`).join(', ') || 'none'
  if (!best || best.score < LEAST_SCORE) {
    throw new BadInputError('unknown_header', `no preset fits the columns ${header.slice(0, 12).join(', ')}; candidates: ${told}; name one with --preset, or columns with --map`, { header, candidates: list })
  }
  if (second && best.score - second.score < LEAST_LEAD) {
    throw new BadInputError('ambiguous_header', `more than one preset fits: ${told}; name one with --preset`, { header, candidates: list })
  }
  return best
}

/** @throws {BadInputError} a ticket cannot be read with this mapping */
export function requireFields(preset: Preset, mapping: Mapping): void {
  const missing = (['ticket_no', 'accepted_at'] as const).filter((field) => !mapping.columns.has(field))
  if (missing.length === 0) return
  const expected = missing.map((field) => `${field} (${(preset.map[field] ?? []).slice(0, 6).join(', ')})`).join(' and ')
  throw new BadInputError('wrong_preset', `the file does not fit preset ${preset.name}: no column for ${expected}; found ${mapping.header.slice(0, 20).join(', ')}`,
    { preset: preset.name, missing, header: mapping.header })
}
