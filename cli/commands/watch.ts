/**
 * `weisu watch`: promised dates that are near or past, and what is already spoken of there.
 */
import type { Command } from 'commander'
import { BadInputError } from '../../core/errors.ts'
import { lastNight } from '../../sql/runs.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { addCommand, dayOption, option } from '../command.ts'
import type { Setup } from '../command.ts'
import { printWatch } from '../promise.ts'
import { withStore } from '../store.ts'

export function addWatch(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'watch',
    examples: ['weisu watch', 'weisu watch --date 2026-05-25 --json'],
    work: async (session, _, options) => withStore(session, 'watch', async (db) => {
      const { listWatch } = await import('../../pipelines/promised/watch-list.ts')
      const date = (options as { date?: string }).date ?? (await lastNight(db)) ?? (await readStoreFacts(db)).lastDay
      if (date === null) throw new BadInputError('store_empty', 'the store holds no tickets yet: weisu import FILE, or weisu demo --run')
      const list = await listWatch(db, date)
      if (session.json) session.printJson(list)
      else printWatch(session, list)
    }),
  }).addOption(option(locale, '--date <date>', 'cli.watch.date', dayOption(locale)))
}
