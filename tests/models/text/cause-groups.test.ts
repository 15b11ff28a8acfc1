import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InvalidOptionError } from '../../../core/errors.ts'
import { CauseGroups } from '../../../models/text/cause-groups.ts'
import type { CauseTicket } from '../../../models/text/cause-groups.ts'
import { loadCauses, saveCauses } from '../../../models/text/cause-state.ts'

/** Place 9 holds 1 and 2. */
const ancestors = (place: number): readonly number[] => (place < 3 ? [9, place] : [place])
const ticket = (title: string, place = 0, placeName = '', topic = 0): CauseTicket => ({ title, content: '', place, placeCertain: true, placeName, topic })
const small = { bits: 14 }

/** Tickets about all kinds of things, so that words have frequencies. */
const BACKGROUND = ['路灯不亮请派人维修', '公交车长时间不来', '小区电梯经常停运', '垃圾桶满了没人清', '楼上装修太吵', '自来水有异味', '咨询落户需要什么材料', '学校门口堵车严重', '网约车乱收费', '快递丢失无人赔偿', '人行道破损', '广场舞声音大']
  .map((title) => ticket(title))

function groupsOf(days: CauseTicket[][]): number[][] {
  const causes = new CauseGroups(small, ancestors)
  causes.addDay(0, BACKGROUND)
  const into = new Map<number, number>()
  const own = days.map((tickets, i) => {
    const { assigned, merges } = causes.addDay(i + 1, tickets)
    for (const merge of merges) into.set(merge.from, merge.into)
    return assigned.map(({ group }) => group)
  })
  const root = (group: number): number => (into.has(group) ? root(into.get(group)!) : group)
  return own.map((groups) => groups.map(root))
}

test('tickets of one event are one group, called by its first ticket, and others are not in it', () => {
  const [first, second] = groupsOf([[ticket('丽景苑旁搅拌站噪音扰民'), ticket('医保卡怎么补办')], [ticket('搅拌站粉尘噪音影响丽景苑居民')]])
  expect(first).toEqual([13, 14])
  expect(second).toEqual([13])
})

test('the same sentence at two places is two events, within one place it is one', () => {
  const [groups] = groupsOf([[ticket('暖气不热，室温只有十度', 1), ticket('暖气不热，室温只有十度', 2), ticket('暖气不热，室温只有十度', 1), ticket('暖气不热，室温只有十度', 9)]])
  expect(groups![0]).toBe(groups![2])
  expect(groups![1]).not.toBe(groups![0])
  // The larger place could be either: the older group takes it, and place 1 and 2 stay apart.
  expect(groups![3]).toBe(groups![0])
})

test('a told topic joins quite different words at one place, and keeps nothing apart', () => {
  const halt = '塔吊两个月没有动过，项目停工'
  const late = '交房又要推迟，项目还没有验收'
  const [[alone], [other]] = [groupsOf([[ticket(halt, 1)], [ticket(late, 1)]])[1]!, groupsOf([[ticket(halt, 1, '', 7)], [ticket(late, 1, '', 7)]])[1]!].map((groups) => [groups[0]!]) as [[number], [number]]
  expect([alone, other]).toEqual([14, 13])
  // Neither elsewhere, nor of another topic, nor without a word in common; and the same words under four topics stay one cause.
  expect(groupsOf([[ticket(halt, 1, '', 7)], [ticket(late, 2, '', 7)]])[1]).toEqual([14])
  expect(groupsOf([[ticket(halt, 1, '', 7)], [ticket(late, 1, '', 8)]])[1]).toEqual([14])
  expect(groupsOf([[ticket(halt, 1, '', 7)], [ticket('楼道灯不亮', 1, '', 7)]])[1]).toEqual([14])
  expect(groupsOf([[7, 8, 9, 10].map((topic) => ticket(halt, 1, '', topic))])[0]).toEqual([13, 13, 13, 13])
})

test('a group that fell silent is not joined any more', () => {
  const causes = new CauseGroups({ ...small, loneDays: 10 }, ancestors)
  causes.addDay(0, BACKGROUND)
  const [before] = causes.addDay(1, [ticket('丽景苑旁搅拌站噪音扰民')]).assigned
  expect(causes.addDay(11, [ticket('丽景苑旁搅拌站噪音扰民')]).assigned[0]!.group).toBe(before!.group)
  expect(new CauseGroups({ ...small, loneDays: 10 }, ancestors).addDay(12, [ticket('丽景苑')]).assigned[0]!.group).toBe(1)
  const again = new CauseGroups({ ...small, loneDays: 10 }, ancestors)
  again.addDay(0, BACKGROUND)
  again.addDay(1, [ticket('丽景苑旁搅拌站噪音扰民')])
  expect(again.addDay(12, [ticket('丽景苑旁搅拌站噪音扰民')]).assigned[0]!.group).not.toBe(before!.group)
})

test('no more groups stay open than are allowed', () => {
  const causes = new CauseGroups({ ...small, mostOpen: 100 }, ancestors)
  for (let day = 0; day < 5; day++) causes.addDay(day, Array.from({ length: 60 }, (_, i) => ticket(`${String.fromCharCode(0x4e00 + 997 * i + 61 * day, 0x5000 + 613 * i + 7 * day, 0x5200 + 389 * i + 3 * day)}`)))
  expect(causes.open.size).toBeLessThanOrEqual(160)
  causes.addDay(5, [])
  expect(causes.open.size).toBeLessThanOrEqual(100)
})

test('days go on from a kept state as if they had not been interrupted', () => {
  const words = fc.constantFrom(...'搅拌站 噪音 丽景苑 扰民 暖气 不热 停电 垃圾 车位 捆绑'.split(' '))
  const tickets = fc.array(fc.record({ words: fc.array(words, { minLength: 0, maxLength: 6 }), place: fc.integer({ min: 0, max: 3 }), topic: fc.integer({ min: 0, max: 2 }) }), { maxLength: 8 })
  fc.assert(fc.property(fc.array(tickets, { minLength: 2, maxLength: 6 }), fc.nat(4), (days, cut) => {
    const whole = new CauseGroups(small, ancestors)
    let parts = new CauseGroups(small, ancestors)
    days.forEach((own, day) => {
      const rows = own.map(({ words: said, place, topic }) => ticket(said.join('，'), place, '', topic))
      if (day === cut) parts = loadCauses(saveCauses(parts), small, ancestors)
      expect(parts.addDay(day, rows)).toEqual(whole.addDay(day, rows))
    })
    expect(saveCauses(parts)).toEqual(saveCauses(whole))
  }), { seed: 20260101, numRuns: 40 })
})

test('a text that says nothing is a group of its own', () => {
  const [groups] = groupsOf([[ticket(''), ticket('！！！'), ticket('')]])
  expect(new Set(groups).size).toBe(3)
})

test('a foreign state and a misspelt option are refused', () => {
  expect(() => loadCauses(new Uint8Array(64), small, ancestors)).toThrow(RangeError)
  expect(() => new CauseGroups({ joins: 0.2 } as object, ancestors)).toThrow(InvalidOptionError)
})
