/**
 * `weisu doctor`: is everything there that a night needs, and did the last one run?
 */
import type { Command } from 'commander'
import { PipelineError } from '../../core/errors.ts'
import { officeCalendar } from '../../core/office-calendar.ts'
import { readDeliveryHealth } from '../../sql/deliveries.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { readSubscriptions } from '../../sql/subscriptions.ts'
import { addCommand } from '../command.ts'
import type { Setup } from '../command.ts'
import { describeError, EXIT } from '../failure.ts'
import { checkBrowser, checkCalendar, checkCovariate, checkDataDir, checkDelivery, checkFonts, checkNight, checkNode, checkSchema, checkSource } from '../health.ts'
import type { Check } from '../health.ts'
import type { Paint, Session } from '../session.ts'
import { storeExists, withStore } from '../store.ts'

const PAINT: Readonly<Record<Check['status'], Paint>> = { ok: 'green', info: 'dim', warn: 'yellow', fail: ['red', 'bold'] }

export function addDoctor(program: Command, setup: Setup): void {
  addCommand(program, setup, {
    name: 'doctor',
    examples: ['weisu doctor', 'weisu doctor --json'],
    work: async (session) => {
      const now = Date.now()
      const checks = [checkNode(session), checkDataDir(session)]
      const { found, reachable } = await checkStore(session, now)
      checks.push(...found, ...await checkRedis(session), checkBrowser(session), checkFonts(session))
      const failed = checks.some((check) => check.status === 'fail')
      print(session, checks, !failed)
      if (!reachable) return EXIT.unavailable
      return failed ? EXIT.unexpected : EXIT.ok
    },
  })
}

async function checkStore(session: Session, now: number): Promise<{ found: Check[], reachable: boolean }> {
  try {
    if (!storeExists(session)) {
      const message = session.text('cli.doctor.no_store', { dir: session.config.dataDir })
      return { found: [{ name: 'server', status: 'info', message }, checkCalendar(session, undefined, officeCalendar('CN'), now)], reachable: true }
    }
    const found = await withStore(session, 'doctor', async (db) => {
      const { listSources } = await import('../../pipelines/ingest/import.ts')
      const { listCovariates } = await import('../../pipelines/covariates/import-covariates.ts')
      const { readCalendars } = await import('../../pipelines/clocks/in-force.ts')
      const facts = await readStoreFacts(db)
      const calendarOf = await readCalendars(db, null)
      const server = session.text(db.embedded ? 'cli.doctor.embedded' : 'cli.doctor.external', { version: db.serverVersion })
      return [
        { name: 'server' as const, status: 'ok' as const, message: server },
        checkSchema(session, facts), checkCalendar(session, facts, calendarOf(facts.country ?? 'CN'), now), checkNight(session, facts, now),
        ...(await listSources(db)).map((source) => checkSource(session, source, source.timeZone, now)),
        ...(await listCovariates(db)).map((row) => checkCovariate(session, row, facts.lastDay)),
        checkDelivery(session, await readSubscriptions(db), await readDeliveryHealth(db)),
      ]
    })
    return { found, reachable: true }
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
    const message = describeError(session.locale, error).message
    return { found: [{ name: 'server', status: 'fail', message }], reachable: error.exitCode !== EXIT.unavailable }
  }
}

async function checkRedis(session: Session): Promise<Check[]> {
  const { redisUrl } = session.config
  if (!redisUrl) return []
  try {
    const redis = await import('../../jobs/redis.ts')
    await redis.checkRedis(redisUrl, session.log)
    return [{ name: 'redis', status: 'ok', message: session.text('cli.doctor.redis') }]
  } catch (error) {
    return [{ name: 'redis', status: 'fail', message: describeError(session.locale, error).message }]
  }
}

function print(session: Session, checks: readonly Check[], ok: boolean): void {
  if (session.json) return session.printJson({ ok, checks })
  const words = { ok: session.text('cli.doctor.ok'), info: session.text('cli.doctor.info'), warn: session.text('cli.doctor.warn'), fail: session.text('cli.doctor.fail') }
  session.printTable([
    { title: session.text('cli.column.status'), paint: (cell, row) => session.paint(PAINT[checks.find((check) => words[check.status] === row[0])!.status], cell) },
    { title: session.text('cli.column.check') },
    { title: session.text('cli.column.found') },
  ], checks.map((check) => [words[check.status], session.text(`cli.check.${check.name}`, { name: check.of ?? '' }), check.message]))
  session.say(ok ? 'cli.doctor.fine' : 'cli.doctor.not_fine')
}
