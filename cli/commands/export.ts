/**
 * `weisu export counts`: the daily counts as a file for analysts.
 */
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { formatDay, localDay, parseDay } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { ExportFormat, ExportRequest } from '../../pipelines/export.ts'
import type { Db } from '../../sql/db.ts'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { addCommand, dayOption, option, outOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { withStore } from '../store.ts'

const FORMATS: readonly ExportFormat[] = ['arrow', 'parquet', 'csv']
const STDOUT = '-'

interface ExportOptions { format?: ExportFormat, out: string, from?: string, until?: string, night?: string }

export function addExport(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'export',
    examples: ['weisu export counts --out counts.parquet', 'weisu export counts --out counts.arrow --from 2026-01-01', 'weisu export counts --format csv'],
    work: async (session, [what], options) => {
      const given = options as unknown as ExportOptions
      if (what !== 'counts') throw new InvalidOptionError('export', what, 'counts')
      const format = given.format ?? formatOf(session, given.out)
      if (given.from !== undefined && given.until !== undefined && given.until < given.from) throw new InvalidOptionError('--until', given.until, session.text('cli.export.not_before', { from: given.from }))
      if (given.out === STDOUT && session.json) throw new InvalidOptionError('--out', STDOUT, session.text('cli.export.json_needs_file'))
      if (given.out === STDOUT && format !== 'csv' && process.stdout.isTTY) throw new InvalidOptionError('--out', STDOUT, session.text('cli.export.binary'))
      await withStore(session, 'export', (db) => exportTo(session, db, given, format))
    },
  })
    .argument('<what>', t(locale, 'cli.export.what'))
    .addOption(option(locale, '--format <format>', 'cli.export.format', wordOption(locale, FORMATS)))
    .addOption(option(locale, '--out <file>', 'cli.export.out', outOption(locale)).default(STDOUT))
    .addOption(option(locale, '--from <date>', 'cli.export.from', dayOption(locale)))
    .addOption(option(locale, '--until <date>', 'cli.export.until', dayOption(locale)))
    .addOption(option(locale, '--night <date>', 'cli.export.night', dayOption(locale)))
}

async function exportTo(session: Session, db: Db, options: ExportOptions, format: ExportFormat): Promise<void> {
  const { exportCounts } = await import('../../pipelines/export.ts')
  const range = await rangeOf(session, db, options)
  if (options.out === STDOUT) return await toStdout((path) => exportCounts(db, { ...range, format, path }))
  const { path, rows } = await exportCounts(db, { ...range, format, path: resolve(options.out) })
  if (session.json) return session.printJson({ path, rows, format, from: range.from, until: range.until, night: range.night })
  session.say('cli.export.written', { rows, path })
}

/** Everything that is known today, unless less is asked for. */
async function rangeOf(session: Session, db: Db, { from, until, night }: ExportOptions): Promise<Omit<ExportRequest, 'format' | 'path'>> {
  const { firstDay, lastDay, uncountedDays, timeZone } = await readStoreFacts(db)
  if (firstDay === null || lastDay === null || timeZone === null) throw new BadInputError('store_empty', 'the store holds no tickets yet')
  if (uncountedDays > 0) session.warn('cli.export.uncounted', { days: uncountedDays })
  const today = formatDay(localDay(Date.now(), timeZone))
  return { from: from ?? firstDay, until: formatDay(parseDay(until ?? lastDay) + 1), night: night ?? (lastDay > today ? lastDay : today) }
}

/** The exporter writes whole files; stdout gets one when it is whole, so a failed export prints nothing. */
async function toStdout(write: (path: string) => Promise<unknown>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'weisu-export-'))
  try {
    const path = join(directory, 'counts')
    await write(path)
    await pipeline(createReadStream(path), process.stdout, { end: false }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error // the reader has seen enough
    })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function formatOf(session: Session, out: string): ExportFormat {
  const extension = extname(out).slice(1).toLowerCase()
  const known = FORMATS.find((format) => format === extension)
  if (!known && out !== STDOUT) throw new InvalidOptionError('--out', out, session.text('cli.export.extension', { extensions: FORMATS.map((format) => `.${format}`).join(session.locale === 'zh' ? '、' : ', ') }))
  return known ?? 'csv'
}
