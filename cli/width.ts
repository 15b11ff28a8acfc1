/**
 * How many terminal cells a text takes: two for East Asian wide characters and emoji, none for combining marks.
 * Ranges after Unicode 17 EastAsianWidth (W and F), joined where only unassigned code points lie between.
 */
const WIDE: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f], [0x2e80, 0x303e], [0x3041, 0x33ff], [0x3400, 0x4dbf], [0x4e00, 0xa4cf], [0xa960, 0xa97f], [0xac00, 0xd7a3],
  [0xf900, 0xfaff], [0xfe30, 0xfe6f], [0xff00, 0xff60], [0xffe0, 0xffe6], [0x16fe0, 0x18cff], [0x1aff0, 0x1b2ff], [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
]
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const EMOJI = /^\p{Emoji_Presentation}$/u
const STYLE = /\x1b\[[0-9;]*m/g
const PLAIN = /^[\x20-\x7e]*$/

export function displayWidth(text: string): number {
  const bare = text.includes('\x1b') ? text.replace(STYLE, '') : text
  if (PLAIN.test(bare)) return bare.length
  let width = 0
  for (const char of bare) width += charWidth(char)
  return width
}

/** Shortens to at most `width` cells, the last of them an ellipsis. The text carries no colour yet. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let used = 0
  let kept = ''
  for (const char of text) {
    const next = charWidth(char)
    if (used + next > width - 1) break
    used += next
    kept += char
  }
  return width > 0 ? `${kept}…` : ''
}

/** Shortens from the front, where the end says more, as in a path. */
export function truncateStart(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  let used = 0
  let kept = ''
  for (const char of [...text].reverse()) {
    const next = charWidth(char)
    if (used + next > width - 1) break
    used += next
    kept = char + kept
  }
  return width > 0 ? `…${kept}` : ''
}

/** Text from tickets and files must not steer the terminal: control and bidi characters become spaces. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]+/gu, ' ')
}

function charWidth(char: string): number {
  const code = char.codePointAt(0)!
  if (code < 0x300) return code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0xad ? 0 : 1
  if (ZERO.test(char)) return 0
  return isWide(code) || EMOJI.test(char) ? 2 : 1
}

function isWide(code: number): boolean {
  let low = 0
  let high = WIDE.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const [first, last] = WIDE[middle]!
    if (code < first) high = middle - 1
    else if (code > last) low = middle + 1
    else return true
  }
  return false
}
