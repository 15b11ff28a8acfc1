/**
 * `weisu audit`: who read, changed and came in; and whether the log is whole.
 */
import type { Command } from 'commander'
import { parseDay, formatDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import { listAudit, verifyChain } from '../../sql/audit.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { withStore } from '../store.ts'

interface ListOptions { act?: string, name?: string, object?: string, from?: string, until?: string, limit?: number }

export function addAudit(program: Command, setup: Setup): void {
  const { locale } = setup
  const work = async (session: Session, _: unknown, options: Record<string, unknown>): Promise<void> => withStore(session, 'audit', (db) => list(session, db, options as ListOptions))
  const command = addCommand(program, setup, { name: 'audit', examples: ['weisu audit', 'weisu audit --act text.open --from 2026-11-01', 'weisu audit verify'], work })
    .addOption(option(locale, '--act <act>', 'cli.audit.act'))
    .addOption(option(locale, '--name <name>', 'cli.audit.name'))
    .addOption(option(locale, '--object <object>', 'cli.audit.object'))
    .addOption(option(locale, '--from <date>', 'cli.audit.from', dayOption(locale)))
    .addOption(option(locale, '--until <date>', 'cli.audit.until', dayOption(locale)))
    .addOption(option(locale, '--limit <n>', 'cli.audit.limit', wholeOption(locale, 1, 100_000)))
  addCommand(command, setup, { name: 'verify', examples: ['weisu audit verify', 'weisu audit verify --json'], work: async (session) => withStore(session, 'audit verify', (db) => verify(session, db)) })
}

async function list(session: Session, db: Db, { act, name, object, from, until, limit = 50 }: ListOptions): Promise<void> {
  const rows = await listAudit(db, { act, name, object, from, until: until === undefined ? undefined : formatDay(parseDay(until) + 1), limit })
  if (session.json) return session.printJson(rows)
  if (rows.length === 0) return session.print(session.text('cli.audit.none'))
  session.printTable([
    { title: session.text('cli.column.id'), align: 'right' }, { title: session.text('cli.column.when') }, { title: session.text('cli.audit.column.who'), shrinkTo: 8 },
    { title: session.text('cli.audit.column.act') }, { title: session.text('cli.audit.column.object'), shrinkTo: 12 }, { title: session.text('cli.audit.column.purpose'), shrinkTo: 8, dropFirst: 2 }, { title: session.text('cli.audit.column.address'), dropFirst: 1 },
  ], rows.map((row) => [String(row.id), row.at.toISOString().slice(0, 19).replace('T', ' '), row.name, row.act, row.object, row.purpose, row.address]))
}

/** @throws {BadInputError} `audit_broken` */
async function verify(session: Session, db: Db): Promise<void> {
  const state = await verifyChain(db)
  if (state.broken !== null) throw new BadInputError('audit_broken', `the audit log was changed at row ${state.broken}`, { row: state.broken })
  if (session.json) return session.printJson(state)
  session.print(state.head === null ? session.text('cli.audit.none') : session.text('cli.audit.whole', { rows: state.rows, head: state.head }))
}
