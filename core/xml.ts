/**
 * Small XML documents as other systems send them, read and written: elements, text, CDATA and the five named entities. Documents
 * with a document type are refused, so no entity can grow or point anywhere.
 */
export interface XmlElement {
  name: string
  children: XmlElement[]
  /** All text directly in it, entities resolved, trimmed. */
  text: string
}

export class XmlError extends Error {}

const MOST_DEPTH = 50
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
/** A comment, CDATA, a processing instruction, a closing tag, an opening tag with its attributes. */
const MARK = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:\s+[^\s=<>/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/gy

/** @throws {XmlError} not well formed, too deep, or with a document type; the message tells the offset */
export function parseXml(document: string): XmlElement {
  const text = document.replace(/^\ufeff/, '')
  const root: XmlElement = { name: '', children: [], text: '' }
  const open: XmlElement[] = [root]
  const texts: string[] = ['']
  let at = 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const until = next < 0 ? text.length : next
    if (until > at) texts[texts.length - 1] += resolveEntities(text.slice(at, until), at)
    if (next < 0) break
    MARK.lastIndex = next
    const match = MARK.exec(text)
    if (!match) throw new XmlError(`not XML at ${next}`)
    at = MARK.lastIndex
    const [, cdata, closed, opened, , selfClosed] = match
    if (cdata !== undefined) texts[texts.length - 1] += cdata
    else if (closed !== undefined) {
      const element = open.pop()!
      if (open.length === 0 || element.name !== closed) throw new XmlError(`</${closed.slice(0, 40)}> at ${next} closes nothing`)
      element.text = texts.pop()!.trim()
    } else if (opened !== undefined) {
      if (open.length > MOST_DEPTH) throw new XmlError(`deeper than ${MOST_DEPTH} at ${next}`)
      const element: XmlElement = { name: opened, children: [], text: '' }
      open.at(-1)!.children.push(element)
      if (selfClosed === '') {
        open.push(element)
        texts.push('')
      }
    }
  }
  if (open.length > 1) throw new XmlError(`<${open.at(-1)!.name.slice(0, 40)}> is not closed`)
  if (root.children.length !== 1 || texts[0]!.trim() !== '') throw new XmlError('not one root element')
  return root.children[0]!
}

function resolveEntities(text: string, at: number): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,8}));?/gi, (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    if (name !== undefined) {
      const known = ENTITIES[name]
      if (known === undefined) throw new XmlError(`unknown entity ${whole.slice(0, 12)} after ${at}`)
      return known
    }
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) || code === 0 ? '\ufffd' : String.fromCodePoint(code)
  })
}

/** Characters that XML 1.0 does not have are left out. */
export function escapeXml(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
