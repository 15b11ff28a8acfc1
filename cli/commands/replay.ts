/**
 * `weisu replay`: nights of the past run again as known then, beside the live ones; a list of those there are, and an end to one.
 */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { parseDay } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { Db } from '../../sql/db.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { addCommand, dayOption, option, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { shellWord } from '../format.ts'
import { startNightBar } from '../night-bar.ts'
import { printReplay, printReplayTable } from '../replay-view.ts'
import { printScore } from '../score-view.ts'
import type { Session } from '../session.ts'
import { withStore } from '../store.ts'

interface ReplayOptions { from?: string, to?: string, name?: string, labels?: string, rules?: string, compare?: string, delayModel?: string, threads?: number, warmUp?: number, fresh?: boolean }

const WARM_UP_NIGHTS = 60

export function addReplay(program: Command, setup: Setup): void {
  const { locale } = setup
  const command = addCommand(program, setup, {
    name: 'replay',
    examples: ['weisu replay', 'weisu replay --from 2026-01-01 --to 2026-06-30 --labels labels.json', 'weisu replay list', 'weisu replay drop NAME'],
    work: async (session, _, options) => withStore(session, 'replay', (db) => run(session, db, options as ReplayOptions)),
  })
    .addOption(option(locale, '--from <date>', 'cli.replay.from', dayOption(locale)))
    .addOption(option(locale, '--to <date>', 'cli.replay.to', dayOption(locale)))
    .addOption(option(locale, '--name <name>', 'cli.replay.name'))
    .addOption(option(locale, '--rules <file>', 'cli.replay.rules'))
    .addOption(option(locale, '--compare <name>', 'cli.replay.compare'))
    .addOption(option(locale, '--labels <file>', 'cli.replay.labels'))
    .addOption(option(locale, '--delay-model <model>', 'cli.replay.delay_model'))
    .addOption(option(locale, '--warm-up <nights>', 'cli.replay.warm_up', wholeOption(locale, 0, 3660)))
    .addOption(option(locale, '--threads <n>', 'cli.replay.threads', wholeOption(locale, 1, 256)))
    .addOption(option(locale, '--fresh', 'cli.replay.fresh'))
  addCommand(command, setup, {
    name: 'list',
    examples: ['weisu replay list', 'weisu replay list --json'],
    work: async (session) => withStore(session, 'replay list', (db) => list(session, db)),
  })
  addCommand(command, setup, {
    name: 'drop',
    examples: ['weisu replay drop NAME'],
    work: async (session, [name]) => withStore(session, 'replay drop', (db) => drop(session, db, name as string)),
  })
    .argument('<name>', t(locale, 'cli.replay.drop.name'))
}

async function run(session: Session, db: Db, given: ReplayOptions): Promise<void> {
  const { from, to } = await chooseRange(session, db, given)
  const name = given.name ?? `${from}_${to}`.replaceAll('-', '')
  for (const path of [given.labels, given.rules]) {
    if (path !== undefined && !existsSync(path)) throw new BadInputError('no_such_file', `no such file: ${path}`, { path })
  }
  session.resume = ['weisu replay', `--from ${from}`, `--to ${to}`, given.name && `--name ${given.name}`,
    given.rules && `--rules ${shellWord(given.rules)}`, given.compare && `--compare ${given.compare}`, given.labels && `--labels ${shellWord(given.labels)}`, given.delayModel && `--delay-model ${shellWord(given.delayModel)}`, given.warmUp !== undefined && `--warm-up ${given.warmUp}`].filter(Boolean).join(' ')
  const { replay } = await import('../../pipelines/replay/replay.ts')
  const bar = startNightBar(session)
  try {
    const result = await replay({
      db, config: session.config, log: session.log, signal: session.interrupts.signal, onNight: bar.update, waitMs: session.waitMs,
      onWait: (holder) => session.say('cli.waiting', { holder, seconds: session.waitMs / 1000 }),
    }, {
      name, from: parseDay(from), until: parseDay(to) + 1, warmUpNights: given.warmUp ?? WARM_UP_NIGHTS,
      threads: given.threads ?? availableParallelism(), fresh: given.fresh === true, ...(given.labels === undefined ? {} : { labels: given.labels }),
      ...(given.compare === undefined ? {} : { compare: given.compare }),
      ...(given.delayModel === undefined ? {} : { delayModel: given.delayModel }),
      ...(given.rules === undefined ? {} : { rulesFile: given.rules }),
    })
    bar.clear()
    if (session.json) session.printJson(result)
    else {
      printReplay(session, result)
      if (result.score) {
        session.print('')
        printScore(session, result.score)
      }
    }
  } finally {
    bar.clear()
  }
}

/** All days with tickets where none are named. A night that is not over cannot be of the past. */
async function chooseRange(session: Session, db: Db, { from, to }: ReplayOptions): Promise<{ from: string, to: string }> {
  if (from !== undefined && to !== undefined && to < from) throw new InvalidOptionError('--to', to, session.text('cli.nightly.not_before', { from }))
  const { firstDay, lastDay } = await readStoreFacts(db)
  if (firstDay === null || lastDay === null) throw new BadInputError('store_empty', 'the store holds no tickets yet: weisu import FILE, or weisu demo --run')
  if (to !== undefined && to > lastDay) throw new InvalidOptionError('--to', to, session.text('cli.nightly.not_after', { last: lastDay }))
  const chosen = { from: from ?? firstDay, to: to ?? lastDay }
  if (chosen.to < chosen.from) {
    throw from === undefined
      ? new InvalidOptionError('--to', chosen.to, session.text('cli.nightly.not_before', { from: firstDay }))
      : new InvalidOptionError('--from', chosen.from, session.text('cli.nightly.not_after', { last: lastDay }))
  }
  return chosen
}

async function list(session: Session, db: Db): Promise<void> {
  const { listAll } = await import('../../pipelines/replay/register.ts')
  const rows = await listAll(db)
  if (session.json) return session.printJson(rows)
  if (rows.length === 0) return session.say('cli.replay.none')
  printReplayTable(session, rows)
}

async function drop(session: Session, db: Db, name: string): Promise<void> {
  const { drop: dropReplay } = await import('../../pipelines/replay/register.ts')
  const row = await dropReplay(db, name)
  if (session.json) return session.printJson(row)
  session.say('cli.replay.dropped', { name })
}
