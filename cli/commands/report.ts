/**
 * `weisu report`: writes the hotspot report of a night that has run, or of its week or month in one of several formats.
 */
import type { Command } from 'commander'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { ReportFormat } from '../../pipelines/reports/files.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option, outOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore } from '../store.ts'

const PERIODS = ['night', 'week', 'month'] as const
/** Kept apart from pipelines/reports/files.ts, which is loaded only when a report is written. */
const FORMATS: readonly ReportFormat[] = ['html', 'pdf', 'xlsx', 'csv', 'arrow', 'parquet', 'geojson']

interface ReportOptions { date?: string, out?: string, boundaries?: string, period?: typeof PERIODS[number], format?: ReportFormat, table?: string }

export function addReport(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'report',
    examples: [
      'weisu report', 'weisu report --date 2026-11-22 --lang en --out report.html', 'weisu report --boundaries districts.geojson',
      'weisu report --period week --format pdf', 'weisu report --period month --date 2026-10-31 --format xlsx', 'weisu report --period week --format csv --table taidi',
    ],
    work: async (session, _, options) => {
      const given = options as ReportOptions
      const isPeriod = given.period !== undefined || given.format !== undefined || given.table !== undefined
      if (isPeriod && given.boundaries !== undefined) throw new InvalidOptionError('--boundaries', given.boundaries, t(session.locale, 'cli.report.no_boundaries'))
      await withStore(session, 'report', async (db) => {
        const night = await shownNight(session, db, given.date)
        if (night === null) throw new BadInputError('no_night', 'no night has run yet: weisu nightly')
        await (isPeriod ? writePeriod(session, db, night, given) : writeNight(session, db, night, given))
      })
    },
  })
    .addOption(option(locale, '--date <date>', 'cli.report.date', dayOption(locale)))
    .addOption(option(locale, '--out <file>', 'cli.report.out', outOption(locale)))
    .addOption(option(locale, '--boundaries <file>', 'cli.report.boundaries'))
    .addOption(option(locale, '--period <period>', 'cli.report.period', wordOption(locale, PERIODS)))
    .addOption(option(locale, '--format <format>', 'cli.report.format', wordOption(locale, FORMATS)))
    .addOption(option(locale, '--table <table>', 'cli.report.table'))
}

async function writeNight(session: Session, db: Db, night: string, { out, boundaries }: ReportOptions): Promise<void> {
  const { writeReport } = await import('../../pipelines/report/report.ts')
  const { path, alerts } = await writeReport({ db, config: session.config, log: session.log },
    { night, locale: session.locale, ...(out ? { out } : {}), ...(boundaries ? { boundaries } : {}) })
  if (session.json) return session.printJson({ night, path, alerts })
  session.say('cli.report.written', { night, alerts })
  session.print(path)
}

async function writePeriod(session: Session, db: Db, night: string, { period = 'night', format = 'html', table, out }: ReportOptions): Promise<void> {
  const { tableNamed } = await import('../../pipelines/reports/files.ts')
  const { writePeriodReport } = await import('../../pipelines/reports/write.ts')
  const { path, name, attention, bytes } = await writePeriodReport(db, session.config, {
    night, period, locale: session.locale, format, ...(table === undefined ? {} : { table: tableNamed(table) }), ...(out ? { out } : {}),
  })
  if (session.json) return session.printJson({ night, period, name, format, path, bytes, attention })
  session.say('cli.report.period_written', { name, night, bytes })
  session.print(path)
}
