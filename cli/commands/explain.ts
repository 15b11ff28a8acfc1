/**
 * `weisu explain`: why an alert is there, in numbers.
 */
import type { Command } from 'commander'
import { t } from '../../core/texts.ts'
import { addCommand, dayOption, option } from '../command.ts'
import type { Setup } from '../command.ts'
import { printExplanation } from '../explanation-view.ts'
import { withStore } from '../store.ts'

export function addExplain(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'explain',
    examples: ['weisu explain ID', 'weisu explain ID --date 2026-11-22 --json'],
    work: async (session, [id], options) => {
      const { explainAlert } = await import('../../pipelines/explanation.ts')
      await withStore(session, 'explain', async (db) => {
        const { date: night } = options as { date?: string }
        const explanation = await explainAlert(db, id as string, { night, locale: session.locale, settings: session.config.settings })
        if (session.json) session.printJson(explanation)
        else printExplanation(session, explanation)
      })
    },
  })
    .argument('<id>', t(locale, 'cli.explain.id'))
    .addOption(option(locale, '--date <date>', 'cli.explain.date', dayOption(locale)))
}
