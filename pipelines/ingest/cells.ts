/**
 * What single cells say: which fields are read in which way, and small readers that need no state.
 */
import type { Tokenizer } from './tokenizer.ts'

export const TIMES = ['dispatched_at', 'deadline_at', 'closed_at'] as const
export const TEXTS = ['title', 'content', 'address_text'] as const
export const LABELS = ['appeal_type', 'status', 'urgency', 'solved', 'csat_first', 'csat_final', 'channel', 'unreasonable_state', 'co_units', 'tags', 'repeat_of'] as const
export const COUNTS = ['dup_count', 'urge_count', 'return_count', 'extend_count', 'rework_count'] as const
export const PLACES = ['district', 'street', 'community', 'compound'] as const
export const TOPICS = ['topic_l1', 'topic_l2', 'topic_l3', 'topic_l4'] as const
const TOTALS = /^(?:合\s*计|总\s*计|小\s*计|共\s*计|共|汇\s*总|grand total|total|subtotal|sum)\s*[:：]?\s*(?:\d{1,9}\s*[件条个宗]?)?$/i
const NOTES = /^(?:制表|填表|填报|审核|复核|打印|导出|统计|数据来源|单位|备注|附注|注|说明|note|source|printed|exported)[^:：\d]{0,8}[:：]/i
const SCIENTIFIC = /^\d(?:\.\d+)?E[+-]?\d+$/i
const YES = new Set(['是', '1', 'true', 't', 'yes', 'y'])
const NO = new Set(['否', 'false', 'f', 'no', 'n'])

/** The first cell of a total row or of a summary. */
export function isTotal(text: string): boolean {
  return TOTALS.test(text.normalize('NFKC').trim())
}

/** A line under the table: 制表人：…, 注：…, Source: … */
export function isNote(text: string): boolean {
  return NOTES.test(text.normalize('NFKC').trim())
}

/** A long number that a spreadsheet has cut. */
export function isScientific(text: string): boolean {
  return SCIENTIFIC.test(text)
}

/** 是, true, 1 and their like; undefined where the cell says neither yes nor no. */
export function yesOrNo(text: string): boolean | undefined {
  const word = text.toLowerCase()
  return YES.has(word) ? true : NO.has(word) ? false : undefined
}

/** A small count; NaN where the cell holds none. Yes counts as one. */
export function toCount(text: string | null): number {
  if (text === null) return NaN
  const answer = yesOrNo(text)
  if (answer !== undefined) return answer ? 1 : 0
  return /^\d{1,6}(?:\.0)?$/.test(text) ? Number(text) : NaN
}

/** Decimal degrees of a cell; NaN where it holds something else. */
export function degrees(tokens: Tokenizer, i: number): number {
  const { data } = tokens
  const until = tokens.ends[i]!
  let p = tokens.starts[i]!
  while (p < until && data[p] === 32) p++
  const negative = data[p] === 45
  if (negative || data[p] === 43) p++
  let value = 0
  let digits = 0
  for (; p < until && data[p]! >= 48 && data[p]! <= 57; p++, digits++) value = value * 10 + data[p]! - 48
  if (digits === 0 || digits > 3) return NaN
  if (data[p] === 46 && p < until) {
    let scale = 1
    let fraction = 0
    // Ten decimals are more than any use; further ones are only checked.
    for (p++; p < until && data[p]! >= 48 && data[p]! <= 57; p++) {
      if (scale >= 1e10) continue
      fraction = fraction * 10 + data[p]! - 48
      scale *= 10
    }
    value += fraction / scale
  }
  while (p < until && data[p] === 32) p++
  if (p < until) return NaN
  return negative ? -value : value
}

/** Beginnings of the English words that announce a name, a room or a plate, as three letters in lower case. */
const TELLING = new Set(['mr ', 'mr.', 'ms ', 'ms.', 'mrs', 'mis', 'nam', 'apt', 'apa', 'uni', 'fla', 'roo', 'rm ', 'sui', 'ste', 'cal', 'con', 'pla', 'lic', 'tag', 'res', 'ten', 'own', 'com', 'rep', 'i a', 'thi'].map((word) => code(word.charCodeAt(0), word.charCodeAt(1), word.charCodeAt(2))))

/** ASCII without '@', without four digits in a row and without a telling word: nothing there that redaction could find. */
export function isPlain(data: Buffer, from: number, until: number): boolean {
  let run = 0
  let inWord = false
  for (let i = from; i < until; i++) {
    const c = data[i]!
    if (c > 127 || c === 64) return false
    run = c >= 48 && c <= 57 ? run + 1 : 0
    if (run >= 4) return false
    const isLetter = (c | 32) >= 97 && (c | 32) <= 122
    if (isLetter && !inWord && i + 2 < until && TELLING.has(code(c | 32, lower(data[i + 1]!), lower(data[i + 2]!)))) return false
    inWord = isLetter
  }
  return true
}

function lower(c: number): number {
  return c >= 65 && c <= 90 ? c | 32 : c
}

function code(a: number, b: number, c: number): number {
  return (a << 16) | (b << 8) | c
}
