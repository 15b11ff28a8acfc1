/**
 * The words and phrases of a text, without any list of what may be said: the dictionary words of two characters or more, and every
 * two neighbouring tokens, so that a name that no dictionary has (丽发 新城) is there as its parts and their joints. A pure function
 * of the text: what a night of the past finds does not depend on what was said later. docs/methods/emerging-words.md
 */
import { createRequire } from 'node:module'
import type { Jieba } from '@node-rs/jieba'

let jieba: Jieba | undefined

/** The dictionaries are 11 MB and take 0.15 s to read: not before the first Chinese text. */
function cutter(): Jieba {
  if (jieba) return jieba
  const load = createRequire(import.meta.url)
  const { Jieba: Cutter } = load('@node-rs/jieba') as typeof import('@node-rs/jieba')
  const { dict } = load('@node-rs/jieba/dict.js') as typeof import('@node-rs/jieba/dict.js')
  return jieba = Cutter.withDict(dict)
}

/** Words that tell nothing of what a ticket is about; none of them stands in a phrase. */
const STOP = new Set((
  '的 了 在 是 我 有 和 就 不 人 都 一 上 也 很 到 说 要 去 你 会 着 看 好 这 那 他 她 它 们 与 及 或 等 对 为 被 把 让 从 向 以 于 之 其 而 且 但 请 望 已 还 再 又 才 只 最 更 将 该 此 并 则 由 所 内 外 中 后 前 下 里 来 吗 呢 吧 啊 个 次 ' +
  '一个 没有 自己 我们 你们 他们 它们 但是 因为 所以 如果 虽然 由于 关于 请问 希望 尽快 已经 还是 只有 非常 十分 一直 现在 目前 今天 昨天 昨晚 如何 什么 怎么 怎么办 可以 需要 进行 情况 问题 诉求 反映 咨询 求助 投诉 来电 来电人 市民 网友 核实 处理 解决 要求 相关 部门 有关 您好 你好 尊敬 领导 谢谢 感谢 ' +
  'a an of on in at to by is it as or no be we my so if do am me he us up the and for are was were has have had not but with this that from they them their there here been being will would can could should you your our his her its who what when where why how all any one two out into over about again also very just than then too please').split(/\s+/))
/** After a number these make a date, an amount or an address, not a name. */
const UNITS = new Set('年 月 日 号 时 点 分 秒 元 块 万 亿 个 名 人 户 栋 幢 楼 层 室 单元 米 平 平米 平方 平方米 公里 岁 天 周 次 件 路 块钱 万元 月份 小时 分钟 多 左右 余'.split(' '))

const HAN = /^\p{Script=Han}+$/u
const LATIN = /^[a-z][a-z'’-]*$/
const NUMBER = /^[0-9]{1,4}$/
const SPACE = /^\s+$/

/** Tokens in a row with nothing between them; a stop word, a mark or a line break ends the row. */
export type Clause = readonly string[]

/** @param without names to leave out, such as those of the ticket's own place, longest first */
export function clausesOf(text: string, without: readonly string[] = []): Clause[] {
  let plain = text.normalize('NFKC').toLowerCase()
  if (plain.includes('‹')) plain = plain.replace(/‹[^›]{0,8}›/g, '|')
  for (const name of without) if (plain.includes(name)) plain = plain.replaceAll(name, '|')
  const tokens = /\p{Script=Han}/u.test(plain) ? cutter().cut(plain, false) : plain.match(/[a-z][a-z'’-]*|[0-9]+|\s+|./gsu) ?? []
  const clauses: string[][] = []
  let clause: string[] = []
  for (const token of tokens) {
    const kind = kindOf(token)
    if (kind === 'space' && !token.includes('\n') && clause.length > 0 && kindOf(clause.at(-1)!) === 'latin') continue
    if ((kind === 'han' || kind === 'latin' || kind === 'number') && !STOP.has(token)) {
      clause.push(token)
      continue
    }
    if (clause.length > 0) clauses.push(clause)
    clause = []
  }
  if (clause.length > 0) clauses.push(clause)
  return clauses
}

/** Distinct words and pairs of the clauses, in the order in which they come. */
export function termsOf(clauses: readonly Clause[]): string[] {
  const terms = new Set<string>()
  for (const clause of clauses) {
    let kind = clause.length > 0 ? kindOf(clause[0]!) : 'mark'
    for (let i = 0; i < clause.length; i++) {
      const token = clause[i]!
      if (isWord(token, kind)) terms.add(token)
      if (i + 1 === clause.length) break
      const next = clause[i + 1]!
      const nextKind = kindOf(next)
      if (isPair(token, kind, nextKind, next)) terms.add(nextKind === 'latin' && kind !== 'han' ? joinTokens([token, next]) : token + next)
      kind = nextKind
    }
  }
  return [...terms]
}

/** Tokens as they are written: Chinese without, other scripts with a space between. */
export function joinTokens(tokens: readonly string[]): string {
  return tokens.reduce((joined, token) => (joined === '' ? token : LATIN.test(token) && /[a-z'’-]$/.test(joined) ? `${joined} ${token}` : joined + token), '')
}

/** 32 bits of a term. Of a million terms each shares its hash with another with a chance of 1 in 4,300. */
export function hashTerm(term: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < term.length; i++) {
    const code = term.charCodeAt(i)
    hash = Math.imul(hash ^ (code & 255), 0x01000193)
    hash = Math.imul(hash ^ (code >> 8), 0x01000193)
  }
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  return Math.imul(hash, 0xc2b2ae35) | 0
}

type Kind = 'han' | 'latin' | 'number' | 'space' | 'mark'

/** Most tokens are told by their characters' codes, ten times as fast as by the patterns. */
function kindOf(token: string): Kind {
  let i = 0
  while (i < token.length && token.charCodeAt(i) >= 0x4e00 && token.charCodeAt(i) <= 0x9fa5) i++
  if (i > 0 && i === token.length) return 'han'
  return HAN.test(token) ? 'han' : LATIN.test(token) ? 'latin' : NUMBER.test(token) ? 'number' : SPACE.test(token) ? 'space' : 'mark'
}

function isWord(token: string, kind: Kind): boolean {
  return kind === 'han' ? token.length >= 2 : kind === 'latin' && token.length >= 3
}

function isPair(left: string, leftKind: Kind, rightKind: Kind, right: string): boolean {
  if (rightKind === 'number') return false
  if (leftKind === 'number') return left.length >= 2 && rightKind === 'han' && !UNITS.has(right)
  return true
}
