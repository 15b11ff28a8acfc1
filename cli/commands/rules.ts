/**
 * `weisu rules`: what alerts and how high, as versions: show, check, compare, try on history, solve from a budget, bring into force.
 */
import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import { readRuleFile } from '../../pipelines/rule-reader.ts'
import type { Rules } from '../../pipelines/rules.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option, outOption, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { startNightBar } from '../night-bar.ts'
import { printDifferences, printSolution, printTrial, printVersions } from '../rules-view.ts'
import type { Session } from '../session.ts'
import { withStore, withWriter } from '../store.ts'

interface RangeOptions { from?: string, until?: string, replay?: string }
interface TryOptions extends RangeOptions { labels?: string, threads?: number }
interface SolveOptions extends RangeOptions { budget: number, unit?: string, by: 'interval' | 'callers', fullest?: boolean, write?: string }
interface ActivateOptions { from: string, author: string, note: string, untried?: string }

export function addRules(program: Command, setup: Setup): void {
  const { locale } = setup
  const listWork = async (session: Session): Promise<void> => withStore(session, 'rules', (db) => list(session, db))
  const command = addCommand(program, setup, {
    name: 'rules',
    examples: ['weisu rules', 'weisu rules show > rules.json', 'weisu rules try rules.json --from 2026-01-01 --until 2026-06-30', 'weisu rules solve --budget 3'],
    work: listWork,
  })
  addCommand(command, setup, { name: 'list', examples: ['weisu rules list'], work: listWork })
  addCommand(command, setup, {
    name: 'show', examples: ['weisu rules show > rules.json', 'weisu rules show 2'],
    work: async (session, [version]) => withStore(session, 'rules show', (db) => show(session, db, version as number | undefined)),
  })
    .argument('[version]', t(locale, 'cli.rules.version'), wholeOption(locale, 0, 1e9))
  addCommand(command, setup, {
    name: 'check', examples: ['weisu rules check rules.json'],
    work: async (session, [file]) => withStore(session, 'rules check', (db) => check(session, db, file as string)),
  })
    .argument('<file>', t(locale, 'cli.rules.file'))
  addCommand(command, setup, {
    name: 'diff', examples: ['weisu rules diff 1 2', 'weisu rules diff 0 rules.json'],
    work: async (session, [a, b]) => withStore(session, 'rules diff', (db) => diff(session, db, a as string, b as string)),
  })
    .argument('<a>', t(locale, 'cli.rules.either')).argument('<b>', t(locale, 'cli.rules.either'))
  const tried = addCommand(command, setup, {
    name: 'try', examples: ['weisu rules try rules.json', 'weisu rules try rules.json --from 2026-01-01 --until 2026-06-30 --labels labels.json'],
    work: async (session, [file], options) => {
      checkOrder(session, options as TryOptions)
      await withStore(session, 'rules try', (db) => tryFile(session, db, file as string, options as TryOptions))
    },
  })
    .argument('<file>', t(locale, 'cli.rules.file'))
  addRange(tried, setup)
    .addOption(option(locale, '--labels <file>', 'cli.rules.labels'))
    .addOption(option(locale, '--threads <n>', 'cli.rules.threads', wholeOption(locale, 1, 256)))
  const solve = addCommand(command, setup, {
    name: 'solve', examples: ['weisu rules solve --budget 3', 'weisu rules solve --budget 1 --by callers --write rules.json'],
    work: async (session, _, options) => {
      checkOrder(session, options as unknown as SolveOptions)
      await withStore(session, 'rules solve', (db) => solveBudget(session, db, options as unknown as SolveOptions))
    },
  })
    .addOption(option(locale, '--budget <n>', 'cli.rules.budget', wholeOption(locale, 0, 100_000)).makeOptionMandatory())
    .addOption(option(locale, '--unit <name>', 'cli.rules.unit'))
    .addOption(option(locale, '--by <dial>', 'cli.rules.by', wordOption(locale, ['interval', 'callers'])).default('interval'))
    .addOption(option(locale, '--fullest', 'cli.rules.fullest'))
    .addOption(option(locale, '--write <file>', 'cli.rules.write', outOption(locale)))
  addRange(solve, setup)
  addCommand(command, setup, {
    name: 'activate', examples: ['weisu rules activate rules.json --from 2026-12-01 --author "Zhang, hotline desk" --note "fewer alerts for streets"'],
    work: async (session, [file], options) => withWriter(session, 'rules activate', (db) => activate(session, db, file as string, options as unknown as ActivateOptions)),
  })
    .argument('<file>', t(locale, 'cli.rules.file'))
    .addOption(option(locale, '--from <date>', 'cli.rules.effective', dayOption(locale)).makeOptionMandatory())
    .addOption(option(locale, '--author <name>', 'cli.rules.author').makeOptionMandatory())
    .addOption(option(locale, '--note <text>', 'cli.rules.note').makeOptionMandatory())
    .addOption(option(locale, '--untried <reason>', 'cli.rules.untried'))
}

function addRange(command: Command, { locale }: Setup): Command {
  return command
    .addOption(option(locale, '--from <date>', 'cli.rules.from', dayOption(locale)))
    .addOption(option(locale, '--until <date>', 'cli.rules.until', dayOption(locale)))
    .addOption(option(locale, '--replay <name>', 'cli.rules.replay'))
}

function checkOrder(session: Session, { from, until }: RangeOptions): void {
  if (from !== undefined && until !== undefined && until < from) throw new InvalidOptionError('--until', until, session.text('cli.rules.needs_until', { from }))
}

async function readFileRules(session: Session, db: Db, path: string): Promise<Rules> {
  const { parseRulesOver } = await import('../../pipelines/rules-activate.ts')
  return readRuleFile(path, (text) => parseRulesOver(db, session.config.settings, text))
}

async function list(session: Session, db: Db): Promise<void> {
  const { listVersions } = await import('../../pipelines/rules-activate.ts')
  const versions = await listVersions(db)
  if (session.json) return session.printJson(versions)
  if (versions.length === 0) return session.say('cli.rules.none')
  printVersions(session, versions)
}

async function show(session: Session, db: Db, given: number | undefined): Promise<void> {
  const { listVersions, readRulesOf } = await import('../../pipelines/rules-activate.ts')
  const about = (await listVersions(db)).findLast((one) => given === undefined || one.version === given)
  const { rules, row } = await readRulesOf(db, session.config.settings, given ?? about?.version ?? 0)
  if (session.json) return session.printJson({ ...(row ? about : { version: 0 }), rules, score_card: row?.scoreCard ?? null })
  if (about && row) session.say('cli.rules.shown', { version: String(about.version), from: about.from, author: about.author, note: about.note })
  else session.say('cli.rules.shown_initial')
  const { formatRules } = await import('../../pipelines/rules-file.ts')
  session.print(formatRules(rules).trimEnd())
}

async function check(session: Session, db: Db, file: string): Promise<void> {
  const { readBaseRules } = await import('../../pipelines/rules-activate.ts')
  const { diffRules } = await import('../../pipelines/rules-diff.ts')
  const rules = await readFileRules(session, db, file)
  const differences = diffRules(await readBaseRules(db, session.config.settings), rules)
  if (session.json) return session.printJson({ file, name: rules.name, differences })
  session.say('cli.rules.valid', { file, name: rules.name, levels: rules.levels.length, exceptions: rules.exceptions.length })
  printDifferences(session, differences)
}

async function diff(session: Session, db: Db, a: string, b: string): Promise<void> {
  const { readRulesOf } = await import('../../pipelines/rules-activate.ts')
  const { diffRules } = await import('../../pipelines/rules-diff.ts')
  const read = async (given: string): Promise<Rules> =>
    /^\d+$/.test(given) ? (await readRulesOf(db, session.config.settings, Number(given))).rules : readFileRules(session, db, given)
  const differences = diffRules(await read(a), await read(b))
  if (session.json) return session.printJson(differences)
  printDifferences(session, differences)
}

async function tryFile(session: Session, db: Db, file: string, { from, until, replay, labels, threads }: TryOptions): Promise<void> {
  const rules = await readFileRules(session, db, file)
  if (labels !== undefined) await readRuleFile(labels, () => {}) // before hours of work
  const { tryRules } = await import('../../pipelines/rules-try.ts')
  const bar = startNightBar(session)
  try {
    const onJudging = (because: readonly string[]): void => session.say('cli.rules.judging', { because: because.join(', ') })
    const result = await tryRules({ db, config: session.config, log: session.log, signal: session.interrupts.signal, onNight: bar.update, onJudging }, rules, {
      file, from, until, replay, ...(labels === undefined ? {} : { labels }), ...(threads === undefined ? {} : { threads }),
    })
    bar.clear()
    if (session.json) session.printJson(result)
    else printTrial(session, result)
  } finally {
    bar.clear()
  }
}

async function solveBudget(session: Session, db: Db, { budget, unit, by, fullest, write, from, until, replay }: SolveOptions): Promise<void> {
  const { readBaseRules } = await import('../../pipelines/rules-activate.ts')
  const { solveRules, turn } = await import('../../pipelines/rules-solve.ts')
  const rules = await readBaseRules(db, session.config.settings)
  const solution = await solveRules(db, session.config.settings, rules, { budget, unit, dial: by, fullest, from, until, replay })
  if (session.json) session.printJson(solution)
  else printSolution(session, solution)
  if (write === undefined) return
  if (!solution.solved) throw new BadInputError('rules_not_solved', `a budget of ${budget} cannot be kept, there are no rules to write`, { budget })
  const { formatRules } = await import('../../pipelines/rules-file.ts')
  writeFileSync(write, formatRules({ ...turn(rules, by, solution.solved.at), note: `weisu rules solve --budget ${budget} --by ${by}${fullest ? ' --fullest' : ''}, ${solution.from} to ${solution.until}` }))
  session.say('cli.rules.written', { path: write })
}

async function activate(session: Session, db: Db, file: string, { from, author, note, untried }: ActivateOptions): Promise<void> {
  for (const [name, value] of [['--author', author], ['--untried', untried]] as const) {
    if (value?.trim() === '') throw new InvalidOptionError(name, value, session.text('expected.type_string'))
  }
  const { activateRules } = await import('../../pipelines/rules-activate.ts')
  const version = await activateRules(db, await readFileRules(session, db, file), { from, author, note, untried })
  if (session.json) return session.printJson(version)
  session.say('cli.rules.activated', { version: String(version.version), from: version.from })
  session.say('cli.rules.settings_hidden')
}
