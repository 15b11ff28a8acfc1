/**
 * `weisu hot-issues`: tickets of one cause as groups, hottest first, as a table of hot issues.
 */
import type { Command } from 'commander'
import { formatDay, parseDay } from '../../core/days.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import { formatNumber } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import type { HotIssue, IssueSignal } from '../../pipelines/issues/hot-issues.ts'
import type { Db } from '../../sql/db.ts'
import { readKnownNights } from '../../sql/issues.ts'
import { addCommand, dayOption, option, outOption, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { startLine } from '../progress.ts'
import type { Session } from '../session.ts'
import { withWriter } from '../store.ts'

interface Given { from?: string, until?: string, night?: string, top?: number, writers?: number, reactions?: string, out?: string, signals?: boolean, rebuild?: boolean }

const EVER = { from: '0001-01-01', until: '9999-12-30' }

export function addHotIssues(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'hot-issues',
    examples: ['weisu hot-issues --from 2026-01-01 --until 2026-06-30', 'weisu hot-issues --top 5 --reactions messages.xlsx --out hot-issues.xlsx', 'weisu hot-issues --signals'],
    work: async (session, _, options) => withWriter(session, 'hot-issues', (db) => hotIssues(session, db, options as Given)),
  })
    .addOption(option(locale, '--from <date>', 'cli.hot-issues.from', dayOption(locale)))
    .addOption(option(locale, '--until <date>', 'cli.hot-issues.until', dayOption(locale)))
    .addOption(option(locale, '--night <date>', 'cli.hot-issues.night', dayOption(locale)))
    .addOption(option(locale, '--top <n>', 'cli.hot-issues.top', wholeOption(locale, 1, 10_000)))
    .addOption(option(locale, '--writers <n>', 'cli.hot-issues.writers', wholeOption(locale, 1, 10_000)))
    .addOption(option(locale, '--reactions <file>', 'cli.hot-issues.reactions'))
    .addOption(option(locale, '--out <file>', 'cli.hot-issues.out', outOption(locale)))
    .addOption(option(locale, '--signals', 'cli.hot-issues.signals'))
    .addOption(option(locale, '--rebuild', 'cli.hot-issues.rebuild'))
}

async function hotIssues(session: Session, db: Db, given: Given): Promise<void> {
  if (given.from !== undefined && given.until !== undefined && given.until < given.from) throw new InvalidOptionError('--until', given.until, session.text('cli.export.not_before', { from: given.from }))
  const { groupTickets } = await import('../../pipelines/issues/group-tickets.ts')
  const { readHotIssues, readIssueSignals } = await import('../../pipelines/issues/hot-issues.ts')
  const { issueColumns, issueRow, writeIssueTable } = await import('../../pipelines/issues/issue-table.ts')
  const line = startLine(session)
  const began = performance.now()
  const grouped = await groupTickets(db, {
    night: given.night ?? null, anew: given.rebuild === true, from: given.from,
    onProgress: ({ night, tickets, share }) => line.update(() => session.text('cli.hot-issues.progress', { night, tickets, share: formatNumber(session.locale, Math.floor(share * 100)), rate: Math.round(tickets / (performance.now() - began) * 1000) })),
  }).finally(line.clear)
  if (grouped.rebuilt && given.rebuild !== true) session.say('cli.hot-issues.rebuilt')
  if (grouped.tickets > 0) session.say('cli.hot-issues.grouped', { tickets: grouped.tickets, nights: grouped.nights, seconds: Math.round(grouped.seconds * 10) / 10 })
  const known = await readKnownNights(db)
  const night = given.night ?? known.last
  if (given.signals === true) return printSignals(session, night === null || known.first === null ? [] : await readIssueSignals(db, night, known.first))
  const reactions = given.reactions === undefined ? undefined : await (await import('../../pipelines/issues/reactions.ts')).readReactions(given.reactions)
  const issues = night === null ? [] : await readHotIssues(db, {
    from: given.from ?? EVER.from, until: given.until === undefined ? formatDay(parseDay(night) + 1) : formatDay(parseDay(given.until) + 1), night,
    leastWriters: given.writers ?? 3, most: given.top ?? 5, ...(reactions === undefined ? {} : { reactions }),
  })
  if (given.out !== undefined) session.say('cli.hot-issues.written', { path: await writeIssueTable(given.out, session.locale, issues, reactions) })
  if (session.json) return session.printJson(issues.map(toJson))
  if (issues.length === 0) return session.say('cli.hot-issues.none')
  const titles = issueColumns(session.locale)
  session.printTable([
    ...titles.slice(0, 3).map((title) => ({ title, align: 'right' as const })),
    { title: session.text('issues.column.writers'), align: 'right' }, { title: session.text('issues.column.tickets'), align: 'right' },
    { title: titles[3]!, dropFirst: 1 }, { title: titles[4]!, shrinkTo: 14, keep: 'end' }, { title: titles[5]!, shrinkTo: 20 },
  ], issues.map((issue) => {
    const row = issueRow(session.locale, issue)
    return [...row.slice(0, 3), String(issue.writers), String(issue.tickets), ...row.slice(3)]
  }))
}

function toJson({ rank, issue, heat, from, until, place, description, writers, tickets, repeats, likes, dislikes, isGroupAppeal, members }: HotIssue): object {
  return { rank, issue, heat, from, until, place, description, writers, tickets, repeats, likes, dislikes, group_appeal: isGroupAppeal, ticket_nos: members.map(({ no }) => no) }
}

function printSignals(session: Session, signals: readonly IssueSignal[]): void {
  if (session.json) return session.printJson(signals.map(({ issue, night, verdict, writers, allWriters, recurrenceDays }) => ({ issue, night, verdict, writers, all_writers: allWriters, recurrence_days: recurrenceDays })))
  if (signals.length === 0) return session.say('cli.hot-issues.no_signals')
  session.printTable([
    { title: session.text('issues.column.night') }, { title: session.text('issues.column.verdict') }, { title: session.text('issues.column.id'), align: 'right' }, { title: session.text('issues.column.writers'), align: 'right' },
    { title: session.text('issues.column.all_writers'), align: 'right' }, { title: session.text('issues.column.recurrence'), align: 'right' },
  ], signals.map(({ issue, night, verdict, writers, allWriters, recurrenceDays }) => [night, session.text(`issues.verdict.${verdict}` as TextKey), String(issue), String(writers), String(allWriters), formatNumber(session.locale, recurrenceDays)]))
}
