/**
 * `weisu silences`: of which alerts nobody is told for a while: list, add, expire.
 */
import type { Command } from 'commander'
import { formatDay, parseDay } from '../../core/days.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import type { Silence } from '../../pipelines/routing/silences.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { chooseKnownDate } from '../known-on.ts'
import type { Session } from '../session.ts'
import { withStore, withWriter } from '../store.ts'

const KINDS = ['emerging', 'common', 'seasonal'] as const
const LEVELS = ['blue', 'yellow', 'orange', 'red'] as const

interface ActorOptions { by: string, unit?: string, role?: string }
interface AddOptions extends ActorOptions { place?: string, topic?: string, kind?: (typeof KINDS)[number], lead?: string, level?: (typeof LEVELS)[number], reason: string, until: string, known?: string }
interface ExpireOptions extends ActorOptions { reason?: string, known?: string }

export function addSilences(program: Command, setup: Setup): void {
  const { locale } = setup
  const listWork = async (session: Session, _: unknown, options: Record<string, unknown>): Promise<void> =>
    withStore(session, 'silences', (db) => list(session, db, options.all === true))
  const command = addCommand(program, setup, {
    name: 'silences',
    examples: ['weisu silences', 'weisu silences add --place Mill --topic Noise --until 2026-12-31 --reason "night works, permitted" --by "Duty officer"', 'weisu silences expire ID --by "Duty officer"'],
    work: listWork,
  }).addOption(option(locale, '--all', 'cli.silences.all'))
  addCommand(command, setup, { name: 'list', examples: ['weisu silences list --all'], work: listWork }).addOption(option(locale, '--all', 'cli.silences.all'))
  const added = addCommand(command, setup, {
    name: 'add',
    examples: ['weisu silences add --place Mill --topic Noise --until 2026-12-31 --reason "night works, permitted" --by "Duty officer"'],
    work: async (session, _, options) => withWriter(session, 'silences add', (db) => add(session, db, options as unknown as AddOptions)),
  })
    .addOption(option(locale, '--place <path>', 'cli.silences.place'))
    .addOption(option(locale, '--topic <path>', 'cli.silences.topic'))
    .addOption(option(locale, '--kind <kind>', 'cli.silences.kind', wordOption(locale, KINDS)))
    .addOption(option(locale, '--lead <unit>', 'cli.silences.lead'))
    .addOption(option(locale, '--level <level>', 'cli.silences.level', wordOption(locale, LEVELS)))
    .addOption(option(locale, '--until <date>', 'cli.silences.until', dayOption(locale)).makeOptionMandatory())
    .addOption(option(locale, '--reason <text>', 'cli.silences.reason').makeOptionMandatory())
  const expired = addCommand(command, setup, {
    name: 'expire', examples: ['weisu silences expire ID --by "Duty officer" --reason "works stopped"'],
    work: async (session, [id], options) => withWriter(session, 'silences expire', (db) => expire(session, db, id as string, options as unknown as ExpireOptions)),
  })
    .argument('<id>', t(locale, 'cli.silences.id'))
    .addOption(option(locale, '--reason <text>', 'cli.silences.expire.reason'))
  for (const one of [added, expired]) {
    one.addOption(option(locale, '--by <name>', 'cli.silences.by').makeOptionMandatory())
      .addOption(option(locale, '--unit <unit>', 'cli.silences.by_unit'))
      .addOption(option(locale, '--role <role>', 'cli.silences.by_role'))
      .addOption(option(locale, '--known <date>', 'cli.silences.known', dayOption(locale)))
  }
}

async function list(session: Session, db: Db, all: boolean): Promise<void> {
  const { listSilences } = await import('../../pipelines/routing/silences.ts')
  const rows = (await listSilences(db, await chooseKnownDate(db, undefined))).filter(({ status }) => all || status === 'active' || status === 'future')
  if (session.json) return session.printJson(rows)
  if (rows.length === 0) return session.print(session.text('cli.silences.none'))
  const anything = session.text('cli.silences.any')
  session.printTable([
    { title: session.text('cli.column.id'), align: 'right' }, { title: session.text('cli.silences.column.status') },
    { title: session.text('cli.column.place'), shrinkTo: 12, keep: 'end' }, { title: session.text('cli.column.topic'), shrinkTo: 10, keep: 'end' },
    { title: session.text('cli.silences.column.kind'), dropFirst: 3 }, { title: session.text('cli.route.column.unit'), shrinkTo: 8, dropFirst: 2 },
    { title: session.text('cli.silences.column.level') }, { title: session.text('cli.silences.column.from') }, { title: session.text('cli.silences.column.to') },
    { title: session.text('cli.silences.column.reason'), shrinkTo: 10 }, { title: session.text('cli.silences.column.by'), shrinkTo: 8, dropFirst: 1 },
  ], rows.map((row) => [
    row.id, session.text(`silence.status.${row.status}` as TextKey), row.place.join(' › ') || anything, row.topic.join(' › ') || anything,
    row.kind === null ? anything : session.text(`alert.kind.${row.kind}` as TextKey), row.unit ?? anything, session.text(`cli.level.${row.level}` as TextKey), row.from, row.to, row.reason, row.by,
  ]))
}

async function add(session: Session, db: Db, { place, topic, kind, lead, level = 'orange', reason, until, known, by, unit = '', role = '' }: AddOptions): Promise<void> {
  const { addSilence } = await import('../../pipelines/routing/silences.ts')
  const knownOn = await chooseKnownDate(db, known)
  const made = await addSilence(db, { place, topic, kind, unit: lead, level, reason, knownOn, until: formatDay(parseDay(until) + 1) }, { by, unit, role })
  tell(session, 'cli.silences.added', made)
}

async function expire(session: Session, db: Db, id: string, { reason = '', known, by, unit = '', role = '' }: ExpireOptions): Promise<void> {
  const { expireSilence } = await import('../../pipelines/routing/silences.ts')
  tell(session, 'cli.silences.expired', await expireSilence(db, id, await chooseKnownDate(db, known), reason, { by, unit, role }))
}

function tell(session: Session, key: TextKey, silence: Silence): void {
  if (session.json) return session.printJson(silence)
  const anything = session.text('cli.silences.any')
  session.print(session.text(key, {
    id: silence.id, place: silence.place.join(' › ') || anything, topic: silence.topic.join(' › ') || anything, level: session.text(`cli.level.${silence.level}` as TextKey),
    from: silence.from, to: silence.to, ended: silence.ended?.on ?? '',
  }))
}
