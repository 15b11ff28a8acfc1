/**
 * `weisu deliveries`: what was sent to whom and what became of it; sending again what was given up, sending what is due.
 */
import type { Command } from 'commander'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import type { Db } from '../../sql/db.ts'
import { DELIVERY_STATES, listDeliveries, resendDeliveries } from '../../sql/deliveries.ts'
import type { DeliveryRow } from '../../sql/deliveries.ts'
import { addCommand, dayOption, option, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { createCourier, deliveryCode } from '../courier.ts'
import type { Session } from '../session.ts'
import { withStore } from '../store.ts'

interface ListOptions { dead?: boolean, status?: string, night?: string, subscription?: string, limit?: number }

const MOST_ROWS = 50

export function addDeliveries(program: Command, setup: Setup): void {
  const { locale } = setup
  const work = (session: Session, _: unknown, options: Record<string, unknown>): Promise<void> =>
    withStore(session, 'deliveries', (db) => list(session, db, options as ListOptions))
  const parent = addCommand(program, setup, { name: 'deliveries', examples: ['weisu deliveries', 'weisu deliveries --dead', 'weisu deliveries resend --dead'], work })
  const listing = addCommand(parent, setup, { name: 'list', examples: ['weisu deliveries list --night 2026-11-22 --json'], work })
  for (const command of [parent, listing]) {
    command
      .addOption(option(locale, '--dead', 'cli.deliveries.dead'))
      .addOption(option(locale, '--status <status>', 'cli.deliveries.status', wordOption(locale, DELIVERY_STATES)))
      .addOption(option(locale, '--night <date>', 'cli.deliveries.night', dayOption(locale)))
      .addOption(option(locale, '--subscription <id>', 'cli.deliveries.subscription'))
      .addOption(option(locale, '--limit <n>', 'cli.deliveries.limit', wholeOption(locale, 1, 100_000)))
  }
  addCommand(parent, setup, {
    name: 'resend',
    examples: ['weisu deliveries resend ID', 'weisu deliveries resend --dead'],
    work: (session, [id], options) => withStore(session, 'deliveries resend', (db) => resend(session, db, id as string | undefined, options as ListOptions)),
  })
    .argument('[id]', t(locale, 'cli.deliveries.resend.id'))
    .addOption(option(locale, '--dead', 'cli.deliveries.resend.dead'))
    .addOption(option(locale, '--night <date>', 'cli.deliveries.night', dayOption(locale)))
  addCommand(parent, setup, {
    name: 'send',
    examples: ['weisu deliveries send'],
    work: (session) => withStore(session, 'deliveries send', (db) => send(session, db)),
  })
}

async function list(session: Session, db: Db, { dead, status, night, subscription, limit = MOST_ROWS }: ListOptions): Promise<void> {
  const rows = await listDeliveries(db, { night, status: dead === true ? 'dead' : status, subscription, limit })
  if (session.json) return session.printJson(rows)
  if (rows.length === 0) return session.say('cli.deliveries.none')
  session.printTable([
    { title: session.text('cli.column.id'), dropFirst: 1 },
    { title: session.text('cli.column.night') },
    { title: session.text('cli.column.status') },
    { title: session.text('cli.column.subscription'), shrinkTo: 8 },
    { title: session.text('cli.column.unit'), shrinkTo: 8 },
    { title: session.text('cli.column.attempts'), align: 'right' },
    { title: session.text('cli.column.error'), shrinkTo: 10 },
  ], rows.map((row) => [row.id, row.night, statusWord(session, row), row.subscription ?? row.channel, row.unit ?? '', String(row.attempts), row.error ?? '']))
}

/** With the time until which a waiting one waits. */
function statusWord(session: Session, { status, next_at: next }: DeliveryRow): string {
  const word = session.text(`cli.deliveries.status.${status}` as TextKey)
  return next === null ? word : `${word} ${next.toISOString().slice(0, 16)}Z`
}

async function resend(session: Session, db: Db, id: string | undefined, { dead, night }: ListOptions): Promise<number> {
  if ((id === undefined) === (dead !== true)) throw new InvalidOptionError('--dead', id ?? '', session.text('cli.deliveries.id_or_dead'))
  const again = await db.transaction((client) => resendDeliveries(client, id ?? null, night ?? null))
  if (again.length === 0 && id !== undefined) throw new BadInputError('no_such_delivery', `no delivery with the id ${id} can be sent again`, { id })
  if (again.length === 0 && !session.json) session.say('cli.deliveries.nothing_to_resend')
  return await send(session, db, again)
}

async function send(session: Session, db: Db, again?: readonly string[]): Promise<number> {
  const result = await createCourier(session, db).rest()
  const { delivered, failed, pending, scheduled } = result
  if (session.json) session.printJson({ ...(again ? { resent: again } : {}), ...result })
  else session.print(session.text('cli.nightly.notices', { delivered, failed, pending }) + (scheduled ? session.text('cli.deliveries.scheduled', { n: scheduled }) : ''))
  return deliveryCode(session, result)
}
