/**
 * `weisu explore`: the night's tables as data frames, by hand or for one line of code.
 */
import { inspect } from 'node:util'
import type { Command } from 'commander'
import { BadInputError } from '../../core/errors.ts'
import type { Exploration } from '../../pipelines/reports/explore.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore } from '../store.ts'

/** Rows of a frame that are printed. */
const MOST_ROWS = 30

const EXAMPLES = ['streets.head(5)', 'hotspots.query(hotspots.z.gt(5))', "streets.sortValues('callers', { ascending: false }).head(10)", 'week.total']

export function addExplore(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'explore',
    examples: ['weisu explore', "weisu explore --eval 'streets.head(5)'", "weisu explore --eval 'week.total' --json"],
    work: async (session, _, options) => withStore(session, 'explore', (db) => explore(session, db, options as { date?: string, eval?: string })),
  })
    .addOption(option(locale, '--date <date>', 'cli.explore.date', dayOption(locale)))
    .addOption(option(locale, '--eval <code>', 'cli.explore.eval'))
}

async function explore(session: Session, db: Db, options: { date?: string, eval?: string }): Promise<void> {
  const night = await shownNight(session, db, options.date)
  if (night === null) throw new BadInputError('no_night', 'no night has run yet: weisu nightly')
  const { contextOf, evaluate, openExploration } = await import('../../pipelines/reports/explore.ts')
  const opened = await openExploration(db, session.config, night, session.locale)
  const help = (): string => helpText(session, opened)
  if (options.eval !== undefined) return await show(session, await evaluate(contextOf({ ...opened.values, help }), options.eval))
  await converse(session, opened, help)
}

/** A conversation until the input ends or `.exit`. */
async function converse(session: Session, opened: Exploration, help: () => string): Promise<void> {
  const { start } = await import('node:repl')
  const { plainOf } = await import('../../pipelines/reports/explore.ts')
  session.say('cli.explore.welcome', { night: opened.night, tables: opened.tables.map((table) => table.name).join(' ') })
  const repl = start({ prompt: 'weisu> ', useGlobal: false, writer: (value: unknown) => (typeof value === 'string' ? value : inspect(plainOf(value), { colors: session.config.color, depth: 4, maxArrayLength: MOST_ROWS })) })
  Object.assign(repl.context, opened.values, { help })
  await new Promise<void>((resolve) => {
    repl.once('exit', () => resolve())
    session.interrupts.signal.addEventListener('abort', () => repl.close(), { once: true })
  })
}

async function show(session: Session, value: unknown): Promise<void> {
  const { isFrame, plainOf } = await import('../../pipelines/reports/explore.ts')
  if (session.json) return session.printJson(plainOf(value) ?? null)
  if (!isFrame(value)) return session.print(typeof value === 'string' ? value : inspect(value, { colors: session.config.color, depth: 6, maxArrayLength: MOST_ROWS }))
  const rows = (value.values as unknown[][]).slice(0, MOST_ROWS)
  session.printTable((value.columns as string[]).map((title) => ({ title })), rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? '–' : String(cell)))))
}

function helpText(session: Session, { tables }: Exploration): string {
  return [
    session.text('cli.explore.help'), ...tables.map(({ name, rows, columns }) => session.text('cli.explore.help_table', { name, rows, columns: columns.join(', ') })),
    session.text('cli.explore.help_more'), ...EXAMPLES.map((example) => `  ${example}`),
  ].join('\n')
}
