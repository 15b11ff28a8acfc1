/**
 * `weisu export counts`: the daily counts as a file for analysts.
 */
import type { Command } from 'commander'
import { t } from '../../core/texts.ts'
import { addCommand, dayOption, option, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'

const FORMATS = ['arrow', 'parquet', 'csv'] as const

export function addExport(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'export',
    examples: ['weisu export counts --out counts.parquet', 'weisu export counts --format arrow --out counts.arrow --from 2026-01-01', 'weisu export counts --format csv | head'],
    work: async () => {},
  })
    .argument('<what>', t(locale, 'cli.export.what'))
    .addOption(option(locale, '--format <format>', 'cli.export.format', wordOption(locale, FORMATS)))
    .addOption(option(locale, '--out <file>', 'cli.export.out').default('-'))
    .addOption(option(locale, '--from <date>', 'cli.export.from', dayOption(locale)))
    .addOption(option(locale, '--until <date>', 'cli.export.until', dayOption(locale)))
}
