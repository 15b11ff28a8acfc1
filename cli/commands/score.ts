/**
 * `weisu score`: what a range of nights, or a replay, was worth: lead, false alerts, what was missed, and reference rules beside it.
 */
import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { formatDay, parseDay } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { Db } from '../../sql/db.ts'
import { openReplay, readReplay } from '../../sql/replays.ts'
import { addCommand, dayOption, option, outOption, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { chooseKnownDate } from '../known-on.ts'
import { printScore } from '../score-view.ts'
import type { Session } from '../session.ts'
import { withStore } from '../store.ts'

interface ScoreOptions { replay?: string, from?: string, until?: string, labels?: string, references?: string, html?: string, arrow?: string, threads?: number }

export function addScore(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'score',
    examples: ['weisu score --labels labels.json', 'weisu score --replay lastyear --labels labels.json --references all --html score.html', 'weisu score --from 2026-01-01 --json'],
    work: async (session, _, options) => withStore(session, 'score', (db) => score(session, db, options as ScoreOptions)),
  })
    .addOption(option(locale, '--replay <name>', 'cli.score.replay'))
    .addOption(option(locale, '--from <date>', 'cli.score.from', dayOption(locale)))
    .addOption(option(locale, '--until <date>', 'cli.score.until', dayOption(locale)))
    .addOption(option(locale, '--labels <file>', 'cli.score.labels'))
    .addOption(option(locale, '--references <names>', 'cli.score.references').default('none'))
    .addOption(option(locale, '--html <file>', 'cli.score.html', outOption(locale)))
    .addOption(option(locale, '--arrow <dir>', 'cli.score.arrow'))
    .addOption(option(locale, '--threads <n>', 'cli.score.threads', wholeOption(locale, 1, 64)))
}

async function score(session: Session, db: Db, given: ScoreOptions): Promise<void> {
  const { from, until } = given
  if (from !== undefined && until !== undefined && until < from) throw new InvalidOptionError('--until', until, t(session.locale, 'cli.nightly.not_before', { from }))
  const replay = given.replay === undefined ? undefined : await readReplay(db, given.replay)
  if (given.replay !== undefined && !replay) throw new BadInputError('no_such_replay', `no replay is called ${given.replay}: weisu replay list`, { name: given.replay })
  const { scoreReplay } = await import('../../pipelines/scorecard/score-replay.ts')
  const { chooseReferences } = await import('../../pipelines/scorecard/references.ts')
  const { readRulesInForce } = await import('../../pipelines/rules-in-force.ts')
  const references = chooseReferences(given.references ?? 'none')
  const { rules } = await readRulesInForce(db, until ?? replay?.until ?? await chooseKnownDate(db, undefined), session.config.settings)
  const nights = replay ? openReplay(db, replay.name, 2) : db
  try {
    const { card, alerts } = await scoreReplay(nights, {
      ...rangeOf(from ?? replay?.from, until ?? (replay && formatDay(parseDay(replay.until) - 1))),
      ...(given.labels === undefined ? {} : { labels: given.labels }), ...(references === undefined ? {} : { references }),
      threads: given.threads ?? availableParallelism(), quietNights: rules.closing.quietNights,
    })
    if (session.json) session.printJson(card)
    else printScore(session, card)
    if (given.html !== undefined) {
      const { writeScorePage } = await import('../../pipelines/scorecard/page.ts')
      session.say('cli.score.written', { path: await writeScorePage(given.html, session.locale, card, session.config.version) })
    }
    if (given.arrow !== undefined) {
      const { writeScoreTables } = await import('../../pipelines/scorecard/arrow-tables.ts')
      for (const path of await writeScoreTables(given.arrow, card, alerts)) session.say('cli.score.written', { path })
    }
  } finally {
    if (nights !== db) await nights.close()
  }
}

function rangeOf(from: string | undefined, until: string | undefined): { from?: string, until?: string } {
  return { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) }
}
