/**
 * `weisu words`: what people began to say, whatever the category.
 */
import type { Command } from 'commander'
import { describeExpected, describeRecurrence } from '../../pipelines/alert-text.ts'
import type { WordRow } from '../../pipelines/words/list.ts'
import { addCommand, dayOption, option } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore, withWriter } from '../store.ts'

interface WordsOptions { date?: string, place?: string }

const MOST_SHOWN = 4

export function addWords(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'words',
    examples: ['weisu words', 'weisu words --date 2026-11-22 --place "Yunfeng Street"', 'weisu words --json'],
    work: async (session, _, options) => words(session, options as WordsOptions),
  })
    .addOption(option(locale, '--date <date>', 'cli.words.date', dayOption(locale)))
    .addOption(option(locale, '--place <name>', 'cli.words.place'))
}

async function words(session: Session, { date, place }: WordsOptions): Promise<void> {
  const { findNightWords, readNightWords, wordsAt } = await import('../../pipelines/words/list.ts')
  const { settings } = session.config
  const stored = await withStore(session, 'words', async (db) => {
    const night = date ?? await shownNight(session, db, undefined)
    const rows = night === null ? [] : await readNightWords(db, night)
    return { night, rows: rows && await wordsAt(db, rows, place) }
  })
  const { night } = stored
  if (night === null) return session.json ? session.printJson([]) : session.warn('cli.runs.none')
  const rows = stored.rows ?? await withWriter(session, 'words', async (db) => wordsAt(db, await findNightWords(db, night, settings), place))
  if (session.json) return session.printJson(rows)
  if (rows.length === 0) return session.print(session.text('cli.words.none', { night }))
  session.print(session.paint('bold', session.text('cli.words.title', { night, n: rows.length })))
  printWords(session, rows)
}

function printWords(session: Session, rows: readonly WordRow[]): void {
  session.printTable([
    { title: session.text('cli.words.column.phrases'), shrinkTo: 16 },
    { title: session.text('cli.column.place'), shrinkTo: 12, keep: 'end' },
    { title: session.text('cli.column.topic'), shrinkTo: 8, dropFirst: 1 },
    { title: session.text('cli.words.column.callers'), align: 'right' },
    { title: session.text('cli.column.usual'), align: 'right' },
    { title: session.text('cli.words.column.recurrence'), dropFirst: 2 },
    { title: session.text('cli.words.column.alert'), dropFirst: 3 },
  ], rows.map((row) => [
    row.phrases.slice(0, MOST_SHOWN).map(({ text }) => text).join(session.locale === 'zh' ? '、' : ', ') || '–', row.place.slice(-2).join(' › '), row.topic.at(-1) ?? session.text('alert.all_topics'),
    session.text(row.window_days === 1 ? 'cli.alerts.window_day' : 'cli.alerts.window', { callers: row.observed, days: row.window_days }), describeExpected(session.locale, row.expected),
    describeRecurrence(session.locale, row.recurrence_days), row.alert ?? '–',
  ]))
}
