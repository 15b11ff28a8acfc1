/**
 * `weisu subscriptions`: who is told what where: list, add, remove, enable, disable, test.
 */
import { userInfo } from 'node:os'
import type { Command } from 'commander'
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import { KINDS } from '../../pipelines/rules.ts'
import type { Db } from '../../sql/db.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { CHANNELS, FORMATS, readSubscriptions } from '../../sql/subscriptions.ts'
import type { ChannelName, Format, Subscription } from '../../sql/subscriptions.ts'
import { addCommand, option, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { EXIT } from '../failure.ts'
import type { Session } from '../session.ts'
import { withStore } from '../store.ts'

interface AddOptions {
  channel: ChannelName, to: string[], secret?: string, format?: Format, unit?: string[], place?: string[], topic?: string[], kind?: string[], level?: string,
  at?: string[], empty: boolean, quietHours?: string, urgent?: string, timeZone?: string, language?: Locale, by?: string, reason?: string
}

export function addSubscriptions(program: Command, setup: Setup): void {
  const { locale } = setup
  const many = (parse: (value: string) => string = (value) => value) => (value: string, before: string[] | undefined): string[] => [...(before ?? []), parse(value)]
  const work = (session: Session): Promise<void> => withStore(session, 'subscriptions', (db) => list(session, db))
  const command = addCommand(program, setup, {
    name: 'subscriptions',
    examples: [
      'weisu subscriptions', 'weisu subscriptions add --channel email --to duty@city.example --unit "Water Bureau"',
      'weisu subscriptions add --channel wecom --to file:/etc/weisu/wecom.url --at 08:00 --level yellow', 'weisu subscriptions test ID',
    ],
    work,
  })
  addCommand(command, setup, { name: 'list', examples: ['weisu subscriptions list --json'], work })
  addCommand(command, setup, {
    name: 'add',
    examples: [
      'weisu subscriptions add --channel email --to duty@city.example --unit "Water Bureau" --at 08:00 --at 17:00',
      'weisu subscriptions add --channel webhook --to https://dispatch.city.example/alerts --secret file:/etc/weisu/dispatch.key',
      'weisu subscriptions add --channel feishu --to env:FEISHU_URL --secret env:FEISHU_SECRET --level orange',
    ],
    work: (session, _, options) => withStore(session, 'subscriptions add', (db) => add(session, db, options as unknown as AddOptions)),
  })
    .addOption(option(locale, '--channel <name>', 'cli.subscriptions.channel', wordOption(locale, CHANNELS)).makeOptionMandatory())
    .addOption(option(locale, '--to <target>', 'cli.subscriptions.to').argParser(many()).makeOptionMandatory())
    .addOption(option(locale, '--secret <where>', 'cli.subscriptions.secret'))
    .addOption(option(locale, '--format <name>', 'cli.subscriptions.format', wordOption(locale, FORMATS)))
    .addOption(option(locale, '--unit <name>', 'cli.subscriptions.unit').argParser(many()))
    .addOption(option(locale, '--place <path>', 'cli.subscriptions.place').argParser(many()))
    .addOption(option(locale, '--topic <path>', 'cli.subscriptions.topic').argParser(many()))
    .addOption(option(locale, '--kind <kind>', 'cli.subscriptions.kind').argParser(many(wordOption(locale, KINDS))))
    .addOption(option(locale, '--level <level>', 'cli.subscriptions.level', wordOption(locale, LEVELS)))
    .addOption(option(locale, '--at <time>', 'cli.subscriptions.at').argParser(many()))
    .addOption(option(locale, '--no-empty', 'cli.subscriptions.no_empty'))
    .addOption(option(locale, '--quiet-hours <from-until>', 'cli.subscriptions.quiet_hours'))
    .addOption(option(locale, '--urgent <level>', 'cli.subscriptions.urgent', wordOption(locale, LEVELS)))
    .addOption(option(locale, '--time-zone <zone>', 'cli.subscriptions.time_zone'))
    .addOption(option(locale, '--language <language>', 'cli.subscriptions.language', wordOption(locale, ['zh', 'en'])))
    .addOption(option(locale, '--by <who>', 'cli.subscriptions.by'))
    .addOption(option(locale, '--reason <text>', 'cli.subscriptions.reason'))
  for (const [name, status, said] of [['remove', 'removed', 'cli.subscriptions.removed'], ['enable', 'active', 'cli.subscriptions.enabled'], ['disable', 'disabled', 'cli.subscriptions.disabled']] as const) {
    addCommand(command, setup, {
      name,
      examples: [`weisu subscriptions ${name} ID`],
      work: (session, [id], options) => withStore(session, `subscriptions ${name}`, (db) => change(session, db, id as string, status, said, options)),
    })
      .argument('<id>', t(locale, 'cli.subscriptions.id'))
      .addOption(option(locale, '--by <who>', 'cli.subscriptions.by'))
      .addOption(option(locale, '--reason <text>', 'cli.subscriptions.reason'))
  }
  addCommand(command, setup, {
    name: 'test',
    examples: ['weisu subscriptions test ID'],
    work: (session, [id]) => withStore(session, 'subscriptions test', (db) => test(session, db, id as string)),
  })
    .argument('<id>', t(locale, 'cli.subscriptions.id'))
}

async function list(session: Session, db: Db): Promise<void> {
  const { shownTarget, subscriptionJson } = await import('../../jobs/delivery/subscribe.ts')
  const rows = await readSubscriptions(db)
  if (session.json) return session.printJson(rows.map(subscriptionJson))
  if (rows.length === 0) return session.say('cli.subscriptions.none', { dir: session.config.dataDir })
  session.printTable([
    { title: session.text('cli.column.id') },
    { title: session.text('cli.column.status') },
    { title: session.text('cli.column.target'), shrinkTo: 16, keep: 'end' },
    { title: session.text('cli.column.wants'), shrinkTo: 12 },
    { title: session.text('cli.column.when'), shrinkTo: 8 },
  ], rows.map((row) => [row.id, state(session, row), shownTarget(row), wants(session, row), when(session, row)]))
}

function state(session: Session, { status, statusReason }: Subscription): string {
  return session.text(`cli.subscriptions.state.${status}` as TextKey) + (statusReason === '' ? '' : `: ${statusReason}`)
}

function wants(session: Session, { units, places, topics, kinds, minLevel }: Subscription): string {
  const parts = [...units, ...places, ...topics, ...kinds.map((kind) => session.text(`alert.kind.${kind}` as TextKey)), ...(minLevel === 'blue' ? [] : [`≥ ${session.text(`alert.level.${minLevel}` as TextKey)}`])]
  return parts.length === 0 ? session.text('cli.subscriptions.everything') : parts.join(session.locale === 'zh' ? '；' : '; ')
}

function when(session: Session, { slots, quietFrom, quietUntil }: Subscription): string {
  const times = slots.length === 0 ? session.text('cli.subscriptions.at_once') : slots.join(' ')
  return quietFrom === null ? times : session.text('cli.subscriptions.not_between', { times, from: quietFrom, until: quietUntil! })
}

async function add(session: Session, db: Db, given: AddOptions): Promise<void> {
  const { addSubscription, shownTarget, subscriptionJson } = await import('../../jobs/delivery/subscribe.ts')
  const timeZone = given.timeZone ?? (await readStoreFacts(db)).timeZone ?? 'Asia/Shanghai'
  const added: Subscription[] = []
  for (const to of given.to) {
    const { subscription, unread } = await addSubscription(db, session.config, {
      channel: given.channel, to, secret: given.secret, format: given.format, units: given.unit, places: given.place, topics: given.topic, kinds: given.kind,
      level: given.level, at: given.at, emptyDigest: given.empty, quietHours: given.quietHours, urgent: given.urgent, timeZone,
      language: given.language ?? session.locale, by: given.by ?? userInfo().username, reason: given.reason,
    })
    added.push(subscription)
    for (const reference of unread) session.warn('cli.subscriptions.unread', { reference })
  }
  if (session.json) return session.printJson(added.map(subscriptionJson))
  for (const row of added) session.print(session.text('cli.subscriptions.added', { id: row.id, channel: row.channel, target: shownTarget(row) }))
  const { smtpRef, delivery } = session.config
  if (given.channel === 'email' && (smtpRef === undefined || delivery.mailFrom === '')) session.warn('cli.doctor.delivery_no_mail')
  session.say('cli.subscriptions.try', { id: added[0]!.id })
}

async function change(session: Session, db: Db, id: string, status: Subscription['status'], said: TextKey, { by, reason = '' }: { by?: string, reason?: string }): Promise<void> {
  const { changeSubscription, subscriptionJson } = await import('../../jobs/delivery/subscribe.ts')
  const row = await changeSubscription(db, id, status, by ?? userInfo().username, reason)
  if (session.json) session.printJson(subscriptionJson(row))
  else session.print(session.text(said, { id }))
}

async function test(session: Session, db: Db, id: string): Promise<number> {
  const { testSubscription } = await import('../../jobs/delivery/subscribe.ts')
  const outcome = await testSubscription(db, session.config, id)
  if (session.json) session.printJson({ id, outcome: outcome.kind, code: outcome.code, error: outcome.kind === 'delivered' ? null : outcome.error })
  else if (outcome.kind === 'delivered') session.print(session.text('cli.subscriptions.tested', { id }))
  else session.warn('cli.subscriptions.test_failed', { error: outcome.error })
  return outcome.kind === 'delivered' ? EXIT.ok : EXIT.partial
}
