/**
 * What an Open311 server answered: records of texts, from JSON or XML. What is neither, a login page say, is an error and never an empty list.
 */
import { parseXml, XmlError } from '../../core/xml.ts'
import type { XmlElement } from '../../core/xml.ts'

/** A record's fields as texts; fields within 'extended_attributes' and its like are called 'extended_attributes.ward'. */
export type OpenRecord = Readonly<Record<string, string>>

export class BadAnswer extends Error {}

/**
 * @param list  name of the XML root and of the JSON member that may hold the list ('service_requests')
 * @throws {BadAnswer} no list of records
 */
export function readRecords(bytes: Buffer, list: string): OpenRecord[] {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new BadAnswer('the answer is not UTF-8')
  }
  const start = text.trimStart()
  if (start === '') throw new BadAnswer('the answer is empty')
  if (/^<(!doctype\s+)?html/i.test(start)) throw new BadAnswer('the answer is a web page')
  return start.startsWith('<') ? fromXml(text, list) : fromJson(text, list)
}

/** The words of an error: `[{"code": 400, "description": "…"}]`, `<errors><error>…`; empty where there are none. */
export function readError(bytes: Buffer): string {
  try {
    return readRecords(bytes, 'errors').map((error) => [error.code, error.description].filter(Boolean).join(' ')).filter(Boolean).join('; ').slice(0, 200)
  } catch {
    return ''
  }
}

function fromJson(text: string, list: string): OpenRecord[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadAnswer('the answer is no JSON')
  }
  if (isObject(value)) {
    // A list in an envelope, or the one record that was asked for.
    const inner = value[list] ?? Object.values(value).find(Array.isArray)
    value = Array.isArray(inner) ? inner : Object.keys(value).length === 0 ? [] : [value]
  }
  if (!Array.isArray(value)) throw new BadAnswer('the answer is no list')
  return value.map((item: unknown) => {
    if (!isObject(item)) throw new BadAnswer('the list holds something that is no record')
    const record: Record<string, string> = {}
    flatten(item, '', record, 0)
    return record
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function flatten(value: Readonly<Record<string, unknown>>, prefix: string, record: Record<string, string>, depth: number): void {
  for (const [key, cell] of Object.entries(value)) {
    if (cell === null || cell === undefined) continue
    if (isObject(cell) && depth < 3) flatten(cell, `${prefix}${key}.`, record, depth + 1)
    else record[prefix + key] = typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
  }
}

function fromXml(text: string, list: string): OpenRecord[] {
  let root: XmlElement
  try {
    root = parseXml(text)
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    throw new BadAnswer(`the answer is no XML: ${error.message}`)
  }
  if (root.name !== list) throw new BadAnswer(`the answer is <${root.name.slice(0, 40)}>, expected <${list}>`)
  return root.children.map((element) => {
    const record: Record<string, string> = {}
    flattenXml(element, '', record)
    return record
  })
}

function flattenXml(element: XmlElement, prefix: string, record: Record<string, string>): void {
  for (const child of element.children) {
    if (child.children.length > 0) flattenXml(child, `${prefix}${child.name}.`, record)
    else if (child.text !== '') record[prefix + child.name] = child.text
  }
}
