/**
 * The table of hot issues as a file, in the columns of its own kind: 热度排名, 问题ID, 热度指数, 时间范围, 地点/人群, 问题描述; a workbook has the messages on a second sheet.
 */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import { inert, toCsvLine } from '../ingest/csv-text.ts'
import type { HotIssue } from './hot-issues.ts'
import type { Reaction } from './reactions.ts'

const COLUMNS = ['rank', 'id', 'heat', 'time', 'place', 'description'] as const
const MESSAGE_COLUMNS = ['id', 'ticket', 'title', 'at', 'content', 'likes', 'dislikes'] as const

/** One row an issue: the six columns, as text. */
export function issueRow(locale: Locale, issue: HotIssue): string[] {
  return [String(issue.rank), String(issue.issue), String(issue.heat), t(locale, 'issues.range', { from: issue.from, until: issue.until }), issue.place, issue.description]
}

export function issueColumns(locale: Locale): string[] {
  return COLUMNS.map((column) => t(locale, `issues.column.${column}` as TextKey))
}

/** CSV (UTF-8 with a byte order mark, as spreadsheets need it), or XLSX by the file's ending. @returns the whole path */
export async function writeIssueTable(path: string, locale: Locale, issues: readonly HotIssue[], reactions: ReadonlyMap<string, Reaction> | undefined): Promise<string> {
  const full = resolve(path)
  const rows = [issueColumns(locale), ...issues.map((issue) => issueRow(locale, issue))]
  if (!full.toLowerCase().endsWith('.xlsx')) {
    await writeFile(full, `\uFEFF${rows.map((row) => toCsvLine(row.map(inert))).join('')}`)
    return full
  }
  const { default: writeXlsxFile } = await import('write-excel-file/node')
  const messages = issues.flatMap((issue) => issue.members.map(({ no, title, at, content }) => [
    issue.issue, no, title, at, content.slice(0, 32_000), reactions?.get(no)?.likes ?? null, reactions?.get(no)?.dislikes ?? null,
  ]))
  await writeXlsxFile([
    { data: [rows[0]!, ...issues.map((issue) => [issue.rank, issue.issue, issue.heat, ...issueRow(locale, issue).slice(3)])], sheet: t(locale, 'issues.sheet.issues'), columns: [8, 10, 10, 42, 30, 60].map((width) => ({ width })), stickyRowsCount: 1 },
    { data: [MESSAGE_COLUMNS.map((column) => t(locale, `issues.column.${column}` as TextKey)), ...messages], sheet: t(locale, 'issues.sheet.messages'), columns: [10, 16, 40, 20, 80, 8, 8].map((width) => ({ width })), stickyRowsCount: 1 },
  ]).toFile(full)
  return full
}
