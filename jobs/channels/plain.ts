/**
 * Text that is safe in messages of others: without characters that act instead of being read, and no longer than allowed.
 */

/** Control characters, and those that turn the direction of what follows (Unicode Bidi_Control). */
const ACTING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g

/** One line. */
export function plain(text: string): string {
  return text.replace(/[\n\t]+/g, ' ').replace(ACTING, '')
}

/** For the Markdown of chat robots, of which each has its own: what marks, links, mentions or embeds is made full-width. */
export function plainMarkdown(text: string): string {
  return plain(text).replace(/[\\`"*_[\]()<>#@!~|]/g, (mark) => String.fromCodePoint(mark.codePointAt(0)! + 0xfee0))
}

export function escapeHtml(text: string): string {
  return plain(text).replace(/[&<>"']/g, (mark) => `&#${mark.codePointAt(0)};`)
}

/** The longest beginning of whole code points within so many bytes of UTF-8, with '…' where something is missing. */
export function cutBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  let size = Buffer.byteLength('…')
  let end = 0
  for (const point of text) {
    size += Buffer.byteLength(point)
    if (size > maxBytes) break
    end += point.length
  }
  return `${text.slice(0, end)}…`
}

/**
 * Head, as many of the parts as fit, and where some do not, a tail that says how many are missing. A single part that is too
 * long is cut. Joined by line breaks.
 *
 * @param tail  line for n parts left out; undefined for none where nothing is left out
 */
export function fitParts(head: string, parts: readonly string[], tail: (missing: number) => string, maxBytes: number): string {
  const whole = [head, ...parts].join('\n')
  if (Buffer.byteLength(whole) <= maxBytes) return whole
  for (let shown = parts.length - 1; shown > 0; shown--) {
    const text = [head, ...parts.slice(0, shown), tail(parts.length - shown)].join('\n')
    if (Buffer.byteLength(text) <= maxBytes) return text
  }
  const end = `\n${tail(Math.max(0, parts.length - 1))}`
  const room = maxBytes - Buffer.byteLength(end)
  return cutBytes([head, ...parts.slice(0, 1)].join('\n'), room) + end
}
