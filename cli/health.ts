/**
 * What `weisu doctor` looks at on this machine and in this store. Each check answers by itself; none changes anything.
 */
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { readSecret } from '../core/config.ts'
import { formatDay, localDay, parseDay } from '../core/days.ts'
import type { OfficeCalendar } from '../core/office-calendar.ts'
import { readMigrations } from '../sql/migrate.ts'
import type { SourceRow } from '../pipelines/ingest/import.ts'
import type { CovariateCoverage } from '../sql/covariates.ts'
import type { DeliveryHealth } from '../sql/deliveries.ts'
import type { StoreFacts } from '../sql/store-facts.ts'
import type { Subscription } from '../sql/subscriptions.ts'
import { formatBytes } from './format.ts'
import type { Session } from './session.ts'

/** 'info' is neither good nor bad: something optional, or not made yet. */
export interface Check {
  name: 'node' | 'data_dir' | 'server' | 'schema' | 'calendar' | 'night' | 'source' | 'covariate' | 'delivery' | 'redis' | 'chromium' | 'fonts'
  status: 'ok' | 'info' | 'warn' | 'fail'
  message: string
  /** Which source, where several are checked. */
  of?: string
}

/** Days of known working days ahead below which the calendar should be updated. */
const CALENDAR_DAYS = 60
const LOW_DISK_BYTES = 2_000_000_000
/** Days without new tickets after which a source counts as stale. */
const STALE_DAYS = 2
const BROWSERS = [
  '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

export function checkNode({ config, text }: Session): Check {
  const { dependencies } = JSON.parse(readFileSync(`${config.home}/package.json`, 'utf8')) as { dependencies: Record<string, string> }
  const pinned = dependencies.node ?? ''
  const running = process.versions.node
  return running === pinned
    ? { name: 'node', status: 'ok', message: text('cli.doctor.node', { version: running }) }
    : { name: 'node', status: 'fail', message: text('cli.doctor.node_other', { version: running, pinned }) }
}

export function checkDataDir({ config, text }: Session): Check {
  const { dataDir } = config
  let nearest = dataDir
  while (!existsSync(nearest)) nearest = dirname(nearest)
  try {
    accessSync(nearest, constants.W_OK)
  } catch {
    return { name: 'data_dir', status: 'fail', message: text('cli.doctor.data_dir_read_only', { dir: dataDir }) }
  }
  const { bavail, bsize } = statfsSync(nearest)
  const free = bavail * bsize
  const params = { dir: dataDir, free: formatBytes(free) }
  return free < LOW_DISK_BYTES
    ? { name: 'data_dir', status: 'warn', message: text('cli.doctor.disk_low', params) }
    : { name: 'data_dir', status: 'ok', message: text('cli.doctor.data_dir', params) }
}

export function checkSchema({ text }: Session, facts: StoreFacts): Check {
  const ours = readMigrations().at(-1)?.version ?? 0
  return facts.schema === ours
    ? { name: 'schema', status: 'ok', message: text('cli.doctor.schema', { version: String(ours) }) }
    : { name: 'schema', status: 'fail', message: text('cli.doctor.schema_other', { version: String(facts.schema), ours: String(ours) }) }
}

/** Deadlines count working days; beyond the known calendar they are guesses. The calendar is that of the country the tickets come from. */
export function checkCalendar({ text }: Session, facts: StoreFacts | undefined, { coveredUntil }: OfficeCalendar, now: number): Check {
  if (!Number.isFinite(coveredUntil)) return { name: 'calendar', status: 'ok', message: text(coveredUntil < 0 ? 'cli.doctor.calendar_plain' : 'cli.doctor.calendar_rules') }
  const ahead = coveredUntil - localDay(now, facts?.timeZone ?? 'Asia/Shanghai')
  const params = { last: formatDay(coveredUntil - 1), days: Math.max(0, ahead) }
  return { name: 'calendar', status: ahead < CALENDAR_DAYS ? 'warn' : 'ok', message: text(ahead < CALENDAR_DAYS ? 'cli.doctor.calendar_short' : 'cli.doctor.calendar', params) }
}

export function checkNight({ text }: Session, facts: StoreFacts, now: number): Check {
  if (facts.lastNight === null) return { name: 'night', status: facts.hasTickets ? 'warn' : 'info', message: text('cli.doctor.no_night') }
  const night = facts.lastNight
  if (facts.lastStatus === 'failed') return { name: 'night', status: 'fail', message: text('cli.doctor.night_failed', { night }) }
  if (facts.lastStatus === 'running') return { name: 'night', status: 'warn', message: text('cli.doctor.night_unfinished', { night }) }
  const behind = localDay(now, facts.timeZone ?? 'UTC') - 1 - parseDay(night)
  return behind > 1
    ? { name: 'night', status: 'warn', message: text('cli.doctor.night_old', { night, days: behind }) }
    : { name: 'night', status: 'ok', message: text('cli.doctor.night', { night }) }
}

export function checkSource({ text }: Session, source: SourceRow, timeZone: string, now: number): Check {
  const about = { name: 'source', of: source.name } as const
  const last = source.lastDay
  if (last === null) return { ...about, status: 'warn', message: text('cli.doctor.source_empty') }
  const behind = localDay(now, timeZone) - 1 - parseDay(last)
  return behind > STALE_DAYS
    ? { ...about, status: 'warn', message: text('cli.doctor.source_stale', { last, days: behind }) }
    : { ...about, status: 'ok', message: text('cli.doctor.source', { last }) }
}

/** A table that ends before the tickets do no longer explains them. */
export function checkCovariate({ text }: Session, row: CovariateCoverage, lastTickets: string | null): Check {
  const about = { name: 'covariate', of: `${row.name}.${row.variable}` } as const
  const params = { first: row.first_day, last: row.last_day, missing: row.missing_days }
  return lastTickets !== null && row.last_day < lastTickets
    ? { ...about, status: 'warn', message: text('cli.doctor.covariate_behind', { ...params, tickets: lastTickets }) }
    : { ...about, status: 'ok', message: text('cli.doctor.covariate', params) }
}

/** Who is told, and whether it arrives. The gravest finding speaks. */
export function checkDelivery({ config, text, locale }: Session, rows: readonly Subscription[], { dead, waiting, unreached }: DeliveryHealth): Check {
  const warn = (message: string): Check => ({ name: 'delivery', status: 'warn', message })
  const join = (words: readonly string[]): string => words.join(locale === 'zh' ? '、' : ', ')
  const active = rows.filter(({ status }) => status === 'active')
  const mute = active.filter((row) => [row.target, row.secretRef].some((reference) => reference !== null && /^(env|file):/.test(reference) && !hasSecret(reference)))
  if (active.some(({ channel }) => channel === 'email') && (config.smtpRef === undefined || config.delivery.mailFrom === '')) return warn(text('cli.doctor.delivery_no_mail'))
  if (mute.length > 0) return warn(text('cli.doctor.delivery_secret', { ids: join(mute.map(({ id }) => id)) }))
  const disabled = rows.filter(({ status }) => status === 'disabled')
  if (disabled.length > 0) return warn(text('cli.doctor.delivery_disabled', { ids: join(disabled.map(({ id }) => id)) }))
  if (dead > 0) return warn(text('cli.doctor.delivery_dead', { n: dead }))
  if (active.length === 0) return { name: 'delivery', status: 'info', message: text('cli.doctor.delivery_files') }
  if (unreached.length > 0) return warn(text('cli.doctor.delivery_unreached', { units: join(unreached.map(({ unit }) => unit)) }))
  return { name: 'delivery', status: 'ok', message: text('cli.doctor.delivery', { active: active.length, waiting }) }
}

function hasSecret(reference: string): boolean {
  try {
    return readSecret(reference) !== ''
  } catch {
    return false
  }
}

/** Optional: printing reports, and the browser tests. */
export function checkBrowser({ text }: Session): Check {
  const path = BROWSERS.find((candidate) => existsSync(candidate))
  return path
    ? { name: 'chromium', status: 'ok', message: path }
    : { name: 'chromium', status: 'info', message: text('cli.doctor.no_chromium') }
}

export function checkFonts({ text }: Session): Check {
  try {
    const fonts = execFileSync('fc-list', [':lang=zh', 'family'], { encoding: 'utf8', timeout: 5000, stdio: ['ignore', 'pipe', 'ignore'] })
    const [first] = fonts.trim().split('\n').sort()
    if (first) return { name: 'fonts', status: 'ok', message: first.split(',')[0]! }
  } catch {
    // fontconfig is not installed
  }
  return { name: 'fonts', status: 'info', message: text('cli.doctor.no_fonts') }
}
