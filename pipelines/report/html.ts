/**
 * Markup from text that nobody vouches for: the `html` tag escapes every value that is not itself markup, and takes
 * out the control characters with which a ticket could turn the reading direction of the page around it.
 */

/** Markup that may stand in a page as it is. Only the `html` tag and `trusted` make it. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** What may stand in a `${}` of the tag: text is escaped, markup is not, lists are joined, nothing is nothing. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[]

/** Marks for the direction of text (U+202E and its kin), and C0 and C1 controls other than tab and line breaks. */
const UNSAFE = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFEFF]/g
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }

/** Text for an element or a quoted attribute. */
export function escape(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!)
}

/** The same text without direction marks and controls; half of a surrogate pair becomes U+FFFD. */
export function cleanText(text: string): string {
  return text.replace(UNSAFE, '').toWellFormed()
}

/** Markup that another part of the program made, such as a chart. Never text of the store. */
export function trusted(markup: string): Markup {
  return new Markup(markup)
}

export function html(strings: TemplateStringsArray, ...values: Content[]): Markup {
  let text = strings[0]!
  values.forEach((value, i) => {
    text += render(value) + strings[i + 1]!
  })
  return new Markup(text)
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'object') return value.map(render).join('')
  return escape(String(value))
}
