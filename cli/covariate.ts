/**
 * Covariates at the command line: reading a file of them, and what the store has.
 */
import { localDay } from '../core/days.ts'
import { InvalidOptionError } from '../core/errors.ts'
import type { CovariateImport } from '../pipelines/covariates/import-covariates.ts'
import type { CovariateCoverage } from '../sql/covariates.ts'
import { readStoreFacts } from '../sql/store-facts.ts'
import { EXIT } from './failure.ts'
import { formatCount, shellWord } from './format.ts'
import { reasonWord } from './import-view.ts'
import type { Session } from './session.ts'
import { withWriter } from './store.ts'
import { printable } from './width.ts'

/** Rejected rows that are shown. */
const MOST_REJECTS = 20

/** @param paths  files of tickets, of which there may be none */
export async function importCovariate(session: Session, path: string, paths: readonly string[], { name, dryRun }: { name?: string, dryRun?: boolean }): Promise<number> {
  if (paths.length > 0 || dryRun) throw new InvalidOptionError('--covariate', path, session.text('cli.import.covariate_alone'))
  session.resume = `weisu import --covariate ${shellWord(path)}${name === undefined ? '' : ` --name ${shellWord(name)}`}`
  return await withWriter(session, 'import', async (db) => {
    const { importCovariates } = await import('../pipelines/covariates/import-covariates.ts')
    const { timeZone } = await readStoreFacts(db)
    const result = await importCovariates(db, { path, name, today: localDay(Date.now(), timeZone ?? 'Asia/Shanghai') })
    if (session.json) session.printJson(result)
    else printImport(session, result)
    return result.rejected > session.config.settings.maxRejectedShare * result.read ? EXIT.partial : EXIT.ok
  })
}

function printImport(session: Session, result: CovariateImport): void {
  const { name, file, read, kept, rejected, values, variables, ignored, rejects } = result
  if (result.already_imported) return session.print(printable(session.text('cli.covariate.already', { name, file })))
  session.print(printable(session.text('cli.covariate.done', {
    name, read, kept, rejected, added: values.new, changed: values.changed, unchanged: values.unchanged, variables: variables.join(', '),
    days: `${result.first_day ?? ''} – ${result.last_day ?? ''}`,
  })))
  for (const { line, reason, column, value } of rejects.slice(0, MOST_REJECTS)) {
    session.print(`  ${printable(session.text('cli.covariate.reject', { line, column: column ?? '', value: value ?? '', reason: reasonWord(session, reason) }))}`)
  }
  if (rejects.length > MOST_REJECTS) session.print(`  ${session.text('cli.covariate.more_rejects', { n: rejects.length - MOST_REJECTS })}`)
  if (ignored.length > 0) session.warn('cli.covariate.ignored', { columns: printable(ignored.join(', ')) })
  if (result.not_yet_known > 0) session.warn('cli.covariate.not_yet', { n: result.not_yet_known })
}

export function printCovariates(session: Session, rows: readonly CovariateCoverage[]): void {
  const { locale, text } = session
  session.print(`\n${text('cli.sources.covariates')}`)
  session.printTable([
    { title: text('cli.column.table') },
    { title: text('cli.column.variable') },
    { title: text('cli.column.places'), align: 'right', dropFirst: 2 },
    { title: text('cli.column.values'), align: 'right' },
    { title: text('cli.column.first_day'), dropFirst: 1 },
    { title: text('cli.column.last_day') },
    { title: text('cli.column.missing_days'), align: 'right' },
  ], rows.map((row) => [
    row.name, row.variable, formatCount(locale, row.places), formatCount(locale, row.values), row.first_day, row.last_day, formatCount(locale, row.missing_days),
  ]))
}
