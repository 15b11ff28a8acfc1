/**
 * How alike are two names of a place? By the pairs of characters that they share, without the words that every compound's name
 * has, and by one name standing whole within the other. Sounds are not compared.
 */

/** Ends and numbers that tell compounds apart from nothing. */
const COMMON = /(?:小区|项目|楼盘|住宅|[一二三四五六七八九十0-9a-z]{1,2}[期区]|[东南西北]区)$/u
/** Ends that belong to a short name: 锦绣花园 is not 锦绣. */
const ENDS = /(?:花园|家园|公寓)$/u
const PHASE = /[一二三四五六七八九十0-9]{1,2}(?=[期区])/u

/** From 0, nothing in common, to 1, the same but for width, marks and common words. */
export function likeness(one: string, other: string): number {
  const [a, b] = [core(one), core(other)]
  if (a === b) return 1
  if (a.length < 2 || b.length < 2) return 0
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  const contained = short.length >= 3 && long.includes(short) ? 0.75 + 0.2 * short.length / long.length : 0
  return Math.max(contained, dice(a, b))
}

/** Best likeness of any two names. */
export function likenessOfAny(some: readonly string[], others: readonly string[]): number {
  return Math.max(...some.flatMap((one) => others.map((other) => likeness(one, other))))
}

/** Two phases of one estate are told apart by their numbers. */
export function arePhases(one: string, other: string): boolean {
  const [a, b] = [PHASE.exec(plain(one))?.[0], PHASE.exec(plain(other))?.[0]]
  return a !== undefined && b !== undefined && a !== b
}

/** What is compared: small letters, half width, no marks, no common end. */
export function core(name: string): string {
  const whole = plain(name)
  const bare = whole.replace(COMMON, '')
  const rest = bare.length >= 2 ? bare : whole
  const short = rest.replace(ENDS, '')
  return short.length >= 3 ? short : rest
}

function plain(name: string): string {
  return name.normalize('NFKC').toLowerCase().replace(/[\s·•.,，。“”"''‘’()（）\-—_/]/gu, '')
}

function dice(a: string, b: string): number {
  const pairs = new Map<string, number>()
  for (let i = 0; i + 1 < a.length; i++) pairs.set(a.slice(i, i + 2), (pairs.get(a.slice(i, i + 2)) ?? 0) + 1)
  let shared = 0
  for (let i = 0; i + 1 < b.length; i++) {
    const left = pairs.get(b.slice(i, i + 2)) ?? 0
    if (left > 0) {
      shared++
      pairs.set(b.slice(i, i + 2), left - 1)
    }
  }
  return 2 * shared / (a.length + b.length - 2)
}
