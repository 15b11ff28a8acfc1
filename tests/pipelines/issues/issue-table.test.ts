/** The table of hot issues as a file: what callers wrote is text, whatever it looks like. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import readWorkbook from 'read-excel-file/node'
import { parse } from 'csv-parse/sync'
import { afterAll, expect, test } from 'vitest'
import type { HotIssue } from '../../../pipelines/issues/hot-issues.ts'
import { writeIssueTable } from '../../../pipelines/issues/issue-table.ts'
import { unzip } from '../../support/unzip.ts'

const directory = mkdtempSync(join(tmpdir(), 'weisu-issues-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const EVIL = ['=HYPERLINK("http://x")', `-1+cmd|' /C calc'!A0`, '+1', '@SUM(A1)', '\t=1', '＝1']

function issueSaying(words: string, rank: number): HotIssue {
  const member = { issue: rank, source: 1, no: words, day: 19_000, night: 19_000, at: '2022-01-08 10:00', place: 1, title: words, content: words, writer: 'w' } as HotIssue['members'][number]
  return { rank, issue: rank, heat: -1.5, from: '2022-01-08', until: '2022-01-09', place: words, description: words, writers: 3, tickets: 3, repeats: 0, likes: 0, dislikes: 0, isGroupAppeal: true, members: [member] }
}
const issues = EVIL.map((words, i) => issueSaying(words, i + 1))

test('CSV hands a spreadsheet no formula; numbers stay numbers', async () => {
  const text = readFileSync(await writeIssueTable(join(directory, 'table.csv'), 'en', issues, undefined), 'utf8')
  const rows = (parse(text, { bom: true }) as string[][]).slice(1)
  expect(rows.map((row) => row[4])).toEqual(EVIL.map((words) => `'${words}`))
  expect(rows.map((row) => row[5])).toEqual(EVIL.map((words) => `'${words}`))
  expect(new Set(rows.map((row) => row[2]))).toEqual(new Set(['-1.5']))
})

test('a workbook has text where callers wrote, and no formula', async () => {
  const bytes = readFileSync(await writeIssueTable(join(directory, 'table.xlsx'), 'en', issues, undefined))
  const parts = unzip(bytes).filter(([name]) => /^xl\/worksheets\/[^/]+\.xml$/.test(name))
  expect(parts).toHaveLength(2)
  for (const [, part] of parts) expect(part.toString()).not.toMatch(/<f[ >]/)
  const sheets = await readWorkbook(bytes)
  expect(sheets[0]!.data.slice(1).map((row) => row[5])).toEqual(EVIL.map((words) => words.trim()))
})
