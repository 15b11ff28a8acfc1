/**
 * `weisu route`: which unit owns which alerts: versions of the rules, a tester, import and export.
 */
import type { Command } from 'commander'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { RuleFault } from '../../pipelines/routing/rules-file.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, dayOption, option, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { printFaults, printRoute, printRoutingVersions, printUnmapped } from '../route-view.ts'
import type { Session } from '../session.ts'
import { shownNight } from '../shown-night.ts'
import { withStore, withWriter } from '../store.ts'

interface ExplainOptions { place?: string, topic?: string, alert?: string, date?: string }
interface ImportOptions { from: string, author: string, source: string, note?: string, addUnits?: boolean }
interface ExportOptions { version?: number, format?: 'csv' | 'json' }

export function addRoute(program: Command, setup: Setup): void {
  const { locale } = setup
  const listWork = async (session: Session): Promise<void> => withStore(session, 'route', (db) => list(session, db))
  const command = addCommand(program, setup, {
    name: 'route',
    examples: ['weisu route', 'weisu route explain --place Mill --topic Noise', 'weisu route export > routing.csv', 'weisu route import routing.csv --from 2026-12-01 --author "Hotline desk" --source "meeting of 2026-11-20"'],
    work: listWork,
  })
  addCommand(command, setup, { name: 'list', examples: ['weisu route list'], work: listWork })
  addCommand(command, setup, {
    name: 'explain', examples: ['weisu route explain --place City/North/Mill --topic Noise', 'weisu route explain --alert ID', 'weisu route explain --place Mill --topic Noise --date 2026-11-22'],
    work: async (session, _, options) => withStore(session, 'route explain', (db) => explain(session, db, options as ExplainOptions)),
  })
    .addOption(option(locale, '--place <path>', 'cli.route.explain.place'))
    .addOption(option(locale, '--topic <path>', 'cli.route.explain.topic'))
    .addOption(option(locale, '--alert <id>', 'cli.route.explain.alert'))
    .addOption(option(locale, '--date <date>', 'cli.route.explain.date', dayOption(locale)))
  addCommand(command, setup, {
    name: 'check', examples: ['weisu route check routing.csv'],
    work: async (session, [file]) => withStore(session, 'route check', (db) => check(session, db, file as string)),
  })
    .argument('<file>', t(locale, 'cli.route.file'))
  addCommand(command, setup, {
    name: 'import', examples: ['weisu route import routing.csv --from 2026-12-01 --author "Hotline desk" --source "meeting of 2026-11-20"'],
    work: async (session, [file], options) => withWriter(session, 'route import', (db) => importFile(session, db, file as string, options as unknown as ImportOptions)),
  })
    .argument('<file>', t(locale, 'cli.route.file'))
    .addOption(option(locale, '--from <date>', 'cli.route.import.from', dayOption(locale)).makeOptionMandatory())
    .addOption(option(locale, '--author <name>', 'cli.route.import.author').makeOptionMandatory())
    .addOption(option(locale, '--source <text>', 'cli.route.import.source').makeOptionMandatory())
    .addOption(option(locale, '--note <text>', 'cli.route.import.note'))
    .addOption(option(locale, '--add-units', 'cli.route.import.add_units'))
  addCommand(command, setup, {
    name: 'export', examples: ['weisu route export > routing.csv', 'weisu route export --version 2 --format json'],
    work: async (session, _, options) => withStore(session, 'route export', (db) => exportRules(session, db, options as ExportOptions)),
  })
    .addOption(option(locale, '--version <n>', 'cli.route.export.version', wholeOption(locale, 1, 1e9)))
    .addOption(option(locale, '--format <format>', 'cli.route.export.format', wordOption(locale, ['csv', 'json'])))
  addCommand(command, setup, {
    name: 'unmapped', examples: ['weisu route unmapped'],
    work: async (session, _, options) => withStore(session, 'route unmapped', (db) => unmapped(session, db, (options as { date?: string }).date)),
  })
    .addOption(option(locale, '--date <date>', 'cli.route.unmapped.date', dayOption(locale)))
}

async function list(session: Session, db: Db): Promise<void> {
  const { listRoutingVersions } = await import('../../pipelines/routing/versions.ts')
  const versions = await listRoutingVersions(db)
  if (session.json) return session.printJson(versions)
  if (versions.length === 0) return session.print(session.text('cli.route.none'))
  printRoutingVersions(session, versions)
}

async function explain(session: Session, db: Db, { place, topic, alert, date }: ExplainOptions): Promise<void> {
  const byPlace = place !== undefined && topic !== undefined
  if (alert === undefined ? !byPlace : place !== undefined || topic !== undefined) throw new InvalidOptionError('route explain', alert ?? place ?? topic ?? '', session.text('cli.route.explain.one'))
  const { explainRoute } = await import('../../pipelines/routing/explain.ts')
  const route = await explainRoute(db, session.config.settings.hotlineUnit, alert === undefined ? { place: place!, topic: topic!, date } : { alert, date })
  if (session.json) return session.printJson(route)
  printRoute(session, route)
}

async function check(session: Session, db: Db, file: string): Promise<number> {
  const { checkRoutingFile } = await import('../../pipelines/routing/versions.ts')
  // Author and source may come from the flags of the import.
  const { rules, faults } = await checkRoutingFile(db, file, { author: '-', source: '-' })
  if (session.json) session.printJson({ rules: rules.length, faults })
  else printFaults(session, faults, rules.length)
  return faults.length > 0 ? 4 : 0
}

async function importFile(session: Session, db: Db, file: string, { from, author, source, note = '', addUnits = false }: ImportOptions): Promise<void> {
  for (const [name, value] of [['--author', author], ['--source', source]] as const) {
    if (value.trim() === '') throw new InvalidOptionError(name, value, session.text('expected.type_string'))
  }
  const { importRouting } = await import('../../pipelines/routing/versions.ts')
  try {
    const version = await importRouting(db, file, { from, author, source, note, addUnits })
    if (session.json) return session.printJson(version)
    session.print(session.text('cli.route.imported', { version: String(version.version), rules: version.rules, from, units: version.units_added }))
  } catch (error) {
    if (error instanceof BadInputError && error.code === 'routing_faults' && !session.json) printFaults(session, error.details.faults as RuleFault[], 0)
    throw error
  }
}

async function exportRules(session: Session, db: Db, { version, format }: ExportOptions): Promise<void> {
  const { readRoutingVersion } = await import('../../pipelines/routing/versions.ts')
  const { formatRulesCsv, formatRulesJson } = await import('../../pipelines/routing/rules-file.ts')
  const rules = await readRoutingVersion(db, version ?? null)
  session.print(((format ?? (session.json ? 'json' : 'csv')) === 'json' ? formatRulesJson(rules) : formatRulesCsv(rules)).trimEnd())
}

async function unmapped(session: Session, db: Db, date: string | undefined): Promise<void> {
  const { listUnmapped } = await import('../../pipelines/routing/unmapped.ts')
  const night = await shownNight(session, db, date)
  const rows = night === null ? [] : await listUnmapped(db, night)
  if (session.json) return session.printJson(rows)
  if (night === null) return session.warn('cli.runs.none')
  printUnmapped(session, rows)
}
