/**
 * What callers of an alert mention: words that many of its texts hold, so that a reader finds them at a glance.
 */

const SEGMENTER = new Intl.Segmenter('zh', { granularity: 'word' })
/** A word counts from this share of the texts on, and from this many texts. */
const LEAST_SHARE = 0.3
const LEAST_TEXTS = 2
const MOST_WORDS = 8
/** Words of any appeal, which tell nothing of this one. */
const COMMON = new Set('市民 来电 反映 诉求 诉求人 来电人 希望 要求 相关 部门 相关部门 处理 解决 问题 情况 目前 现在 已经 一直 没有 进行 表示 认为 请求 核实 尽快 多次 长期 严重 影响 居民 业主 附近 位于 该处 此处 我们 他们 自己 什么 怎么 如何 是否 可以 不能 以及 由于 因为 所以 但是 并且 其他 the and for has have been with that this there from are was were not our their please about since'.split(' '))

/** The most frequent first; each at least two characters long. */
export function keyWords(texts: readonly string[]): string[] {
  const held = new Map<string, number>()
  for (const text of texts) {
    const words = new Set<string>()
    for (const { segment, isWordLike } of SEGMENTER.segment(text)) {
      const word = segment.toLowerCase()
      if (isWordLike && [...word].length >= 2 && !COMMON.has(word) && !/^[\d.]+$/.test(word) && (/\p{Script=Han}/u.test(word) || word.length >= 4)) words.add(word)
    }
    for (const word of words) held.set(word, (held.get(word) ?? 0) + 1)
  }
  const least = Math.max(LEAST_TEXTS, Math.ceil(texts.length * LEAST_SHARE))
  return [...held].filter(([, n]) => n >= least).sort(([a, n], [b, m]) => m - n || b.length - a.length || (a < b ? -1 : 1)).slice(0, MOST_WORDS).map(([word]) => word)
}

/** The text cut into pieces that hold a key word and pieces that do not. */
export function markWords(text: string, words: readonly string[]): { text: string, key: boolean }[] {
  if (words.length === 0) return [{ text, key: false }]
  const pattern = new RegExp(`(${words.toSorted((a, b) => b.length - a.length).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'giu')
  return text.split(pattern).map((piece, i) => ({ text: piece, key: i % 2 === 1 })).filter((piece) => piece.text !== '')
}
