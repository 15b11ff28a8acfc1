import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayOfCell, isoSeconds, parseTime, wallClock } from '../../../pipelines/ingest/dates.ts'
import type { DateOrder } from '../../../pipelines/ingest/dates.ts'

function shown(text: string, order: DateOrder = 'ymd'): string | undefined {
  const time = parseTime(text, order)
  return time && new Date(time.seconds * 1000).toISOString().slice(0, 19).replace('T', ' ') + (time.utc ? 'Z' : '')
}

test('the patterns of Chinese exports are understood', () => {
  expect(shown('2019/2/28 11:25:05')).toBe('2019-02-28 11:25:05')
  expect(shown('2019/12/3 9:05:05')).toBe('2019-12-03 09:05:05')
  expect(shown('2025年1月3日')).toBe('2025-01-03 00:00:00')
  expect(shown('2025年1月3日 下午3时05分')).toBe('2025-01-03 15:05:00')
  expect(shown('20250103')).toBe('2025-01-03 00:00:00')
  expect(shown('20250103142530')).toBe('2025-01-03 14:25:30')
  expect(shown('2025.1.3 08:00')).toBe('2025-01-03 08:00:00')
  expect(shown('２０２５－０１－０３　０８：００：０１')).toBe('2025-01-03 08:00:01')
  expect(shown('45992')).toBe('2025-12-01 00:00:00')
  expect(shown('45992.5')).toBe('2025-12-01 12:00:00')
})

test('zones in the cell are honoured, others left to the source', () => {
  expect(shown('2026-03-01T08:00:00Z')).toBe('2026-03-01 08:00:00Z')
  expect(shown('2026-03-01T08:00:00+08:00')).toBe('2026-03-01 00:00:00Z')
  expect(shown('2026-03-01 08:00:00.123+00')).toBe('2026-03-01 08:00:00Z')
  expect(shown('2026-03-01 08:00:00')).toBe('2026-03-01 08:00:00')
})

test('day and month are never swapped silently', () => {
  expect(shown('02/03/2026 01:05:27 PM', 'mdy')).toBe('2026-02-03 13:05:27')
  expect(shown('02/03/2026', 'dmy')).toBe('2026-03-02 00:00:00')
  expect(shown('02/03/2026', 'ymd')).toBeUndefined()
  expect(shown('31/12/2026', 'mdy')).toBeUndefined()
  expect(shown('12/31/2026', 'dmy')).toBeUndefined()
  expect(shown('12/31/2026 12:00:00 AM', 'mdy')).toBe('2026-12-31 00:00:00')
})

test('what is no date is none', () => {
  for (const text of ['2026-02-30', '2025-02-29', '31/12/26', '二〇二六年', '2026-13-01', '2026-01-01 25:00', '12', '99999', '1.23E+17', 'n/a', '0026', '2026-01-01 10:61:00']) expect(shown(text), text).toBeUndefined()
})

test('the byte reader and the text reader agree', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 4102444799 }), fc.boolean(), (seconds, withT) => {
    const text = new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', withT ? 'T' : ' ')
    const bytes = Buffer.from(`x${text}y`)
    expect(isoSeconds(bytes, 1, 20)).toBe(seconds)
    expect(parseTime(text, 'ymd')).toEqual({ seconds, utc: false })
  }), { seed: 20261123 })
  expect(isoSeconds(Buffer.from('2026-02-30 00:00:00'), 0, 19)).toBe(-1)
  expect(isoSeconds(Buffer.from('2026-02-28 24:00:00'), 0, 19)).toBe(-1)
})

test('wall clocks follow summer time', () => {
  const newYork = wallClock('America/New_York')
  const at = (text: string): number => Date.parse(text) / 1000
  expect(newYork(at('2026-03-08T06:59:59Z'))).toBe(at('2026-03-08T01:59:59Z'))
  expect(newYork(at('2026-03-08T07:00:00Z'))).toBe(at('2026-03-08T03:00:00Z'))
})

test('a cell names a day, whatever time it has beside it', () => {
  const day = Date.parse('2026-02-28T00:00:00Z') / 86_400_000
  for (const text of ['2026-02-28', '2026/2/28', '2026年2月28日', '20260228', '2026-02-28 23:59:59']) expect(dayOfCell(text), text).toBe(day)
  for (const text of ['', '2026-02-30', '28/02/2026', 'soon']) expect(dayOfCell(text), text).toBeUndefined()
})
