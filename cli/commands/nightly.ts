/**
 * `weisu nightly`: runs the night of one day, or of each day of a range in order, then delivers its notices.
 */
import type { Command } from 'commander'
import { formatDay, parseDay } from '../../core/days.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option } from '../command.ts'
import type { Setup } from '../command.ts'
import { createCourier, deliveryCode, nightDeps } from '../courier.ts'
import { chooseNight, nightJson, printNight, printRange } from '../night.ts'
import type { Session } from '../session.ts'
import { withWriter } from '../store.ts'

const TOP = 5

export function addNightly(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'nightly',
    examples: ['weisu nightly', 'weisu nightly --date 2026-11-22', 'weisu nightly --from 2026-11-01 --until 2026-11-22 --json'],
    work: async (session, _, options) => {
      const { date, from, until, force } = options as { date?: string, from?: string, until?: string, force?: boolean }
      if (date !== undefined && (from ?? until) !== undefined) throw new InvalidOptionError('--date', date, session.text('cli.nightly.date_or_range'))
      if (until !== undefined && from === undefined) throw new InvalidOptionError('--until', until, session.text('cli.nightly.needs_from'))
      if (from !== undefined && until !== undefined && until < from) throw new InvalidOptionError('--until', until, session.text('cli.nightly.not_before', { from }))
      session.resume = ['weisu nightly', date && `--date ${date}`, from && `--from ${from}`, until && `--until ${until}`].filter(Boolean).join(' ')
      return await withWriter(session, 'nightly', (db) => from === undefined
        ? runOne(session, db, date, force === true)
        : runRange(session, db, from, until, force === true))
    },
  })
    .addOption(option(locale, '--date <date>', 'cli.nightly.date', dayOption(locale)))
    .addOption(option(locale, '--from <date>', 'cli.nightly.from', dayOption(locale)))
    .addOption(option(locale, '--until <date>', 'cli.nightly.until', dayOption(locale)))
    .addOption(option(locale, '--force', 'cli.nightly.force'))
}

async function runOne(session: Session, db: Db, given: string | undefined, force: boolean): Promise<number> {
  const { runNight } = await import('../../pipelines/nightly.ts')
  const courier = createCourier(session, db)
  const result = await runNight(nightDeps(session, db, courier), { date: () => chooseNight(session, db, Date.now(), given === undefined ? undefined : { option: '--date', date: given }), force })
  const notices = await courier.rest()
  if (session.json) session.printJson({ ...nightJson(result), notices })
  else await printNight(session, db, result, notices, TOP)
  return deliveryCode(session, notices)
}

async function runRange(session: Session, db: Db, from: string, given: string | undefined, force: boolean): Promise<number> {
  const { runNights } = await import('../../pipelines/nightly.ts')
  const courier = createCourier(session, db)
  const until = async (): Promise<string> => {
    const last = await chooseNight(session, db, Date.now(), given === undefined ? undefined : { option: '--until', date: given })
    if (last < from) throw new InvalidOptionError('--from', from, session.text('cli.nightly.not_after', { last }))
    return formatDay(parseDay(last) + 1)
  }
  const results = await runNights(nightDeps(session, db, courier, true), { from, until, force })
  const notices = await courier.rest()
  if (session.json) session.printJson(results.map(nightJson))
  else printRange(session, results)
  return deliveryCode(session, notices)
}
