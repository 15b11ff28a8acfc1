/**
 * Answers of the Open311 server in the format that the address asks for, errors among them.
 */
import { escapeXml } from '../../core/xml.ts'

export type OpenFormat = 'json' | 'xml'

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }

/** '/requests.xml' → xml; an address without an ending asks for JSON. */
export function formatOf(pathname: string): OpenFormat {
  return pathname.endsWith('.xml') ? 'xml' : 'json'
}

/** @param root name of the list, @param item name of one of it */
export function openReply(format: OpenFormat, list: readonly object[], root: string, item: string, status = 200): Response {
  const text = format === 'json' ? JSON.stringify(list) : `<?xml version="1.0" encoding="utf-8"?>\n<${root}>\n${list.map((each) => element(item, each as Value)).join('\n')}\n</${root}>\n`
  return new Response(text, { status, headers: { 'content-type': `${format === 'json' ? 'application/json' : 'application/xml'}; charset=utf-8` } })
}

/** One document rather than a list. */
export function openDocument(format: OpenFormat, document: { readonly [name: string]: Value }, root: string): Response {
  const text = format === 'json' ? JSON.stringify(document) : `<?xml version="1.0" encoding="utf-8"?>\n${element(root, document)}\n`
  return new Response(text, { headers: { 'content-type': `${format === 'json' ? 'application/json' : 'application/xml'}; charset=utf-8` } })
}

export function openError(format: OpenFormat, status: number, description: string): Response {
  const reply = openReply(format, [{ code: status, description }], 'errors', 'error', status)
  if (status === 401) reply.headers.set('www-authenticate', 'Bearer realm="weisu"')
  return reply
}

function element(name: string, value: Value): string {
  if (value === null || value === '') return `<${name}/>`
  if (Array.isArray(value)) return `<${name}>${value.map((each: Value) => element(name.replace(/s$/, ''), each)).join('')}</${name}>`
  if (typeof value === 'object') return `<${name}>${Object.entries(value).map(([key, inner]) => element(key, inner)).join('')}</${name}>`
  return `<${name}>${escapeXml(String(value))}</${name}>`
}
