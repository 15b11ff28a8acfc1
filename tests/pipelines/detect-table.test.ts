import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatDay, parseDay } from '../../core/days.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import { describeRow, detectTable, listMethods } from '../../pipelines/detect-table.ts'
import type { DetectedRow, DetectedRows } from '../../pipelines/detect-table.ts'
import { lacksShared, sharedPath } from '../support/shared.ts'
import { useFiles } from './tables/files.ts'

const write = useFiles()
const all = (rows: DetectedRows): DetectedRow[] => Array.from({ length: rows.length }, (_, row) => describeRow(rows, row))
const days = (n: number, count: (i: number) => number | '', first = '2026-01-01'): string => (
  Array.from({ length: n }, (_, i) => `${formatDay(parseDay(first) + i)},${count(i)}`).join('\n'))

test('every row of the table has its verdict, and a gap between rows none', async () => {
  const rows = [...Array.from({ length: 12 }, (_, i) => `b,${i + 1},${i === 11 ? 9 : 2 + (i % 2)}`), 'a,5,1', 'b,20,3'] // b has no rows 13 to 19
  const found = all(await detectTable({ method: 'earsC1', counts: write(`s,index,count\n${rows.join('\n')}\n`) }))
  expect(found.map(({ labels, time, verdict, reason }) => [labels[0], time, verdict, reason])).toEqual([
    ...Array.from({ length: 7 }, (_, i) => ['b', String(i + 1), 'cannot tell', i === 0 ? 'no_history' : 'too_short']),
    ...['8', '9', '10', '11'].map((time) => ['b', time, 'normal', '']), ['b', '12', 'alert', ''], ['b', '20', 'cannot tell', 'gap'], ['a', '5', 'cannot tell', 'no_history'],
  ])
  expect(found[11]).toMatchObject({ count: 9, expected: 17 / 7, window: 1 })
  expect(found[0]).toMatchObject({ count: 2, upper: null, statistic: null, recurrenceDays: null })
})

test('the recurrence of a week is told in days, and a count without baseline is infinitely rare but written as a number', async () => {
  const weeks = Array.from({ length: 9 }, (_, i) => `2026-W${String(i + 1).padStart(2, '0')},${i === 8 ? 1 : 0}`).join('\n')
  const [last] = all(await detectTable({ method: 'bayes1', counts: write(`week,count\n${weeks}`) })).slice(-1)
  // Six empty weeks predict a ticket with probability 1 − √(6/7): once in 13.5 weeks.
  expect(last!.recurrenceDays).toBeCloseTo(7 / (1 - Math.sqrt(6 / 7)), 6)
  expect(all(await detectTable({ method: 'earsC1', counts: write(`week,count\n${weeks}`) })).at(-1)).toMatchObject({ verdict: 'alert', statistic: 1e300, recurrenceDays: 1e300 })
})

test('an empty cell is a gap', async () => {
  const rows = all(await detectTable({ method: 'earsC1', counts: write(`date,count\n${days(12, (i) => (i === 10 ? '' : 4 + (i % 2)))}`) }))
  expect(rows[10]).toMatchObject({ count: null, verdict: 'cannot tell', reason: 'gap' })
  expect(rows[11]).toMatchObject({ count: 5, reason: 'gap' })
})

test('judging may begin later, with all that was before as history', async () => {
  const counts = write(`date,count\n${days(40, (i) => 5 + ((i * 7) % 4))}`)
  const whole = all(await detectTable({ method: 'earsC2', counts }))
  expect(all(await detectTable({ method: 'earsC2', counts, from: '2026-01-31' }))).toEqual(whole.slice(30))
  expect((await detectTable({ method: 'earsC2', counts, from: '2027-01-01' })).length).toBe(0)
  await expect(detectTable({ method: 'earsC2', counts, from: '31' })).rejects.toThrow(InvalidOptionError)
  await expect(detectTable({ method: 'earsC2', counts: write('week,count\n2026-W01,1'), from: '2025-12-29' })).resolves.toMatchObject({ length: 1 })
})

test('weekdays come from the dates, holidays from the calendar', async () => {
  // Weekends are quiet; Monday is as busy as ever, but the 1st of October is a Thursday as quiet as a Sunday.
  const counts = write(`date,count\n${days(70, (i) => ([5, 6].includes((i + 2) % 7) ? 3 : i === 51 ? 4 : 20) + (i % 3), '2026-08-12')}`)
  const w2 = all(await detectTable({ method: 'W2', counts }))
  expect(w2.filter(({ verdict }) => verdict === 'alert')).toEqual([])
  expect(w2.at(-1)!.reason).toBe('')
  const expected = async (calendar?: string): Promise<number> => (
    all(await detectTable({ method: 'essence', counts, ...(calendar && { calendar }) })).find(({ time }) => time === '2026-10-02')!.expected!)
  expect(await expected()).toBeGreaterThan(18)
  const holidays = write(`date,holiday\n${days(70, (i) => (i === 51 ? 1 : 0), '2026-08-12')}`)
  expect(await expected(holidays)).toBeLessThan(10)
})

test('an index counts weeks unless its name, the calendar or the caller says days', async () => {
  const period = async (name: string, more = {}): Promise<string> => (await detectTable({ method: 'earsC1', counts: write(`${name},count\n1,2\n`), ...more })).period
  expect(await period('index')).toBe('week')
  expect(await period('day')).toBe('day')
  expect(await period('index', { period: 'day' })).toBe('day')
  expect(await period('index', { calendar: write('index,weekday,holiday\n1,1,0\n') })).toBe('day')
})

test('weeks have no weekday, whatever the calendar', async () => {
  const weeks = Array.from({ length: 12 }, (_, i) => `${formatDay(parseDay('2026-01-05') + 7 * i)},${i}`).join('\n')
  expect(all(await detectTable({ method: 'W2', counts: write(`date,count\n${weeks}`), calendar: 'CN' })).at(-1)!.reason).toBe('calendar_unknown')
})

test('days beyond the known holidays are counted', async () => {
  const { beyondCalendar } = await detectTable({ method: 'earsC1', counts: write(`date,count\n${days(3, () => 1, '2099-01-01')}`), calendar: 'CN' })
  expect(beyondCalendar).toBe(3)
})

const golden = 'golden/surveillance/campyDE.json'
test.skipIf(lacksShared(golden))('a golden series through a file comes out as R surveillance has it', async () => {
  const { dates, observed, results_for_indices: weeks, rki } = JSON.parse(readFileSync(sharedPath(golden), 'utf8'))
  const counts = write(`date,count\n${dates.map((date: string, i: number) => `${date},${observed[i]}`).join('\n')}`)
  const rows = all(await detectTable({ method: 'rki3', counts, from: dates[weeks[0] - 1] }))
  expect(rows.map(({ verdict }) => verdict === 'alert')).toEqual(rki.rki3.alarm)
  rows.forEach(({ upper }, i) => expect(Math.abs(upper! / rki.rki3.upperbound[i] - 1)).toBeLessThan(1e-12))
})

test('methods have a name and one line about them', () => {
  const methods = listMethods()
  expect(methods.length).toBeGreaterThan(20)
  for (const { name, about } of methods) expect(about, name).toMatch(/^\S[^\n]{10,118}$/)
})
