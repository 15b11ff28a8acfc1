/**
 * Notices a second through the outbox on the embedded PostgreSQL, from the pending row to the mark that it was taken, queue and routing included.
 * Receivers answer at once on this machine: signed webhooks (one target, eight targets), e-mail by SMTP, the file channel, a digest.
 * The limits per minute of targets stand in the way of more than 200 a second to one webhook; e-mail is measured over many addresses.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { loadConfig } from '../core/config.ts'
import { SILENT } from '../core/log.ts'
import { deliverNotices } from '../jobs/deliver.ts'
import { createChannels } from '../jobs/delivery/channels.ts'
import { openDb } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { insertSubscription } from '../sql/subscriptions.ts'
import type { ChannelName, NewSubscription } from '../sql/subscriptions.ts'
import { removeOnceStopped } from './store.ts'

const NIGHT = '2026-11-22'

interface Setting {
  name: string
  channel?: ChannelName
  targets: number
  slots?: string[]
}

const SETTINGS: readonly Setting[] = [
  { name: 'webhook, one target', channel: 'webhook', targets: 1 },
  { name: 'webhook, eight targets', channel: 'webhook', targets: 8 },
  { name: 'e-mail, a hundred addresses', channel: 'email', targets: 100 },
  { name: 'digest by e-mail', channel: 'email', targets: 1, slots: ['00:00'] },
  { name: 'files', targets: 0 },
]

/** @returns a row a setting: notices, deliveries, seconds, CPU seconds of this process (sender and receivers), notices a second */
export async function benchDelivery(quick: boolean): Promise<object[]> {
  const notices = quick ? 200 : 2000
  const dataDir = mkdtempSync(join(tmpdir(), 'weisu-bench-delivery-'))
  let posts = 0
  const hook = createServer((request, response) => {
    posts++
    request.resume().on('end', () => response.writeHead(204).end())
  })
  let mails = 0
  const smtp = new SMTPServer({ disabledCommands: ['AUTH', 'STARTTLS'], logger: false, disableReverseLookup: true, onData: (stream, _, done) => {
    mails++
    stream.resume().on('end', () => done())
  } })
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()))
  writeFileSync(join(dataDir, 'hook.key'), `whsec_${Buffer.alloc(32, 1).toString('base64')}`)
  process.env.WEISU_BENCH_SMTP = `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`
  const db = await openDb(loadConfig({ dataDir }, {}), 'bench delivery')
  try {
    const rows = []
    for (const setting of SETTINGS) {
      ;[posts, mails] = [0, 0]
      await fill(db, notices, setting, { hook: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`, key: `file:${dataDir}/hook.key` })
      const config = { ...loadConfig({ dataDir }, {}), delivery: { publicUrl: 'https://weisu.city.example', mailFrom: 'alerts@city.example', allowPrivateTargets: ['127.0.0.1'] }, smtpRef: 'env:WEISU_BENCH_SMTP' }
      const began = performance.now()
      const cpu = process.cpuUsage()
      let { delivered } = await deliverNotices({ db, config, log: SILENT, messageChannels: createChannels(config) }, {}, { timeoutMs: 120_000 })
      if (setting.slots) {
        await db.query('update deliveries set next_at = null')
        delivered = (await deliverNotices({ db, config, log: SILENT, messageChannels: createChannels(config) })).delivered
      }
      const seconds = (performance.now() - began) / 1000
      const { user, system } = process.cpuUsage(cpu)
      rows.push({ setting: setting.name, notices, delivered, messages: setting.channel ? posts + mails : delivered, seconds, node_cpu: (user + system) / 1e6, per_second: delivered / seconds })
    }
    return rows
  } finally {
    delete process.env.WEISU_BENCH_SMTP
    await db.close()
    hook.close()
    await new Promise<void>((resolve) => smtp.close(() => resolve()))
    await removeOnceStopped(dataDir)
  }
}

/** An empty outbox, then so many alerts with a notice each, spread over the targets by unit. */
async function fill(db: Db, notices: number, { channel, targets, slots = [] }: Setting, { hook, key }: { hook: string, key: string }): Promise<void> {
  await db.query('truncate notices, alerts, deliveries, subscriptions, subscription_events cascade')
  await db.query(`insert into places (depth, kind, name, path) values (0, 'city', 'City', 'City') on conflict do nothing`)
  const units = Math.max(1, targets)
  await db.query(`insert into units (name) select 'unit ' || i from generate_series(0, $1::int - 1) i on conflict do nothing`, [units])
  await db.query(
    `insert into alerts (id, kind, level, status, place_id, topic_id, family_id, first_night, last_night)
     select 'a' || i, 'emerging', 'yellow', 'open', (select min(id) from places), 1, 1, $2::date, $2::date from generate_series(1, $1::int) i`, [notices, NIGHT])
  await db.query(
    `insert into alert_nights (alert_id, night, level, place_id, topic_id, tickets, callers, observed, expected, upper, window_days, log10_p, recurrence_days, rank)
     select id, $1::date, level, place_id, topic_id, 9, 8, 7, 0.4, 3, 3, -9, 5000, 1 from alerts`, [NIGHT])
  await db.query(
    `insert into notices (id, alert_id, night, reason, unit_id, payload)
     select 'n' || i, 'a' || i, $2::date, 'opened', (select id from units where name = 'unit ' || (i % $3::int)), '{"level": "yellow"}' from generate_series(1, $1::int) i`, [notices, NIGHT, units])
  for (let i = 0; i < targets; i++) {
    const row: NewSubscription = {
      id: `s${i}`, channel: channel!, target: channel === 'email' ? `unit${i}@city.example` : `${hook}${i}`, secretRef: channel === 'email' ? null : key, format: 'standard', units: [`unit ${i}`], places: [],
      topics: [], kinds: [], minLevel: 'blue', slots, emptyDigest: false, quietFrom: null, quietUntil: null, urgentLevel: 'red', timeZone: 'UTC', locale: 'zh',
    }
    await db.transaction((client) => insertSubscription(client, row, 'bench', ''))
  }
  await db.query('analyze')
}
