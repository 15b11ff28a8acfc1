/**
 * `weisu report`: writes the hotspot report of a night that has run.
 */
import type { Command } from 'commander'
import { BadInputError } from '../../core/errors.ts'
import { addCommand, dayOption, option, outOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { shownNight } from '../shown-night.ts'
import { withStore } from '../store.ts'

export function addReport(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'report',
    examples: ['weisu report', 'weisu report --date 2026-11-22 --lang en --out report.html', 'weisu report --boundaries districts.geojson'],
    work: async (session, _, options) => {
      const { date, out, boundaries } = options as { date?: string, out?: string, boundaries?: string }
      await withStore(session, 'report', async (db) => {
        const night = await shownNight(session, db, date)
        if (night === null) throw new BadInputError('no_night', 'no night has run yet: weisu nightly')
        const { writeReport } = await import('../../pipelines/report/report.ts')
        const { path, alerts } = await writeReport({ db, config: session.config, log: session.log },
          { night, locale: session.locale, ...(out ? { out } : {}), ...(boundaries ? { boundaries } : {}) })
        if (session.json) return session.printJson({ night, path, alerts })
        session.say('cli.report.written', { night, alerts })
        session.print(path)
      })
    },
  })
    .addOption(option(locale, '--date <date>', 'cli.report.date', dayOption(locale)))
    .addOption(option(locale, '--out <file>', 'cli.report.out', outOption(locale)))
    .addOption(option(locale, '--boundaries <file>', 'cli.report.boundaries'))
}
