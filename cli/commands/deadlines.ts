/**
 * `weisu deadlines`: which clocks run on alerts and how long, as versions: show, check, try on the clocks of the past, bring into force; and when something is due.
 */
import type { Command } from 'commander'
import { DEADLINE_UNITS } from '../../core/deadline.ts'
import type { DeadlineUnit } from '../../core/deadline.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { DeadlineRules } from '../../pipelines/clocks/rules.ts'
import { readRuleFile } from '../../pipelines/rule-reader.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { printClockRules, printDeadlineTrial, printDeadlineVersions, printWhen } from '../clock-view.ts'
import { printDifferences } from '../rules-view.ts'
import type { Session } from '../session.ts'
import { withStore, withWriter } from '../store.ts'

interface RangeOptions { from?: string, until?: string }
interface ActivateOptions { from: string, author: string, note: string, untried?: string }
interface WhenOptions { amount: number, unit: DeadlineUnit, from?: string, received?: boolean, exclusive?: boolean, country?: string }

export function addDeadlines(program: Command, setup: Setup): void {
  const { locale } = setup
  const listWork = (session: Session): Promise<void> => withStore(session, 'deadlines', (db) => list(session, db))
  const parent = addCommand(program, setup, {
    name: 'deadlines', examples: ['weisu deadlines', 'weisu deadlines show', 'weisu deadlines when --amount 5 --from 2026-02-12', 'weisu deadlines try deadlines.json'], work: listWork,
  })
  addCommand(parent, setup, { name: 'list', examples: ['weisu deadlines list'], work: listWork })
  addCommand(parent, setup, {
    name: 'show', examples: ['weisu deadlines show', 'weisu deadlines show --json > deadlines.json'],
    work: (session, [version]) => withStore(session, 'deadlines show', (db) => show(session, db, version as number | undefined)),
  })
    .argument('[version]', t(locale, 'cli.deadlines.version'), wholeOption(locale, 0, 1e9))
  addCommand(parent, setup, {
    name: 'check', examples: ['weisu deadlines check deadlines.json'],
    work: (session, [file]) => withStore(session, 'deadlines check', (db) => check(session, db, file as string)),
  })
    .argument('<file>', t(locale, 'cli.deadlines.file'))
  addCommand(parent, setup, {
    name: 'try', examples: ['weisu deadlines try deadlines.json', 'weisu deadlines try deadlines.json --from 2026-07-01 --until 2026-09-30'],
    work: (session, [file], options) => withWriter(session, 'deadlines try', (db) => tryFile(session, db, file as string, options as RangeOptions)),
  })
    .argument('<file>', t(locale, 'cli.deadlines.file'))
    .addOption(option(locale, '--from <date>', 'cli.deadlines.from', dayOption(locale)))
    .addOption(option(locale, '--until <date>', 'cli.deadlines.until', dayOption(locale)))
  addCommand(parent, setup, {
    name: 'activate', examples: ['weisu deadlines activate deadlines.json --from 2026-12-01 --author "Zhang, hotline desk" --note "two days for streets"'],
    work: (session, [file], options) => withWriter(session, 'deadlines activate', (db) => activate(session, db, file as string, options as unknown as ActivateOptions)),
  })
    .argument('<file>', t(locale, 'cli.deadlines.file'))
    .addOption(option(locale, '--from <date>', 'cli.deadlines.effective', dayOption(locale)).makeOptionMandatory())
    .addOption(option(locale, '--author <name>', 'cli.deadlines.author').makeOptionMandatory())
    .addOption(option(locale, '--note <text>', 'cli.deadlines.note').makeOptionMandatory())
    .addOption(option(locale, '--untried <reason>', 'cli.deadlines.untried'))
  addCommand(parent, setup, {
    name: 'when', examples: ['weisu deadlines when --amount 5 --from 2026-02-12', 'weisu deadlines when --amount 10 --unit day --received'],
    work: (session, _, options) => withStore(session, 'deadlines when', (db) => when(session, db, options as unknown as WhenOptions)),
  })
    .addOption(option(locale, '--amount <n>', 'cli.deadlines.when.amount', wholeOption(locale, 0, 2600)).makeOptionMandatory())
    .addOption(option(locale, '--unit <unit>', 'cli.deadlines.when.unit', wordOption(locale, DEADLINE_UNITS)).default('working_day'))
    .addOption(option(locale, '--from <date>', 'cli.deadlines.when.from', dayOption(locale)))
    .addOption(option(locale, '--received', 'cli.deadlines.when.received'))
    .addOption(option(locale, '--exclusive', 'cli.deadlines.when.exclusive'))
    .addOption(option(locale, '--country <code>', 'cli.deadlines.when.country'))
}

async function list(session: Session, db: Db): Promise<void> {
  const { listDeadlineVersions } = await import('../../pipelines/clocks/activate.ts')
  const versions = await listDeadlineVersions(db)
  if (session.json) return session.printJson(versions)
  if (versions.length === 0) return session.say('cli.deadlines.none')
  printDeadlineVersions(session, versions)
}

async function show(session: Session, db: Db, given: number | undefined): Promise<void> {
  const { readDeadlines } = await import('../../pipelines/clocks/activate.ts')
  const { version, rules } = await readDeadlines(db, given)
  if (session.json) return session.printJson(rules)
  session.say(version === 0 ? 'cli.deadlines.shown_initial' : 'cli.deadlines.shown', { version: String(version), author: rules.author, note: rules.note })
  printClockRules(session, rules)
}

async function readRules(db: Db, path: string): Promise<DeadlineRules> {
  const { parseDeadlinesOver } = await import('../../pipelines/clocks/activate.ts')
  return readRuleFile(path, (text) => parseDeadlinesOver(db, text))
}

async function check(session: Session, db: Db, file: string): Promise<void> {
  const { readDeadlines } = await import('../../pipelines/clocks/activate.ts')
  const { diffById } = await import('../../pipelines/rules-diff.ts')
  const rules = await readRules(db, file)
  const differences = diffById((await readDeadlines(db)).rules, rules, ['clocks'])
  if (session.json) return session.printJson({ file, name: rules.name, differences })
  session.say('cli.deadlines.valid', { file, name: rules.name, clocks: rules.clocks.length })
  printDifferences(session, differences)
}

async function tryFile(session: Session, db: Db, file: string, { from, until }: RangeOptions): Promise<void> {
  if (from !== undefined && until !== undefined && until < from) throw new InvalidOptionError('--until', until, session.text('cli.rules.needs_until', { from }))
  const { tryDeadlinesAsNow } = await import('../../pipelines/clocks/activate.ts')
  const trial = await tryDeadlinesAsNow(db, session.config.settings, await readRules(db, file), { from, last: until })
  if (session.json) return session.printJson(trial)
  printDeadlineTrial(session, trial)
}

async function activate(session: Session, db: Db, file: string, { from, author, note, untried }: ActivateOptions): Promise<void> {
  for (const [name, value] of [['--author', author], ['--untried', untried]] as const) {
    if (value?.trim() === '') throw new InvalidOptionError(name, value, session.text('expected.type_string'))
  }
  const { activateDeadlines } = await import('../../pipelines/clocks/activate.ts')
  const version = await activateDeadlines(db, await readRules(db, file), { from, author, note, untried })
  if (session.json) return session.printJson(version)
  session.say('cli.deadlines.activated', { version: String(version.version), from: version.from })
}

async function when(session: Session, db: Db, options: WhenOptions): Promise<void> {
  const { whenDue } = await import('../../pipelines/clocks/when.ts')
  const answer = await whenDue(db, { ...options, start: options.received ? 'receipt' : 'next_day', inclusive: options.exclusive !== true })
  if (session.json) return session.printJson(answer)
  printWhen(session, answer)
}
