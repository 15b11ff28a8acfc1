/**
 * `weisu clocks`: what is due on alerts and for whom, the history of one clock, more time, and the sweep that shows cards.
 */
import type { Command } from 'commander'
import { InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import { ROLES } from '../../pipelines/alert-state.ts'
import type { Role } from '../../pipelines/alert-state.ts'
import type { Db } from '../../sql/db.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { addCommand, dayOption, option, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { printClock, printClockTable } from '../clock-view.ts'
import type { Session } from '../session.ts'
import { withStore } from '../store.ts'

const DUE_WORDS = ['overdue', 'today', 'week'] as const

interface ListOptions { due?: string, unit?: string, alert?: string, all?: boolean }
interface ActOptions { by: string, unit: string, role: Role, why: string, ifVersion?: number }

export function addClocks(program: Command, setup: Setup): void {
  const { locale } = setup
  const work = (session: Session, _: unknown, options: Record<string, unknown>): Promise<void> => withStore(session, 'clocks', (db) => list(session, db, options as ListOptions))
  const parent = addCommand(program, setup, {
    name: 'clocks', examples: ['weisu clocks', 'weisu clocks list --due overdue', 'weisu clocks show 12', 'weisu clocks tick'], work,
  })
  // Its flags are its own: --unit of other words is a person's.
  addCommand(parent, setup, { name: 'list', examples: ['weisu clocks list --due week --unit "Water Bureau"', 'weisu clocks list --alert ID --all --json'], work })
    .addOption(option(locale, '--due <when>', 'cli.clocks.due', dueOption(setup)))
    .addOption(option(locale, '--unit <name>', 'cli.clocks.unit'))
    .addOption(option(locale, '--alert <id>', 'cli.clocks.alert'))
    .addOption(option(locale, '--all', 'cli.clocks.all'))
  addCommand(parent, setup, {
    name: 'show', examples: ['weisu clocks show 12'],
    work: (session, [id]) => withStore(session, 'clocks show', (db) => show(session, db, id as string)),
  })
    .argument('<id>', t(locale, 'cli.clocks.id'))
  addCommand(parent, setup, { name: 'tick', examples: ['weisu clocks tick'], work: (session) => withStore(session, 'clocks tick', (db) => tick(session, db)) })
  const extend = addCommand(parent, setup, {
    name: 'extend', examples: ['weisu clocks extend 12 --amount 5 --by "Li" --unit "Water Bureau" --why "parts arrive on Monday"'],
    work: (session, [id], options) => withStore(session, 'clocks extend', (db) => ask(session, db, id as string, options as unknown as ActOptions & { amount: number })),
  })
    .argument('<id>', t(locale, 'cli.clocks.id'))
    .addOption(option(locale, '--amount <n>', 'cli.clocks.amount', wholeOption(locale, 1, 1000)).makeOptionMandatory())
  addActor(extend, setup, 'unit_liaison')
  for (const [name, grant] of [['grant', true], ['refuse', false]] as const) {
    const ruling = addCommand(parent, setup, {
      name, examples: [`weisu clocks ${name} 12 --by "Wang" --unit "Hotline desk" --why "${grant ? 'as agreed' : 'the parts are here'}"`],
      work: (session, [id], options) => withStore(session, `clocks ${name}`, (db) => rule(session, db, id as string, grant, options as unknown as ActOptions)),
    })
      .argument('<id>', t(locale, 'cli.clocks.id'))
    addActor(ruling, setup, 'analyst')
  }
}

function dueOption({ locale }: Setup): (value: string) => string {
  const asDay = dayOption(locale)
  return (value) => ((DUE_WORDS as readonly string[]).includes(value) ? value : asDay(value))
}

function addActor(command: Command, { locale }: Setup, role: Role): void {
  command
    .addOption(option(locale, '--by <name>', 'cli.clocks.by').makeOptionMandatory())
    .addOption(option(locale, '--unit <name>', 'cli.clocks.by_unit').makeOptionMandatory())
    .addOption(option(locale, '--role <role>', 'cli.clocks.role', wordOption(locale, ROLES)).default(role))
    .addOption(option(locale, '--why <text>', 'cli.clocks.why').makeOptionMandatory())
    .addOption(option(locale, '--if-version <n>', 'cli.clocks.if_version', wholeOption(locale, 0, 1e9)))
}

async function list(session: Session, db: Db, options: ListOptions): Promise<void> {
  const { listClocks } = await import('../../pipelines/clocks/list.ts')
  const rows = await listClocks(db, options, (await readStoreFacts(db)).timeZone ?? 'Asia/Shanghai')
  if (session.json) return session.printJson(rows)
  if (rows.length === 0) return session.say('cli.clocks.none')
  printClockTable(session, rows)
}

async function show(session: Session, db: Db, id: string): Promise<void> {
  const { showClock } = await import('../../pipelines/clocks/list.ts')
  const clock = await showClock(db, id)
  if (session.json) return session.printJson(clock)
  printClock(session, clock)
}

async function tick(session: Session, db: Db): Promise<void> {
  const { tickClocks } = await import('../../pipelines/clocks/tick.ts')
  const { config, log, interrupts } = session
  const result = await tickClocks({ db, config, log, signal: interrupts.signal })
  if (session.json) return session.printJson({ ...result, passedOver: undefined, passed_over: result.passedOver })
  session.print(session.text('cli.clocks.ticked', { ...result }))
}

async function ask(session: Session, db: Db, id: string, { amount, by, unit, role, why, ifVersion }: ActOptions & { amount: number }): Promise<void> {
  checkActor(session, by, unit)
  const { askExtension } = await import('../../pipelines/clocks/extend.ts')
  await askExtension(db, { clockId: id, amount, actor: { name: by, unit, role }, why, version: ifVersion ?? null })
  await told(session, db, id, 'cli.clocks.asked')
}

async function rule(session: Session, db: Db, id: string, grant: boolean, { by, unit, role, why, ifVersion }: ActOptions): Promise<void> {
  checkActor(session, by, unit)
  const { ruleExtension } = await import('../../pipelines/clocks/extend.ts')
  await ruleExtension(db, { clockId: id, grant, actor: { name: by, unit, role }, why, version: ifVersion ?? null })
  await told(session, db, id, grant ? 'cli.clocks.granted' : 'cli.clocks.refused')
}

async function told(session: Session, db: Db, id: string, key: 'cli.clocks.asked' | 'cli.clocks.granted' | 'cli.clocks.refused'): Promise<void> {
  const { showClock } = await import('../../pipelines/clocks/list.ts')
  const shown = await showClock(db, id)
  if (session.json) return session.printJson(shown.clock)
  session.print(session.text(key, { id, due: shown.clock.due_on }))
}

function checkActor(session: Session, by: string, unit: string): void {
  for (const [name, value] of [['--by', by], ['--unit', unit]] as const) {
    if (value.trim() === '') throw new InvalidOptionError(name, value, session.text('expected.type_string'))
  }
}
