import { expect, test } from 'vitest'
import { newsOf } from '../../pipelines/alert-news.ts'
import type { NewsSource } from '../../pipelines/alert-news.ts'
import { noteOf } from '../../pipelines/notice-note.ts'

const CARD = { clock: 'verify', unit: '水务局', due_at: '2026-11-24T09:30:00.000Z', time_zone: 'Asia/Shanghai', overdue_hours: 5, card: 'red', raised_to: 'district' }

function source(given: Partial<NewsSource>): NewsSource {
  return {
    noticeId: 'n1', alertId: 'a1', night: '2026-11-22', reason: 'opened', payload: null, unit: '水务局', unreachedUnit: null, level: 'yellow', alertKind: 'emerging', place: '云川市›青石区›柳河街道',
    topic: '市政公用›供水', firstNight: '2026-11-20', windowDays: 3, observed: 7, expected: 0.4, callers: 9, recurrenceDays: 5000, why: {}, lead: '水务局', territory: null, coUnits: [], dueOn: '2026-11-25',
    dueCertain: true, ...given,
  }
}

test('a card says whose clock it is, when it was due and how far it is over', () => {
  expect(noteOf('card', CARD, 'zh')).toBe('红牌，首次回复（核实）（水务局）时限 2026-11-24 17:30，已超 5 小时，提级至区')
  expect(noteOf('escalated', { ...CARD, card: undefined, overdue_hours: 0, raised_to: null }, 'en')).toBe('first reply by 水务局, due 2026-11-24 17:30')
  // The end of a day is told as its last minute's, not as the next day.
  expect(noteOf('escalated', { ...CARD, card: undefined, to: 'unit_lead', due_at: '2026-11-24T16:00:00.000Z', certain: false }, 'zh')).toMatch(/^首次回复（核实）（水务局）时限 2026-11-24 24:00 .+，已超 5 小时，报单位负责人，提级至区$/)
  expect(noteOf('card', { clock: 'unheard_of' }, 'en')).toBe('unheard_of by , due –')
})

test('a part that came to the whole, and words in the language of the reader', () => {
  expect(noteOf('joined', { child_place: '云川市›青石区›绿苑小区' }, 'zh')).toBe('并入了绿苑小区')
  expect([noteOf('task', { note: { zh: '请核实', en: 'please verify' } }, 'en'), noteOf('task', { note: '请核实' }, 'en'), noteOf('task', {}, 'zh'), noteOf('task', null, 'zh')]).toEqual(['please verify', '请核实', '', ''])
})

test('notes and names are redacted like text', () => {
  expect(noteOf('task', { note: '联系13800138000' }, 'zh')).not.toContain('13800138000')
  const [news] = newsOf([source({ place: '云川市›青石区›柳河街道13800138000' })], 'zh', '')
  expect(JSON.stringify(news)).not.toContain('13800138000')
})

test('notices of one event that say the same are one piece of news; others are their own', () => {
  const rows = [source({}), source({ noticeId: 'n2', unit: '街道办' }), source({ noticeId: 'n3', reason: 'task', payload: { note: '甲' } }), source({ noticeId: 'n4', reason: 'task', payload: { note: '乙' } })]
  const news = newsOf(rows, 'zh', 'https://x.example')
  expect(news.map((it) => [it.event, it.note, it.told.length])).toEqual([['opened', '', 2], ['task', '甲', 1], ['task', '乙', 1]])
  expect(news[0]).toMatchObject({ title: expect.stringContaining('供水') as string, callers: 7, callers_so_far: 9, url: 'https://x.example/alerts/a1', notices: ['n1', 'n2'] })
})

test('an alert that is not in the store is told by what its notice holds', () => {
  const [news] = newsOf([source({ observed: null, recurrenceDays: null, firstNight: null, expected: null, callers: null, windowDays: null, why: null, payload: { title: '专班会议', due_on: '2026-12-01' } })], 'zh', '')
  expect(news).toMatchObject({ title: '专班会议', why: '', callers: null, due_on: '2026-12-01', due_certain: null, url: null })
})
