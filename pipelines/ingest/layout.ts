/**
 * Where is the header, what separates the columns, and which preset is it? Looks at the first records under each
 * delimiter; title rows above the header are passed over.
 */
import { BadInputError } from '../../core/errors.ts'
import { matchHeader, recogniseHeader, requireFields, scoreMapping } from './header.ts'
import type { Mapping } from './header.ts'
import { readPreset } from './presets.ts'
import type { Preset } from './presets.ts'
import { fieldText, Tokenizer } from './tokenizer.ts'

export interface Layout {
  preset: Preset
  mapping: Mapping
  delimiter: number
  /** Records above and including the header. */
  headerRecords: number
}

const DELIMITERS = [0x2c, 0x3b, 0x09, 0x7c] // , ; tab |
/** The header is looked for among so many records. */
const HEADER_WITHIN = 12

/**
 * @param head    the beginning of the file as UTF-8, whole records of it at least
 * @param preset  undefined chooses by header
 * @param given   field → column name, before the preset's own
 * @throws {BadInputError} no header, or one that does not fit
 */
export function findLayout(head: Buffer, whole: boolean, preset: Preset | undefined, given: Readonly<Record<string, string>>): Layout {
  let best: { score: number, width: number, delimiter: number, index: number, header: string[] } | undefined
  let records = 0
  for (const delimiter of DELIMITERS) {
    const rows = firstRows(head, whole, delimiter)
    records = Math.max(records, rows.length)
    rows.forEach((header, index) => {
      const score = header.length < 2 ? 0 : headerScore(header, preset, given)
      if (!best || score > best.score || (score === best.score && header.length > best.width)) best = { score, width: header.length, delimiter, index, header }
    })
  }
  if (!best || records === 0) throw new BadInputError('no_header', 'the file has no header', {})
  const header = trimHeader(best.header)
  // Nothing fits: the widest row is what the message shows.
  if (best.score === 0 && best.width < 2) throw new BadInputError('no_header', 'no row of column names among the first lines', {})
  if (!preset) {
    const match = recognise(header, given)
    return { preset: match, mapping: withGiven(match, header, given), delimiter: best.delimiter, headerRecords: best.index + 1 }
  }
  const mapping = matchHeader(preset, header, given)
  requireFields(preset, mapping)
  return { preset, mapping, delimiter: best.delimiter, headerRecords: best.index + 1 }
}

/** The format whose columns are named, told in Chinese as most exports are, where no preset knows the header and `given` says which columns are which. */
const GENERIC = 'generic_12345_zh'

/** @throws {BadInputError} no preset fits, and what is given does not make up for it, or names a column that is not there */
function recognise(header: string[], given: Readonly<Record<string, string>>): Preset {
  try {
    return recogniseHeader(header).preset
  } catch (error) {
    if (Object.keys(given).length === 0) throw error
    const { columns } = matchHeader(readPreset(GENERIC), header, given)
    if (!columns.has('ticket_no') || !columns.has('accepted_at')) throw error
    return readPreset(GENERIC)
  }
}

function withGiven(preset: Preset, header: string[], given: Readonly<Record<string, string>>): Mapping {
  const mapping = matchHeader(preset, header, given)
  requireFields(preset, mapping)
  return mapping
}

function headerScore(header: string[], preset: Preset | undefined, given: Readonly<Record<string, string>>): number {
  try {
    if (preset) return scoreMapping(preset, matchHeader(preset, header, given))
    const match = recognise(header, given)
    return scoreMapping(match, matchHeader(match, header, given))
  } catch (error) {
    const candidates = error instanceof BadInputError ? error.details.candidates as { score: number }[] | undefined : undefined
    return candidates?.[0]?.score ?? 0
  }
}

function firstRows(head: Buffer, whole: boolean, delimiter: number): string[][] {
  const tokens = new Tokenizer({ delimiter })
  tokens.push(head)
  const rows: string[][] = []
  while (rows.length < HEADER_WITHIN && tokens.read(whole)) {
    rows.push(Array.from({ length: tokens.count }, (_, i) => fieldText(tokens, i).replaceAll('\u0000', '').trim()))
  }
  return rows
}

/** Column names as they stand, so that their number is that of the columns. */
function trimHeader(header: string[]): string[] {
  return header.map((name) => name.replace(/\s+/g, ' '))
}
