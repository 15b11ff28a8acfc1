/**
 * The grammar of the command line: every command with its flags, in one language.
 */
import { Command } from 'commander'
import { t } from '../core/texts.ts'
import { exampleText, option, wholeOption } from './command.ts'
import type { Setup } from './command.ts'
import { addAlerts } from './commands/alerts.ts'
import { addAppeals } from './commands/appeals.ts'
import { addAudit } from './commands/audit.ts'
import { addBackfill } from './commands/backfill.ts'
import { addCalendar, addLeads } from './commands/calendar.ts'
import { addDeliveries } from './commands/deliveries.ts'
import { addDemo } from './commands/demo.ts'
import { addDetect } from './commands/detect.ts'
import { addDoctor } from './commands/doctor.ts'
import { addClocks } from './commands/clocks.ts'
import { addDeadlines } from './commands/deadlines.ts'
import { addCoverage } from './commands/coverage.ts'
import { addEffect } from './commands/effect.ts'
import { addErase } from './commands/erase.ts'
import { addEvaluate } from './commands/evaluate.ts'
import { addEvents } from './commands/events.ts'
import { addExplain } from './commands/explain.ts'
import { addExplore } from './commands/explore.ts'
import { addExport } from './commands/export.ts'
import { addForecast } from './commands/forecast.ts'
import { addHotIssues } from './commands/hot-issues.ts'
import { addImport } from './commands/import.ts'
import { addInit } from './commands/init.ts'
import { addNightly } from './commands/nightly.ts'
import { addReplay } from './commands/replay.ts'
import { addReport } from './commands/report.ts'
import { addReview } from './commands/review.ts'
import { addRoute } from './commands/route.ts'
import { addRules } from './commands/rules.ts'
import { addRuns } from './commands/runs.ts'
import { addScan } from './commands/scan.ts'
import { addScore } from './commands/score.ts'
import { addSilences } from './commands/silences.ts'
import { addServe } from './commands/serve.ts'
import { addSources } from './commands/sources.ts'
import { addSubscriptions } from './commands/subscriptions.ts'
import { addTokens } from './commands/tokens.ts'
import { addStart, addWorker } from './commands/start.ts'
import { addUsers } from './commands/users.ts'
import { addPlaces } from './commands/places.ts'
import { addTopics } from './commands/topics.ts'
import { addWatch } from './commands/watch.ts'
import { addWords } from './commands/words.ts'
import { addThresholds } from './commands/thresholds.ts'
import { helpTitle, helpUsage } from './usage.ts'
import { displayWidth } from './width.ts'

const COMMANDS = [
  addDemo, addInit, addImport, addNightly, addBackfill, addStart, addServe, addWorker, addUsers, addAudit,
  addErase, addAlerts, addClocks, addDeadlines, addExplain, addForecast, addReplay, addReport, addReview,
  addEffect, addCoverage, addThresholds, addRules, addRoute, addSilences, addPlaces, addRuns, addSources,
  addSubscriptions, addTokens, addDeliveries, addEvents, addCalendar, addLeads, addWatch, addWords, addAppeals, addHotIssues, addTopics, addExport,
  addExplore, addDetect, addEvaluate, addScan, addScore, addDoctor,
] as const

/** @param version shown by --version */
export function createProgram(setup: Setup, version: string): Command {
  const { locale } = setup
  const program = new Command('weisu')
  const style = {
    styleTitle: (title: string) => helpTitle(locale, title),
    styleUsage: (usage: string) => helpUsage(locale, usage),
    styleSubcommandTerm: (term: string) => helpUsage(locale, term),
    optionDescription: (given: { description: string }) => given.description,
    displayWidth,
  }
  program
    .description(t(locale, 'cli.about'))
    .addHelpText('before', exampleText(locale, ['weisu demo --run', 'weisu import tickets.csv', 'weisu nightly', 'weisu alerts']))
    .configureHelp({ showGlobalOptions: true, ...style })
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .helpOption('-h, --help', t(locale, 'cli.flag.help'))
    .helpCommand('help [command]', t(locale, 'cli.help.about'))
    .version(version, '-V, --version', t(locale, 'cli.flag.version'))
    .addOption(option(locale, '--data-dir <dir>', 'cli.flag.data_dir'))
    .addOption(option(locale, '--lang <language>', 'cli.flag.lang'))
    .addOption(option(locale, '--json', 'cli.flag.json'))
    .addOption(option(locale, '--no-color', 'cli.flag.no_color'))
    .addOption(option(locale, '--quiet', 'cli.flag.quiet'))
    .addOption(option(locale, '--wait <seconds>', 'cli.flag.wait', wholeOption(locale, 0, 86400)))
    .addOption(option(locale, '--debug', 'cli.flag.debug'))
  for (const add of COMMANDS) add(program, setup)
  return program
}
