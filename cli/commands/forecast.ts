/**
 * `weisu forecast`: what the coming days are expected to bring, which models say so, and how they did on nights of the past.
 */
import type { Command } from 'commander'
import { parseDay } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import type { Db } from '../../sql/db.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { addCommand, dayOption, option, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { printBacktest, printForecasts, printForecastCsv, printModels } from '../forecast-view.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore } from '../store.ts'

const LEVELS = ['city', 'district', 'street'] as const
const HORIZONS = ['1', '7', '14', '28', 'daily', 'weekly'] as const
const TRAININGS = 1
const EVERY = 7
const SERIES = 100

interface ListOptions { date?: string, place?: string, topic?: string, level?: (typeof LEVELS)[number], horizon: (typeof HORIZONS)[number], csv?: boolean }
interface BacktestOptions { from: string, until: string, every: number, series: number }

export function addForecast(program: Command, setup: Setup): void {
  const { locale } = setup
  const command = addCommand(program, setup, {
    name: 'forecast',
    examples: [
      'weisu forecast', `weisu forecast --level district --topic ${locale === 'zh' ? '供热' : 'Flooding'}`,
      `weisu forecast --place ${locale === 'zh' ? '青石区' : 'Kingwood'} --horizon weekly --json`, 'weisu forecast models',
      'weisu forecast backtest --from 2026-08-01 --until 2026-10-31',
    ],
    work: async (session, _, options) => withStore(session, 'forecast', (db) => list(session, db, options as unknown as ListOptions)),
  })
    .addOption(option(locale, '--date <date>', 'cli.forecast.date', dayOption(locale)))
    .addOption(option(locale, '--place <path>', 'cli.forecast.place'))
    .addOption(option(locale, '--topic <path>', 'cli.forecast.topic'))
    .addOption(option(locale, '--level <level>', 'cli.forecast.level', wordOption(locale, LEVELS)))
    .addOption(option(locale, '--horizon <horizon>', 'cli.forecast.horizon', wordOption(locale, HORIZONS)).default('14'))
    .addOption(option(locale, '--csv', 'cli.forecast.csv'))
  addCommand(command, setup, {
    name: 'models',
    examples: ['weisu forecast models', 'weisu forecast models --limit 6 --json'],
    work: async (session, _, options) => withStore(session, 'forecast models', async (db) => {
      const { listModels } = await import('../../pipelines/forecast/list.ts')
      const rows = await listModels(db, '9999-12-31', (options as { limit: number }).limit)
      if (session.json) session.printJson(rows)
      else printModels(session, rows)
    }),
  }).addOption(option(locale, '--limit <n>', 'cli.forecast.models.limit', wholeOption(locale, 1, 10_000)).default(TRAININGS))
  addCommand(command, setup, {
    name: 'backtest',
    examples: ['weisu forecast backtest --from 2026-08-01 --until 2026-10-31', 'weisu forecast backtest --from 2026-01-01 --until 2026-10-31 --every 28 --json'],
    work: async (session, _, options) => withStore(session, 'forecast backtest', (db) => tryOut(session, db, options as unknown as BacktestOptions)),
  })
    .addOption(option(locale, '--from <date>', 'cli.forecast.backtest.from', dayOption(locale)).makeOptionMandatory())
    .addOption(option(locale, '--until <date>', 'cli.forecast.backtest.until', dayOption(locale)).makeOptionMandatory())
    .addOption(option(locale, '--every <days>', 'cli.forecast.backtest.every', wholeOption(locale, 1, 365)).default(EVERY))
    .addOption(option(locale, '--series <n>', 'cli.forecast.backtest.series', wholeOption(locale, 1, 100_000)).default(SERIES))
}

async function list(session: Session, db: Db, { date, place, topic, level, horizon, csv }: ListOptions): Promise<void> {
  if (csv && session.json) throw new InvalidOptionError('--csv', '', session.text('cli.forecast.not_both'))
  const night = await shownNight(session, db, date)
  if (night === null) throw new BadInputError('no_night', 'no night has run yet: weisu nightly', {})
  const { forecastRecord, listForecasts } = await import('../../pipelines/forecast/list.ts')
  const rows = await listForecasts(db, { dataDir: session.config.dataDir, night, place, topic, level, horizon })
  if (session.json) return session.printJson(rows)
  if (csv) return printForecastCsv(session, rows)
  printForecasts(session, night, rows, await forecastRecord(db, night), (await readStoreFacts(db)).country ?? 'CN')
}

async function tryOut(session: Session, db: Db, { from, until, every, series }: BacktestOptions): Promise<void> {
  if (until < from) throw new InvalidOptionError('--until', until, session.text('cli.forecast.backtest.not_before', { from }))
  const { backtest } = await import('../../pipelines/forecast/backtest.ts')
  const result = await backtest(db, {
    from: parseDay(from), until: parseDay(until) + 1, every, seriesPerClass: series, codeVersion: session.config.version, signal: session.interrupts.signal,
    onOrigin: (done, of) => { if (!session.json) session.say('cli.forecast.backtest.running', { done, of }) },
  })
  if (session.json) session.printJson(result)
  else printBacktest(session, result)
}
