/**
 * `weisu backfill`: nights of the past, run in order on the live store. Nobody is notified by default.
 */
import type { Command } from 'commander'
import { InvalidOptionError } from '../../core/errors.ts'
import type { NightDeps } from '../../pipelines/nightly.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { addCommand, dayOption, option } from '../command.ts'
import type { Setup } from '../command.ts'
import { createCourier, deliveryCode, nightDeps } from '../courier.ts'
import { chooseNight, nightJson, printRange } from '../night.ts'
import { withWriter } from '../store.ts'

export function addBackfill(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'backfill',
    examples: ['weisu backfill --from 2026-08-01 --to 2026-10-31', 'weisu backfill --from 2026-11-18 --to 2026-11-22 --notify'],
    work: async (session, _, options) => {
      const { from, to, notify = false, force = false } = options as { from: string, to: string, notify?: boolean, force?: boolean }
      if (to < from) throw new InvalidOptionError('--to', to, session.text('cli.nightly.not_before', { from }))
      session.resume = `weisu backfill --from ${from} --to ${to}${notify ? ' --notify' : ''}`
      return await withWriter(session, 'backfill', async (db) => {
        const { runNights } = await import('../../pipelines/nightly.ts')
        const courier = createCourier(session, db)
        const deps: NightDeps = { ...nightDeps(session, db, courier, true), notices: notify ? 'send' : 'never' }
        if (!notify) delete deps.deliver
        const until = async (): Promise<string> => formatDay(parseDay(await chooseNight(session, db, Date.now(), { option: '--to', date: to })) + 1)
        const results = await runNights(deps, { from, until, force })
        const sent = notify ? await courier.rest() : undefined
        if (session.json) session.printJson(results.map(nightJson))
        else {
          printRange(session, results)
          if (!sent) session.say('cli.backfill.withheld')
        }
        return sent ? deliveryCode(session, sent) : 0
      })
    },
  })
    .addOption(option(locale, '--from <date>', 'cli.backfill.from', dayOption(locale)).makeOptionMandatory())
    .addOption(option(locale, '--to <date>', 'cli.backfill.to', dayOption(locale)).makeOptionMandatory())
    .addOption(option(locale, '--notify', 'cli.backfill.notify'))
    .addOption(option(locale, '--force', 'cli.nightly.force'))
}
