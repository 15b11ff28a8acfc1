/**
 * A part of a text that fits a quotation: whole sentences from the one that says most of the phrases, word for word.
 */

/** Longest quotation, in characters. */
const MOST_CHARACTERS = 160

/** @param text redacted @param phrases in the form of terms: lower case, without spaces between Chinese words */
export function cutExcerpt(text: string, phrases: readonly string[]): string {
  const whole = text.replace(/\s+/g, ' ').trim()
  if ([...whole].length <= MOST_CHARACTERS) return whole
  const sentences = whole.match(/[^。！？；!?;]+[。！？；!?;]*/gu) ?? [whole]
  const said = sentences.map((sentence) => phrases.filter((phrase) => sentence.toLowerCase().includes(phrase)).length)
  const first = said.indexOf(Math.max(...said))
  let cut = ''
  for (const sentence of sentences.slice(first)) {
    if ([...cut + sentence].length > MOST_CHARACTERS) break
    cut += sentence
  }
  if (cut === '') cut = around(sentences[first]!, phrases)
  const begins = whole.startsWith(cut.trim())
  return `${begins ? '' : '…'}${cut.trim()}${whole.endsWith(cut.trim()) ? '' : '…'}`
}

/** Of a sentence that is too long: from a few characters before the first phrase, whole marks such as ‹姓名› or none. */
function around(sentence: string, phrases: readonly string[]): string {
  const characters = [...sentence]
  const at = Math.min(...phrases.map((phrase) => sentence.toLowerCase().indexOf(phrase)).filter((i) => i >= 0), sentence.length)
  const from = at === sentence.length ? 0 : Math.max(0, [...sentence.slice(0, at)].length - 20)
  const cut = characters.slice(from, from + MOST_CHARACTERS).join('')
  return cut.replace(/^[^‹]{0,8}›/, '').replace(/‹[^›]{0,8}$/, '')
}
