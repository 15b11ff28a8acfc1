/**
 * `weisu sources`: what was imported from where, how fresh it is, and what to know of its quality.
 */
import type { Command } from 'commander'
import { localDay, parseDay } from '../../core/days.ts'
import { addCommand, option } from '../command.ts'
import type { Setup } from '../command.ts'
import { addFeedCommands, feedJson, printFeeds } from '../feeds.ts'
import { printCovariates } from '../covariate.ts'
import { formatCount, formatShare } from '../format.ts'
import type { Session } from '../session.ts'
import { withStore } from '../store.ts'

export function addSources(program: Command, setup: Setup): void {
  const command = addCommand(program, setup, {
    name: 'sources',
    examples: [
      'weisu sources', 'weisu sources --json',
      'weisu sources add --name boston --url https://311.boston.gov/open311/v2 --city Boston --country US --time-zone America/New_York', 'weisu sources poll boston',
    ],
    work: async (session, _, options) => withStore(session, 'sources', async (db) => {
      const { listSources } = await import('../../pipelines/ingest/import.ts')
      const { listCovariates } = await import('../../pipelines/covariates/import-covariates.ts')
      const rows = await listSources(db)
      const covariates = await listCovariates(db)
      const { listFeeds } = await import('../../pipelines/open311/feed.ts')
      const feeds = await listFeeds(db)
      if (session.json) return session.printJson((options as { covariates?: boolean }).covariates ? covariates : rows.map((row) => ({ ...row, open311: feedJson(feeds.find(({ source }) => source === row.name)) })))
      if ((options as { covariates?: boolean }).covariates) return printCovariates(session, covariates)
      if (rows.length === 0) return session.say('cli.sources.none')
      const { locale } = session
      session.printTable([
        { title: session.text('cli.column.source') },
        { title: session.text('cli.column.city'), shrinkTo: 6, dropFirst: 3 },
        { title: session.text('cli.column.tickets'), align: 'right' },
        { title: session.text('cli.column.batches'), align: 'right', dropFirst: 2 },
        { title: session.text('cli.ledger.rejected'), align: 'right' },
        { title: session.text('cli.column.first_day'), dropFirst: 1 },
        { title: session.text('cli.column.last_day') },
        { title: session.text('cli.column.freshness'), shrinkTo: 8 },
      ], rows.map((row) => [
        row.name, row.city, formatCount(locale, row.tickets), formatCount(locale, row.batches),
        `${formatCount(locale, row.rejected)} (${formatShare(locale, row.rejected, row.tickets + row.rejected)})`,
        row.firstDay ?? '–', row.lastDay ?? '–', freshness(session, row.lastDay, row.timeZone),
      ]))
      if (feeds.length > 0) printFeeds(session, feeds)
      if (covariates.length > 0) printCovariates(session, covariates)
    }),
  }).addOption(option(setup.locale, '--covariates', 'cli.sources.covariates_only'))
  addFeedCommands(command, setup)
}

/** Days between the last ticket and yesterday, where the source is. */
function freshness(session: Session, lastDay: string | null, timeZone: string): string {
  if (lastDay === null) return '–'
  const behind = localDay(Date.now(), timeZone) - 1 - parseDay(lastDay)
  return behind <= 0 ? session.text('cli.sources.fresh') : session.text('cli.sources.behind', { days: behind })
}
