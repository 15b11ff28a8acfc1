/**
 * Cursors: where a page ended, as an opaque word. A cursor holds keys of rows and nothing that was not on the page; one of another list, or
 * made by hand, is refused.
 */
import { Buffer } from 'node:buffer'
import { BadInputError } from '../../core/errors.ts'

export type CursorKey = readonly (string | number)[]

const LONGEST = 1000

/** @param list name of the list that it belongs to */
export function writeCursor(list: string, key: CursorKey): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url')
}

/** @param shape type of each part of the key @throws {BadInputError} `bad_cursor` */
export function readCursor(list: string, text: string, shape: readonly ('string' | 'number')[]): CursorKey {
  const bad = (): BadInputError => new BadInputError('bad_cursor', 'the cursor is none of this list', {})
  if (text.length > LONGEST || !/^[A-Za-z0-9_-]+$/.test(text)) throw bad()
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    throw bad()
  }
  if (!Array.isArray(value) || value[0] !== list || value.length !== shape.length + 1) throw bad()
  const key = value.slice(1) as (string | number)[]
  if (key.some((part, i) => typeof part !== shape[i] || (typeof part === 'string' && part.includes('\u0000')) || (typeof part === 'number' && !Number.isSafeInteger(part)))) throw bad()
  return key
}
