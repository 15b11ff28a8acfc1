/**
 * `weisu demo`: draws an invented city into the store; with --run the last night follows at once.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { formatDay, parseDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import type { LoadedDemo as Drawn } from '../../pipelines/demo/load.ts'
import type { DemoParams } from '../../pipelines/demo/params.ts'
import type { Db } from '../../sql/db.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { addCommand, option, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { createCourier, deliveryCode, nightDeps } from '../courier.ts'
import { EXIT } from '../failure.ts'
import { formatSeconds, shellWord } from '../format.ts'
import { chooseNight, nightJson, printNight } from '../night.ts'
import { startBar } from '../progress.ts'
import type { Session } from '../session.ts'
import { withWriter } from '../store.ts'

const SEED = 1
const TOP = 10

interface DemoOptions { seed: number, params?: string, run?: boolean }

export function addDemo(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'demo',
    examples: ['weisu demo --run', 'weisu demo --seed 7 --params city.json --data-dir /tmp/city --json'],
    work: async (session, _, options) => {
      const given = options as unknown as DemoOptions
      session.resume = ['weisu demo', given.seed !== SEED && `--seed ${given.seed}`, given.params && `--params ${shellWord(given.params)}`, given.run && '--run'].filter(Boolean).join(' ')
      const params = await readParams(given)
      return await withWriter(session, 'demo', (db) => given.run ? runDemo(session, db, given.seed, params) : drawDemo(session, db, given.seed, params))
    },
  })
    .addOption(option(locale, '--seed <n>', 'cli.demo.seed', wholeOption(locale, 0, 2 ** 31 - 1)).default(SEED))
    .addOption(option(locale, '--params <file>', 'cli.demo.params'))
    .addOption(option(locale, '--run', 'cli.demo.run'))
}

/** Draws and loads; nothing else runs. The same city again is no work; another one does not fit into the same store. */
async function drawDemo(session: Session, db: Db, seed: number, params: Partial<DemoParams>): Promise<number> {
  if ((await readStoreFacts(db)).hasTickets && !isLoaded(session.config.dataDir, seed, params)) {
    throw new BadInputError('store_not_empty', `the store in ${session.config.dataDir} holds tickets already: name an empty --data-dir`, { dataDir: session.config.dataDir })
  }
  session.say('cli.demo.starting', { seed: String(seed) })
  const drawn = await load(session, db, seed, params)
  if (session.json) session.printJson(drawnJson(session, drawn))
  else printDrawn(session, drawn)
  return EXIT.ok
}

async function runDemo(session: Session, db: Db, seed: number, params: Partial<DemoParams>): Promise<number> {
  const { hasTickets } = await readStoreFacts(db)
  if (!hasTickets) session.say('cli.demo.starting', { seed: String(seed) })
  const drawn = hasTickets ? undefined : await load(session, db, seed, params)
  if (!session.json && drawn) printDrawn(session, drawn)
  if (!drawn) session.say('cli.demo.loaded_before')
  const courier = createCourier(session, db)
  const { runNight } = await import('../../pipelines/nightly.ts')
  const result = await runNight(nightDeps(session, db, courier), { date: () => chooseNight(session, db, Date.now()) })
  const notices = await courier.rest()
  if (session.json) session.printJson({ city: drawn ? drawnJson(session, drawn) : null, night: { ...nightJson(result), notices } })
  else await printNight(session, db, result, notices, TOP)
  return deliveryCode(session, notices)
}

async function load(session: Session, db: Db, seed: number, params: Partial<DemoParams>): Promise<Drawn> {
  const { loadDemo } = await import('../../pipelines/demo/load.ts')
  const bar = startBar(session, session.text('cli.demo.drawing'))
  try {
    const drawn = await loadDemo({ db, config: session.config, log: session.log, onProgress: bar.update }, { seed, params })
    writeFileSync(markPath(session.config.dataDir), mark(seed, params), { mode: 0o600 })
    return drawn
  } finally {
    bar.clear()
  }
}

async function readParams({ params }: DemoOptions): Promise<Partial<DemoParams>> {
  if (params === undefined) return {}
  return (await import('../../pipelines/demo/params.ts')).readDemoParams(params)
}

/** Which city the store was given: seed and parameters. */
const markPath = (dataDir: string): string => `${dataDir}/demo.json`
const mark = (seed: number, params: Partial<DemoParams>): string => `${JSON.stringify({ seed, params })}\n`

function isLoaded(dataDir: string, seed: number, params: Partial<DemoParams>): boolean {
  try {
    return readFileSync(markPath(dataDir), 'utf8') === mark(seed, params)
  } catch {
    return false
  }
}

function drawnJson(session: Session, drawn: Drawn): Record<string, unknown> {
  const { seed, labelsPath, tickets, from, until, seconds } = drawn
  return { seed, labels: labelsPath, tickets, from, until, seconds, dataDir: session.config.dataDir, import: drawn.import }
}

function printDrawn(session: Session, { labelsPath, tickets, from, until, seconds }: Drawn): void {
  session.print(session.text('cli.demo.drawn', { tickets, from, last: formatDay(parseDay(until) - 1), time: formatSeconds(seconds) }))
  session.print(session.text('cli.demo.labels', { path: labelsPath }))
}
