/**
 * `weisu evaluate`: every detection method on simulated series whose outbreaks are known, at matched false-positive rates.
 */
import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import type { Evaluation } from '../../pipelines/evaluate.ts'
import { addCommand, option, wholeOption } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'

const PERIODS = { weekly: 'week', daily: 'day' } as const

interface EvaluateOptions { counts: string, series: string, calendar?: string, methods?: string, threads?: number }

export function addEvaluate(program: Command, setup: Setup): void {
  const { locale } = setup
  addCommand(program, setup, {
    name: 'evaluate',
    examples: ['weisu evaluate weekly --counts weekly.csv.gz --series weekly_series.csv', 'weisu evaluate daily --counts daily.csv.gz --series daily_series.csv --methods weisu,earsC2 --json'],
    work: async (session, [kind], options) => {
      const { methods, threads = availableParallelism(), ...files } = options as unknown as EvaluateOptions
      const period = PERIODS[kind as keyof typeof PERIODS]
      if (period === undefined) throw new InvalidOptionError('evaluate', kind, Object.keys(PERIODS).join(', '))
      const { evaluate } = await import('../../pipelines/evaluate.ts')
      const rows = await evaluate({
        period, threads, counts: files.counts, series: files.series,
        ...(files.calendar !== undefined && { calendar: files.calendar }),
        ...(methods !== undefined && { methods: methods.split(',').map((name) => name.trim()) }),
        onMethod: (method) => { if (!session.json) session.say('cli.evaluate.running', { method }) },
      })
      if (session.json) session.printJson(rows)
      else printTable(session, rows)
    },
  })
    .argument('<period>', t(locale, 'cli.evaluate.period'))
    .addOption(option(locale, '--counts <file>', 'cli.evaluate.counts').makeOptionMandatory())
    .addOption(option(locale, '--series <file>', 'cli.evaluate.series').makeOptionMandatory())
    .addOption(option(locale, '--calendar <file>', 'cli.evaluate.calendar'))
    .addOption(option(locale, '--methods <names>', 'cli.evaluate.methods'))
    .addOption(option(locale, '--threads <n>', 'cli.evaluate.threads', wholeOption(locale, 1, 64)))
}

/** Columns in the order in which the measures are explained, those that no row has left out; on a narrow terminal the third number says which go first. */
const COLUMNS: readonly (readonly [key: keyof Evaluation, title: TextKey, dropFirst?: number])[] = [
  ['fpr', 'cli.evaluate.fpr'], ['pod', 'cli.evaluate.pod'], ['pod_first', 'cli.evaluate.first', 2], ['pod_day3', 'cli.evaluate.day3', 1],
  ['sensitivity', 'cli.evaluate.sensitivity'], ['ppv', 'cli.evaluate.ppv', 4], ['f1', 'cli.evaluate.f1', 5], ['timeliness', 'cli.evaluate.timeliness', 3],
  ['pod_at_fpr01', 'cli.evaluate.pod_1'], ['sensitivity_at_fpr01', 'cli.evaluate.sensitivity_1'],
  ['pod_at_half_episode', 'cli.evaluate.pod_half'], ['within2_at_half_episode', 'cli.evaluate.within2_half'], ['first_at_half_episode', 'cli.evaluate.first_half'],
  ['cpu_ms_per_series', 'cli.evaluate.cpu'],
]

function printTable(session: Session, rows: readonly Evaluation[]): void {
  const shown = COLUMNS.filter(([key]) => rows.some((row) => row[key] !== undefined))
  session.printTable(
    [{ title: session.text('cli.evaluate.method') }, ...shown.map(([, title, dropFirst = 0]) => ({ title: session.text(title), align: 'right' as const, dropFirst }))],
    rows.map((row) => [row.method, ...shown.map(([key]) => figure(row[key] as number, key === 'cpu_ms_per_series' ? 2 : 3))]),
  )
}

function figure(value: number, digits: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(digits)
}
