/**
 * `weisu review`: what became of the last alerts, and how good rules, levels, kinds and units were.
 */
import type { Command } from 'commander'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { printReview } from '../review-view.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore } from '../store.ts'

interface ReviewOptions { date?: string, last?: number }

const LAST = 100

export function addReview(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'review',
    examples: ['weisu review', 'weisu review --date 2026-11-22 --json'],
    work: async (session, _, options) => withStore(session, 'review', (db) => review(session, db, options as ReviewOptions)),
  })
    .addOption(option(locale, '--date <date>', 'cli.review.date', dayOption(locale)))
    .addOption(option(locale, '--last <n>', 'cli.review.last', wholeOption(locale, 1, 100_000)))
}

async function review(session: Session, db: Db, { date, last = LAST }: ReviewOptions): Promise<void> {
  const { reviewLast } = await import('../../pipelines/learn/review-list.ts')
  const night = await shownNight(session, db, date)
  if (night === null) return session.json ? session.printJson(null) : session.warn('cli.runs.none')
  const result = await reviewLast(db, night, last)
  if (session.json) session.printJson(result)
  else printReview(session, result)
}
