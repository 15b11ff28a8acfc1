import { expect, test } from 'vitest'
import { courseOf } from '../../../models/evaluate/episode-course.ts'
import { attribute } from '../../../pipelines/scorecard/attributed.ts'
import type { ScoredAlertCourse } from '../../../pipelines/scorecard/attributed.ts'
import type { Episode } from '../../../pipelines/scorecard/episodes.ts'
import type { ScoredTicket } from '../../../sql/scorecard.ts'
import type { PlaceRow } from '../../../sql/trees.ts'

/** An episode of six tickets, one a day from night 10 on. */
function episode(id: string, wanted = true, familyIds = [7], placeIds = [3]): Episode {
  const days = Int32Array.of(10, 11, 12, 13, 14, 15)
  const course = courseOf({ day: days, known: days, caller: new Int32Array(6).fill(-1) })
  return {
    id, kind: '', wanted, from: 10, until: 16, places: [], topics: [], ticketNos: [], course, placeIds, familyIds, unjudged: '',
    tickets: [...days].map((day, i) => ({ ticketNo: `${id}-${i}`, day, known: day, caller: null, placeId: 3, topicId: 7, sweep: false })),
  }
}

function alert(id: string, nights: [night: number, level: string][], more: Partial<ScoredAlertCourse> = {}): ScoredAlertCourse {
  return {
    id, root: id, kind: 'emerging', familyId: 7, leadUnit: 1, about: new Set(), earlier: false, ...more,
    nights: nights.map(([night, level]) => ({ id, night, level, observed: 4, expected: 0, windowDays: 28, recurrenceDays: 100, withinBudget: true, rank: 1, placeId: 3, topicId: 7, rule: '', leadUnit: 1, earlier: false })),
  }
}

const held = (id: string, count = 6): ScoredTicket[] => Array.from({ length: count }, (_, i) => ({ id: 'a', ticketNo: `${id}-${i}`, day: 10 + i, night: 10 + i }))
const nightsOf = (alerts: ScoredAlertCourse[], tickets: ScoredTicket[][], episodes: Episode[]): number[][] => (
  attribute(alerts, tickets, episodes, new Map()).mentions.map((list) => list.map((mention) => mention.night)))

test('an alert opened after the first ticket tells of the episode from two tickets on', () => {
  expect(nightsOf([alert('a', [[10, 'blue'], [11, 'blue'], [13, 'blue']])], [held('e')], [episode('e')])).toEqual([[11, 13]])
})

test('one that was open before is no news until it rises above blue', () => {
  expect(nightsOf([alert('a', [[5, 'blue'], [12, 'blue'], [13, 'blue'], [14, 'yellow'], [15, 'yellow']])], [held('e')], [episode('e')])).toEqual([[14, 15]])
  expect(nightsOf([alert('a', [[12, 'blue'], [13, 'yellow']], { earlier: true })], [held('e')], [episode('e')])).toEqual([[12, 13]])
})

test('a forbidden one needs no news', () => {
  const alerts = [alert('a', [[5, 'yellow'], [13, 'yellow']])]
  expect(nightsOf(alerts, [held('e')], [episode('e', false)])).toEqual([[13]])
  expect([...alerts[0]!.about]).toEqual([0])
})

test('a night sees the tickets that its alert had by then, in its window', () => {
  const [early] = [alert('a', [[12, 'blue'], [60, 'blue']])]
  // On night 12 three tickets; on night 60 all are out of the window of 28 days.
  expect(nightsOf([early], [held('e')], [episode('e')])).toEqual([[12]])
})

test('of two alerts on a night the one with more of the episode is foremost', () => {
  const { mentions } = attribute([alert('a', [[14, 'blue']]), alert('b', [[14, 'blue']])], [held('e', 3), held('e', 5)], [episode('e')], new Map())
  expect(mentions[0]!.map((mention) => [mention.alert, mention.shared])).toEqual([[1, 5], [0, 3]])
})

test('an alert and the one that it came back as are one lineage', () => {
  const lineages = (root: string): number[] => attribute(
    [alert('a', [[12, 'blue']]), alert('b', [[14, 'blue']], { root })], [held('e'), held('e')], [episode('e')], new Map(),
  ).mentions[0]!.map((mention) => mention.lineage)
  expect(lineages('a')).toEqual([0, 0])
  expect(lineages('b')).toEqual([0, 1])
})

test('without tickets place, family and days decide', () => {
  const places = new Map([[1, { id: 1, parentId: null, rollup: [1] }], [2, { id: 2, parentId: 1, rollup: [1, 2] }], [3, { id: 3, parentId: 2, rollup: [1, 2, 3] }], [4, { id: 4, parentId: 3, rollup: [1, 2, 3, 4] }]]) as unknown as ReadonlyMap<number, PlaceRow>
  const at = (placeId: number, night: number, family = 7): number => {
    const one = alert('a', [[night, 'blue']], { familyId: family })
    one.nights[0]!.placeId = placeId
    return attribute([one], [[]], [episode('e')], places).mentions[0]!.length
  }
  // At the place, below it, right above it; not two levels above, of another family, after its days.
  expect([at(3, 12), at(4, 12), at(2, 12), at(1, 12), at(3, 12, 8), at(3, 16), at(3, 9)]).toEqual([1, 1, 1, 0, 0, 0, 0])
})
