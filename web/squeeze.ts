/**
 * Replies on the wire: text is sent gzipped where that cannot tell a listener what the page holds.
 *
 * BREACH (Gluck, Harris, Prado 2013): who can make a visitor's browser ask again and again for a page that repeats what the address says, and can see
 * how long the replies are, reads the rest of the page from their lengths. Such requests come from a page of another site; browsers say so in
 * Sec-Fetch-Site, which pages cannot change. A reply to a request with cookies is therefore squeezed only where the browser says that our own page asked, or the
 * visitor by hand.
 */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const zip = promisify(gzip)

/** Below this nothing is won. */
const LEAST_BYTES = 1024
const TEXT = /^(text\/(html|css|javascript|plain|csv)|image\/svg\+xml|application\/(json|xml|geo\+json|problem\+json|manifest\+json))\b/
/** Whether an Accept-Encoding takes gzip. */
export function takesGzip(accepted: string | null | undefined): boolean {
  return (accepted ?? '').split(',').some((part) => {
    const [name = '', ...params] = part.trim().toLowerCase().split(';')
    return (name.trim() === 'gzip' || name.trim() === '*') && !params.some((param) => /^\s*q\s*=\s*0(\.0*)?\s*$/.test(param))
  })
}

/** Whether nobody else can have made the browser ask, or the reply holds nothing of a visitor. */
export function mayBeSqueezed(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site')
  return headers.get('cookie') === null || site === 'same-origin' || site === 'none'
}

/** The reply as it is sent to who asked with `headers`. One with an ETag stays as it is: the tag names these bytes. Streams of events and files that are packed already do, too. */
export async function squeeze(response: Response, headers: Headers): Promise<Response> {
  if (response.body === null || response.headers.has('content-encoding') || response.headers.has('etag') || !TEXT.test(response.headers.get('content-type') ?? '')) return response
  const takes = takesGzip(headers.get('accept-encoding')) && mayBeSqueezed(headers)
  const plain = takes ? new Uint8Array(await response.arrayBuffer()) : undefined
  const squeezed = plain && plain.byteLength >= LEAST_BYTES ? await zip(plain) : plain
  const reply = new Response(squeezed ?? response.body, response)
  reply.headers.append('vary', 'accept-encoding')
  if (squeezed !== plain) {
    reply.headers.delete('content-length')
    reply.headers.set('content-encoding', 'gzip')
  }
  return reply
}
