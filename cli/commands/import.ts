/**
 * `weisu import`: reads files into the store, or shows with --dry-run how they would be read.
 */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { inFile, InvalidOptionError, PipelineError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { ImportDeps, ImportRequest, ImportResult } from '../../pipelines/ingest/import.ts'
import { readPresets } from '../../pipelines/ingest/presets.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, option, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { importCovariate } from '../covariate.ts'
import { importPromised } from '../promise.ts'
import { describeError, EXIT } from '../failure.ts'
import { shellWord } from '../format.ts'
import { expandPaths, spoolStdin } from '../import-paths.ts'
import { printImports } from '../import-view.ts'
import type { FailedFile } from '../import-view.ts'
import { printPreview } from '../preview-view.ts'
import { startBar } from '../progress.ts'
import type { Session } from '../session.ts'
import { withWriter } from '../store.ts'

interface ImportOptions {
  preset: string, map?: Record<string, string>, source?: string, city?: string, timeZone?: string, country?: string, recorded?: 'auto' | 'accepted' | 'arrival'
  profile?: string, saveProfile?: string, dryRun?: boolean, covariate?: string, name?: string, watch?: string
}

export function addImport(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'import',
    examples: [
      'weisu import tickets.csv', 'weisu import --dry-run export.xlsx', 'weisu import --preset nyc311 nyc-2024/*.csv.gz',
      'weisu import --map ticket_no=单号 --map accepted_at=来电时间 --save-profile ourcity export.csv',
      'weisu import --map ticket_no=ID --map accepted_at=Opened --city Lamp --country US --time-zone America/New_York export.csv', 'cat export.csv | weisu import -',
      'weisu import --covariate weather.csv', 'weisu import --watch handovers.csv',
    ],
    work: async (session, [paths], options) => {
      const given = options as unknown as ImportOptions
      if (given.watch !== undefined) return await importPromised(session, given.watch, (paths as string[]).length > 0 || given.dryRun === true || given.covariate !== undefined)
      if (given.covariate !== undefined) return await importCovariate(session, given.covariate, paths as string[], given)
      if (given.name !== undefined) throw new InvalidOptionError('--name', given.name, session.text('cli.import.name_needs_covariate'))
      session.resume = `weisu import ${(paths as string[]).map(shellWord).join(' ')}`
      const files = expandPaths(paths as string[])
      return await withWriter(session, 'import', (db) => given.dryRun ? preview(session, db, files, given) : importAll(session, db, files, given))
    },
  })
    .argument('[path...]', t(locale, 'cli.import.path'))
    .addOption(option(locale, '--preset <name>', 'cli.import.preset').default('auto'))
    .addOption(option(locale, '--map <field=column>', 'cli.import.map').argParser(addMapping(setup)))
    .addOption(option(locale, '--profile <name>', 'cli.import.profile'))
    .addOption(option(locale, '--save-profile <name>', 'cli.import.save_profile'))
    .addOption(option(locale, '--source <name>', 'cli.import.source'))
    .addOption(option(locale, '--city <name>', 'cli.import.city'))
    .addOption(option(locale, '--time-zone <zone>', 'cli.import.time_zone'))
    .addOption(option(locale, '--country <code>', 'cli.import.country'))
    .addOption(option(locale, '--recorded <rule>', 'cli.import.recorded', wordOption(locale, ['auto', 'accepted', 'arrival'])))
    .addOption(option(locale, '--dry-run', 'cli.import.dry_run'))
    .addOption(option(locale, '--covariate <file>', 'cli.import.covariate'))
    .addOption(option(locale, '--name <name>', 'cli.import.name'))
    .addOption(option(locale, '--watch <file>', 'cli.import.watch'))
    .hook('preAction', (command) => {
      if (command.args.length === 0 && command.opts().covariate === undefined && command.opts().watch === undefined) command.error("error: missing required argument 'path'", { code: 'commander.missingArgument' })
    })
    .addHelpText('after', () => `\n${presetList(setup)}`)
}

async function importAll(session: Session, db: Db, files: readonly string[], options: ImportOptions): Promise<number> {
  const { importInput } = await import('../../pipelines/ingest/import.ts')
  const { done: results, failed } = await eachFile(session, files, async (file, onProgress) =>
    importInput({ db, config: session.config, log: session.log, onProgress }, await requestFor(session, file, options)))
  printImports(session, results, failed)
  if (options.map) for (const { file, alreadyImported } of results) if (alreadyImported) session.warn('cli.import.map_unused', { file })
  if (options.saveProfile && results.length > 0) await keepProfile(session, options.saveProfile, options)
  if (failed.length > 0) return EXIT.badInput
  return tooManyRejected(session, results) ? EXIT.partial : EXIT.ok
}

/** Reads as an import would, inside a transaction that is taken back: it waits its turn like an import. */
async function preview(session: Session, db: Db, files: readonly string[], options: ImportOptions): Promise<number> {
  const { previewInput } = await import('../../pipelines/ingest/import.ts')
  const { done: all, failed } = await eachFile(session, files, async (file, onProgress) =>
    previewInput({ db, config: session.config, log: session.log, onProgress }, await requestFor(session, file, options)))
  if (session.json) session.printJson(files.length === 1 ? all[0] : [...all, ...failed])
  else for (const seen of all) printPreview(session, seen)
  for (const { file, message } of failed) session.warn('cli.import.failed', { file, message })
  session.say('cli.import.nothing_written')
  if (failed.length > 0) return EXIT.badInput
  return tooManyRejected(session, all) ? EXIT.partial : EXIT.ok
}

/** One bad file must not keep the others out; a fault of the server or a typing error stops all. */
async function eachFile<T>(
  session: Session, files: readonly string[], read: (file: string, onProgress: NonNullable<ImportDeps['onProgress']>) => Promise<T>,
): Promise<{ done: T[], failed: FailedFile[] }> {
  const done: T[] = []
  const failed: FailedFile[] = []
  for (const file of files) {
    const bar = startBar(session, file)
    try {
      session.interrupts.signal.throwIfAborted()
      done.push(await read(file, bar.update))
    } catch (error) {
      if (!(error instanceof PipelineError) || error.exitCode !== EXIT.badInput || files.length === 1) throw inFile(error, file)
      failed.push({ file, code: error.code, message: describeError(session.locale, error, false).message })
    } finally {
      bar.clear()
    }
  }
  return { done, failed }
}

async function requestFor(session: Session, file: string, options: ImportOptions): Promise<ImportRequest> {
  const { preset, map, source, city, timeZone, country, recorded, profile } = options
  return {
    input: file === '-' ? await spoolStdin(session.config.dataDir) : { path: file },
    preset,
    ...(map ? { map } : {}), ...(source ? { source } : {}), ...(city ? { city } : {}), ...(timeZone ? { timeZone } : {}), ...(country ? { country } : {}), ...(recorded ? { recorded } : {}), ...(profile ? { profile } : {}),
  }
}

/** Warns of every file whose rejected share is above the setting. */
function tooManyRejected(session: Session, results: readonly ImportResult[]): boolean {
  const limit = session.config.settings.maxRejectedShare
  const bad = results.filter(({ read, rejected }) => read > 0 && rejected / read > limit)
  for (const { file, read, rejected } of bad) {
    session.warn('cli.import.too_many_rejected', { file, rejected, read, limit: `${Math.round(limit * 1000) / 10}%` })
  }
  return bad.length > 0
}

function addMapping({ locale }: Setup): (value: string, before: Record<string, string> | undefined) => Record<string, string> {
  return (value, before = {}) => {
    const at = value.indexOf('=')
    if (at < 1 || at === value.length - 1) throw new InvalidArgumentError(t(locale, 'cli.import.map_form'))
    return { ...before, [value.slice(0, at).trim()]: value.slice(at + 1).trim() }
  }
}

function presetList({ locale }: Setup): string {
  const lines = [...readPresets().values()].map((preset) => `  ${preset.name.padEnd(18)} ${preset.title[locale === 'zh' ? 0 : 1]}`)
  return [t(locale, 'cli.import.presets'), ...lines].join('\n')
}

/** The mapping that worked, for the next export of the same kind. */
async function keepProfile(session: Session, name: string, { preset, map, city, timeZone, country, profile }: ImportOptions): Promise<void> {
  const { readProfile, saveProfile } = await import('../../pipelines/ingest/profile.ts')
  const { dataDir } = session.config
  const before = profile === undefined ? undefined : readProfile(dataDir, profile)
  const path = saveProfile(dataDir, name, {
    ...before, preset: preset === 'auto' && before ? before.preset : preset, map: { ...before?.map, ...map },
    ...(city ? { city } : {}), ...(timeZone ? { timeZone } : {}), ...(country ? { country } : {}),
  })
  session.say('cli.import.profile_saved', { name, path })
}
