/**
 * Open311 servers on the command line: `weisu sources add | poll | remove`, and how they stand.
 */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { InvalidOptionError } from '../core/errors.ts'
import { t } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import type { Feed, FeedOptions } from '../pipelines/open311/feed.ts'
import type { PollResult } from '../pipelines/open311/poll.ts'
import type { Db } from '../sql/db.ts'
import { addCommand, dayOption, option, wholeOption, wordOption } from './command.ts'
import type { Setup } from './command.ts'
import { EXIT } from './failure.ts'
import { formatCount } from './format.ts'
import type { Session } from './session.ts'
import { withWriter } from './store.ts'

interface AddOptions {
  name: string, url: string, city: string, country: string, timeZone: string, since?: string, jurisdiction?: string, key?: string, format?: 'json' | 'xml', extensions?: boolean
  map?: Record<string, string>, topic?: Record<string, string>, pageSize?: number, windowDays?: number, overlapDays?: number, deepDays?: number, perMinute?: number
}

/** Days of history asked for where nobody says since when. */
const HISTORY_DAYS = 90

export function addFeedCommands(parent: Command, setup: Setup): void {
  const { locale } = setup
  const pair = (value: string, before: Record<string, string> | undefined): Record<string, string> => {
    const at = value.indexOf('=')
    if (at < 1 || at === value.length - 1) throw new InvalidArgumentError(t(locale, 'cli.sources.pair_form'))
    return { ...before, [value.slice(0, at).trim()]: value.slice(at + 1).trim() }
  }
  addCommand(parent, setup, {
    name: 'add',
    examples: [
      'weisu sources add --name boston --url https://311.boston.gov/open311/v2 --city Boston --country US --time-zone America/New_York --since 2026-01-01',
      'weisu sources add --name lamp --url https://open311.city.example/v2 --city Lamp --country CN --time-zone Asia/Shanghai --key env:OPEN311_KEY --map district=extended_attributes.ward --topic 102=Roads/Potholes',
    ],
    work: (session, _, options) => withWriter(session, 'sources add', (db) => add(session, db, options as unknown as AddOptions)),
  })
    .addOption(option(locale, '--name <name>', 'cli.sources.name').makeOptionMandatory())
    .addOption(option(locale, '--url <address>', 'cli.sources.url').makeOptionMandatory())
    .addOption(option(locale, '--city <name>', 'cli.sources.city').makeOptionMandatory())
    .addOption(option(locale, '--country <code>', 'cli.sources.country').makeOptionMandatory())
    .addOption(option(locale, '--time-zone <zone>', 'cli.sources.time_zone').makeOptionMandatory())
    .addOption(option(locale, '--since <date>', 'cli.sources.since', dayOption(locale)))
    .addOption(option(locale, '--jurisdiction <id>', 'cli.sources.jurisdiction'))
    .addOption(option(locale, '--key <where>', 'cli.sources.key'))
    .addOption(option(locale, '--format <name>', 'cli.sources.format', wordOption(locale, ['json', 'xml'])))
    .addOption(option(locale, '--extensions', 'cli.sources.extensions'))
    .addOption(option(locale, '--map <field=name>', 'cli.sources.map').argParser(pair))
    .addOption(option(locale, '--topic <code=path>', 'cli.sources.topic').argParser(pair))
    .addOption(option(locale, '--page-size <n>', 'cli.sources.page_size', wholeOption(locale, 1, 10_000)))
    .addOption(option(locale, '--window-days <days>', 'cli.sources.window_days', wholeOption(locale, 1, 90)))
    .addOption(option(locale, '--overlap-days <days>', 'cli.sources.overlap_days', wholeOption(locale, 0, 365)))
    .addOption(option(locale, '--deep-days <days>', 'cli.sources.deep_days', wholeOption(locale, 0, 3650)))
    .addOption(option(locale, '--per-minute <n>', 'cli.sources.per_minute', wholeOption(locale, 1, 6000)))
  addCommand(parent, setup, {
    name: 'poll', examples: ['weisu sources poll', 'weisu sources poll boston'],
    work: (session, [name]) => withWriter(session, 'sources poll', (db) => poll(session, db, name as string | undefined)),
  }).argument('[name]', t(locale, 'cli.sources.name'))
  addCommand(parent, setup, {
    name: 'remove', examples: ['weisu sources remove boston'],
    work: (session, [name]) => withWriter(session, 'sources remove', async (db) => {
      const { findFeed, removeFeed } = await import('../pipelines/open311/feed.ts')
      await removeFeed(db, name as string)
      if (session.json) session.printJson(feedJson(await findFeed(db, name as string)))
      else session.print(session.text('cli.sources.removed', { name: name as string }))
    }),
  }).argument('<name>', t(locale, 'cli.sources.name'))
}

async function add(session: Session, db: Db, given: AddOptions): Promise<void> {
  const { addFeed } = await import('../pipelines/open311/feed.ts')
  const topics = given.topic && Object.fromEntries(Object.entries(given.topic).map(([code, path]) => [code, path.split('/').map((name) => name.trim())]))
  if (!/^[A-Z]{2}$/.test(given.country)) throw new InvalidOptionError('--country', given.country, 'an ISO 3166 code such as CN or US')
  const options: Partial<FeedOptions> = {
    ...(given.format ? { format: given.format } : {}), ...(given.extensions ? { extensions: true } : {}), ...(given.map ? { map: given.map } : {}), ...(topics ? { topics } : {}),
    ...(given.pageSize === undefined ? {} : { pageSize: given.pageSize }), ...(given.windowDays === undefined ? {} : { windowDays: given.windowDays }),
    ...(given.overlapDays === undefined ? {} : { overlapDays: given.overlapDays }), ...(given.deepDays === undefined ? {} : { deepDays: given.deepDays }),
    ...(given.perMinute === undefined ? {} : { perMinute: given.perMinute }),
  }
  const since = given.since === undefined ? new Date(Math.floor(Date.now() / 86_400_000 - HISTORY_DAYS) * 86_400_000) : new Date(`${given.since}T00:00:00Z`)
  const feed = await addFeed(db, { name: given.name, url: given.url, city: given.city, country: given.country, timeZone: given.timeZone, since, jurisdiction: given.jurisdiction, keyRef: given.key, options })
  if (session.json) return session.printJson(feedJson(feed))
  session.print(session.text('cli.sources.added', { name: feed.source, url: feed.url, since: feed.since.toISOString().slice(0, 10) }))
  session.say('cli.sources.try_poll', { name: feed.source })
}

async function poll(session: Session, db: Db, name: string | undefined): Promise<number> {
  const { findFeed, listFeeds } = await import('../pipelines/open311/feed.ts')
  const { pollFeed } = await import('../pipelines/open311/poll.ts')
  const feeds = name === undefined ? (await listFeeds(db)).filter(({ enabled }) => enabled) : [await findFeed(db, name)]
  const results: PollResult[] = []
  for (const feed of feeds) {
    // Asked for by hand: all of history, however long it takes.
    results.push(await pollFeed({ db, config: session.config, log: session.log, signal: session.interrupts.signal, budgetMs: Infinity }, { ...feed, holdUntil: null }))
  }
  if (session.json) session.printJson(results)
  else if (results.length === 0) session.say('cli.sources.no_feeds')
  for (const result of session.json ? [] : results) {
    const { source, error, faults } = result
    session.print(session.text('cli.sources.polled', { source, read: result.read, new: result.new, changed: result.changed, rejected: result.rejected, requests: result.requests }))
    for (const fault of faults) session.warn(`cli.sources.fault.${fault}` as TextKey)
    if (error) session.warn('cli.sources.poll_failed', { source, message: error.message })
  }
  return results.some(({ error }) => error !== null) ? EXIT.partial : EXIT.ok
}

/** How a feed stands, by stable names; null where the source is none. */
export function feedJson(feed: Feed | undefined): Record<string, unknown> | null {
  if (!feed) return null
  return {
    name: feed.source, url: feed.url, jurisdiction: feed.jurisdiction, enabled: feed.enabled, since: feed.since, polled_until: feed.polledUntil, last_poll_at: feed.lastPollAt,
    last_ok_at: feed.lastOkAt, failures: feed.failures, error: feed.errorCode === null ? null : { code: feed.errorCode, message: feed.error }, faults: feed.faults, options: feed.options,
  }
}

export function printFeeds(session: Session, feeds: readonly Feed[]): void {
  session.print('')
  session.printTable([
    { title: session.text('cli.sources.feed') },
    { title: session.text('cli.sources.address'), shrinkTo: 16 },
    { title: session.text('cli.sources.polled_until') },
    { title: session.text('cli.column.status'), shrinkTo: 12 },
  ], feeds.map((feed) => [
    feed.source, feed.url, feed.polledUntil?.toISOString().slice(0, 16).replace('T', ' ') ?? '–',
    !feed.enabled ? session.text('cli.sources.stopped') : feed.error !== null ? session.text('cli.sources.failing', { n: formatCount(session.locale, feed.failures), message: feed.error })
      : feed.lastOkAt === null ? session.text('cli.sources.never') : session.text('cli.sources.ok'),
  ]))
}
