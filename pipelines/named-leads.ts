/**
 * Pairs of topics that are known to follow each other, named before anybody looked at a city's tickets: they are tested as a family of
 * their own, and need less evidence than one pair among thousands. Work that stops and wages unpaid before late delivery: the
 * project's requirements; rubbish before rodents: Chicago's rodent baiting by 311 calls, Neill (2014), Big Data 2:235-250.
 */
import type { TopicRow } from '../sql/trees.ts'

const PAIRS: readonly (readonly [before: RegExp, after: RegExp])[] = [
  [/停工|欠薪|开发商违约|预售资金|stalled|unpaid wages/i, /(延期|逾期|延迟)交房|late delivery/i],
  [/停工|(延期|逾期|延迟)交房/, /退房退款|维权/],
  [/垃圾|garbage|trash|refuse|rubbish/i, /老鼠|鼠患|病媒|rodent|\brats?\b/i],
]

export function isNamedPair(before: TopicRow, after: TopicRow): boolean {
  return PAIRS.some(([first, second]) => first.test(before.name) && second.test(after.name))
}
