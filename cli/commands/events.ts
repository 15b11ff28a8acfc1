/**
 * `weisu events`: what really happened, which is left out of what is usual: list, add, remove.
 */
import type { Command } from 'commander'
import { parseDay } from '../../core/days.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option } from '../command.ts'
import type { Setup } from '../command.ts'
import { chooseKnownOn, printEvent, printEventTable } from '../event.ts'
import type { EventOptions } from '../event.ts'
import type { Session } from '../session.ts'
import { withStore, withWriter } from '../store.ts'

interface AddOptions extends EventOptions { place: string, topic?: string, from: string, until: string }

export function addEvents(program: Command, setup: Setup): void {
  const { locale } = setup
  const command = addCommand(program, setup, {
    name: 'events',
    examples: ['weisu events', 'weisu events add --place City/District --from 2026-07-12 --until 2026-07-14', 'weisu events remove ID'],
    work: async (session) => withStore(session, 'events', (db) => list(session, db)),
  })
  addCommand(command, setup, {
    name: 'add',
    examples: ['weisu events add --place City/District --topic Flooding --from 2026-07-12 --until 2026-07-14 --note storm'],
    work: async (session, _, options) => {
      const given = options as unknown as AddOptions
      if (given.until < given.from) throw new InvalidOptionError('--until', given.until, session.text('cli.nightly.not_before', { from: given.from }))
      await withWriter(session, 'events add', (db) => add(session, db, given))
    },
  })
    .addOption(option(locale, '--place <path>', 'cli.events.add.place').makeOptionMandatory())
    .addOption(option(locale, '--topic <path>', 'cli.events.add.topic'))
    .addOption(option(locale, '--from <date>', 'cli.events.add.from', dayOption(locale)).makeOptionMandatory())
    .addOption(option(locale, '--until <date>', 'cli.events.add.until', dayOption(locale)).makeOptionMandatory())
    .addOption(option(locale, '--known <date>', 'cli.events.add.known', dayOption(locale)))
    .addOption(option(locale, '--note <text>', 'cli.events.add.note'))
  addCommand(command, setup, {
    name: 'remove',
    examples: ['weisu events remove ID'],
    work: async (session, [id]) => withWriter(session, 'events remove', (db) => remove(session, db, id as string)),
  })
    .argument('<id>', t(locale, 'cli.events.remove.id'))
}

async function list(session: Session, db: Db): Promise<void> {
  const { listEvents } = await import('../../pipelines/events.ts')
  const rows = await listEvents(db)
  if (session.json) return session.printJson(rows)
  if (rows.length === 0) return session.say('cli.events.none')
  printEventTable(session, rows)
}

async function add(session: Session, db: Db, { place, topic, from, until, known, note = '' }: AddOptions): Promise<void> {
  const { addEvent } = await import('../../pipelines/events.ts')
  const knownOn = await chooseKnownOn(db, Date.now(), known)
  printEvent(session, 'cli.events.added', await addEvent(db, { place, topic, from: parseDay(from), until: parseDay(until) + 1, knownOn, note }))
}

async function remove(session: Session, db: Db, id: string): Promise<void> {
  const { removeEvent } = await import('../../pipelines/events.ts')
  printEvent(session, 'cli.events.removed', await removeEvent(db, id))
}
