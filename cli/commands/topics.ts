/**
 * `weisu topics`: the classifier for tickets without a topic (train, show, check, stop), and topic families.
 */
import type { Command } from 'commander'
import { formatNumber, t } from '../../core/texts.ts'
import type { TrainReport } from '../../pipelines/topics/train-topics.ts'
import type { Db } from '../../sql/db.ts'
import { readKnownNights } from '../../sql/issues.ts'
import { addCommand, option, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { withStore, withWriter } from '../store.ts'
import { addTopicEditions } from './topic-editions.ts'

interface TrainGiven { level?: string, split?: string, accuracy?: number, seed?: number }
interface FamiliesGiven { suggest?: boolean, set?: string }

export function addTopics(program: Command, setup: Setup): void {
  const { locale } = setup
  const command = addCommand(program, setup, {
    name: 'topics', examples: ['weisu topics', 'weisu topics train --level leaf', 'weisu topics check "no heating since Monday"', 'weisu topics families --suggest'],
    work: async (session) => withStore(session, 'topics', (db) => show(session, db)),
  })
  addCommand(command, setup, {
    name: 'train', examples: ['weisu topics train', 'weisu topics train --level leaf --split hash --accuracy 95'],
    work: async (session, _, options) => withWriter(session, 'topics train', (db) => train(session, db, options as TrainGiven)),
  })
    .addOption(option(locale, '--level <level>', 'cli.topics.train.level', wordOption(locale, ['family', 'leaf'])))
    .addOption(option(locale, '--split <split>', 'cli.topics.train.split', wordOption(locale, ['time', 'hash'])))
    .addOption(option(locale, '--accuracy <percent>', 'cli.topics.train.accuracy', wholeOption(locale, 50, 100)))
    .addOption(option(locale, '--seed <n>', 'cli.topics.train.seed', wholeOption(locale, 0, 2 ** 31)))
  addCommand(command, setup, {
    name: 'show', examples: ['weisu topics show', 'weisu topics show --json'],
    work: async (session) => withStore(session, 'topics show', (db) => show(session, db)),
  })
  addCommand(command, setup, {
    name: 'check', examples: ['weisu topics check "no heating since Monday"'],
    work: async (session, [text]) => withStore(session, 'topics check', (db) => check(session, db, text as string)),
  })
    .argument('<text>', t(locale, 'cli.topics.check.text'))
  addCommand(command, setup, {
    name: 'stop', examples: ['weisu topics stop'],
    work: async (session) => withWriter(session, 'topics stop', async (db) => {
      await (await import('../../pipelines/topics/show-topics.ts')).stopGuessing(db)
      session.say('topics.stopped')
    }),
  })
  addCommand(command, setup, {
    name: 'families', examples: ['weisu topics families', 'weisu topics families --suggest', 'weisu topics families --set Housing/Heating'],
    work: async (session, _, options) => {
      const given = options as FamiliesGiven
      await (given.set === undefined ? withStore : withWriter)(session, 'topics families', (db) => families(session, db, given))
    },
  })
    .addOption(option(locale, '--suggest', 'cli.topics.families.suggest'))
    .addOption(option(locale, '--set <path>', 'cli.topics.families.set'))
  addTopicEditions(command, setup)
}

async function train(session: Session, db: Db, { level, split, accuracy, seed }: TrainGiven): Promise<void> {
  const { trainAndKeep } = await import('../../pipelines/topics/train-topics.ts')
  const report = await trainAndKeep(db, {
    families: level !== 'leaf', byTime: split !== 'hash', ...(accuracy === undefined ? {} : { accuracy: accuracy / 100 }), ...(seed === undefined ? {} : { seed }),
  })
  if (session.json) return session.printJson(toJson(report.id, report))
  printReport(session, report.id, report)
}

async function show(session: Session, db: Db): Promise<void> {
  const { showTopics } = await import('../../pipelines/topics/show-topics.ts')
  const shown = await showTopics(db)
  if (session.json) return session.printJson(shown ? { ...toJson(shown.id, shown.report), guessed: shown.guessed, unknown: shown.unknown } : null)
  if (!shown) return session.say('topics.none')
  printReport(session, shown.id, shown.report)
  session.print(session.text('topics.counts', { guessed: shown.guessed, unknown: shown.unknown }))
}

function toJson(id: number, { macroF1, calibrationError, leftOut, ...rest }: TrainReport): object {
  return { id, ...rest, left_out: leftOut, macro_f1: macroF1, calibration_error: calibrationError }
}

const digits = (value: number, places: number): string => (Number.isFinite(value) ? value.toFixed(places) : '–')

function printReport(session: Session, id: number, report: TrainReport): void {
  const { topics, trained, calibrated, tested, leftOut, threshold } = report
  session.print(session.text('topics.trained', { id, topics, trained, calibrated, tested, leftOut }))
  session.print(session.text('topics.measured', { f1: digits(report.macroF1, 3), accuracy: digits(report.accuracy, 3), ece: digits(report.calibrationError, 3) }))
  session.print(threshold === null ? session.text('topics.never') : session.text('topics.threshold', { threshold: digits(threshold, 3) }))
  session.printTable(
    (['threshold', 'coverage', 'accuracy'] as const).map((name) => ({ title: session.text(`topics.column.${name}`), align: 'right' as const })),
    report.curve.map((point) => [digits(point.threshold, 2), digits(point.coverage, 3), digits(point.accuracy, 3)]))
}

async function check(session: Session, db: Db, text: string): Promise<void> {
  const { checkText } = await import('../../pipelines/topics/show-topics.ts')
  const guess = await checkText(db, text)
  if (session.json) return session.printJson(guess)
  if (!guess) return session.say('topics.none')
  if (guess.topic === null) return session.print(session.text('topics.no_grams'))
  session.print(session.text(guess.sure ? 'topics.guess' : 'topics.abstains', { topic: guess.topic.replaceAll('›', ' › '), confidence: digits(guess.confidence!, 3) }))
}

async function families(session: Session, db: Db, { suggest, set }: FamiliesGiven): Promise<void> {
  const { listFamilies, makeFamily, suggestFamilies } = await import('../../pipelines/topics/families.ts')
  if (set !== undefined) {
    const made = await makeFamily(db, set)
    if (session.json) return session.printJson({ path: made.path, topics: made.topics })
    return session.print(session.text('topics.family_made', { path: made.path.replaceAll('›', ' › '), topics: made.topics }))
  }
  if (suggest === true) {
    const { last } = await readKnownNights(db)
    const pairs = last === null ? [] : await suggestFamilies(db, last)
    if (session.json) return session.printJson(pairs)
    if (pairs.length === 0) return session.say('topics.no_suggestions')
    return session.printTable([
      { title: session.text('topics.column.family'), shrinkTo: 12, keep: 'end' }, { title: session.text('topics.column.other'), shrinkTo: 12, keep: 'end' },
      { title: session.text('topics.column.together'), align: 'right' }, { title: session.text('topics.column.expected'), align: 'right' }, { title: session.text('topics.column.lift'), align: 'right' }, { title: 'z', align: 'right' },
    ], pairs.map(({ a, b, together, expected, lift, z }) => [a.replaceAll('›', ' › '), b.replaceAll('›', ' › '), String(together), formatNumber(session.locale, expected), formatNumber(session.locale, lift), digits(z, 1)]))
  }
  const rows = await listFamilies(db)
  if (session.json) return session.printJson(rows.map(({ path, topics }) => ({ path, topics })))
  session.printTable([{ title: session.text('topics.column.family') }, { title: session.text('topics.column.topics'), align: 'right' }], rows.map(({ path, topics }) => [path.replaceAll('›', ' › '), String(topics)]))
}
