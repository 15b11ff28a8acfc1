/**
 * `weisu erase`: takes text, address and caller from tickets, on request or by age; counts stay.
 */
import { text as readAll } from 'node:stream/consumers'
import type { Command } from 'commander'
import { addCommand, option, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { withWriter } from '../store.ts'
import type { Db } from '../../sql/db.ts'

interface Given { caller?: string, ticket?: string, source?: string, olderThan?: number, reason: string, by: string, dryRun?: boolean }

export function addErase(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'erase',
    examples: ['weisu erase --ticket T2026-1 --reason "request of 2026-11-20" --by "Data protection"', 'weisu erase --caller - --reason "request of 2026-11-20" --by "Data protection"', 'weisu erase --older-than 1095 --reason retention --by "Data protection" --dry-run'],
    work: async (session, _, options) => {
      const given = options as unknown as Given
      // A number on the command line stays in the shell's history: '-' reads it from stdin.
      const caller = given.caller === '-' ? (await readAll(process.stdin)).trim() : given.caller
      await withWriter(session, 'erase', (db) => run(session, db, { ...given, ...(caller === undefined ? {} : { caller }) }))
    },
  })
    .addOption(option(locale, '--caller <number>', 'cli.erase.caller'))
    .addOption(option(locale, '--ticket <number>', 'cli.erase.ticket'))
    .addOption(option(locale, '--source <name>', 'cli.erase.source'))
    .addOption(option(locale, '--older-than <days>', 'cli.erase.older_than', wholeOption(locale, 1, 36525)))
    .addOption(option(locale, '--reason <text>', 'cli.erase.reason').makeOptionMandatory())
    .addOption(option(locale, '--by <name>', 'cli.erase.by').makeOptionMandatory())
    .addOption(option(locale, '--dry-run', 'cli.erase.dry_run'))
}

async function run(session: Session, db: Db, { caller, ticket, source, olderThan, reason, by, dryRun = false }: Given): Promise<void> {
  const [{ erase }, { readToday }, { parseDay }] = [await import('../../pipelines/erase.ts'), await import('../../sql/alert-life.ts'), await import('../../core/days.ts')]
  const done = await erase(db, session.config, { caller, ticket, source, olderThanDays: olderThan, reason, by, dryRun }, parseDay(await readToday(db)))
  if (session.json) return session.printJson(done)
  session.print(session.text(done.dryRun ? 'cli.erase.would' : 'cli.erase.done', { tickets: done.tickets, versions: done.versions }))
}
