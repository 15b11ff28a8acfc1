/**
 * `weisu scan`: a space-time scan of case counts from files, for analysts and for comparison with other programs.
 */
import { InvalidArgumentError } from 'commander'
import type { Command } from 'commander'
import { formatDay, parseDay } from '../../core/days.ts'
import type { Locale } from '../../core/config.ts'
import { InvalidOptionError } from '../../core/errors.ts'
import { t } from '../../core/texts.ts'
import type { FoundCluster, ScanModelName, ScanResult, ScanSettings } from '../../pipelines/scan.ts'
import type { Period, ScanFiles } from '../../pipelines/scan-table.ts'
import { addCommand, option, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import { formatCount } from '../format.ts'
import type { Session } from '../session.ts'

const MODELS: readonly ScanModelName[] = ['permutation', 'poisson', 'negative-binomial']
const TIES = ['all-or-none', 'one-at-a-time'] as const
const SECONDARY = ['best-of-centre', 'all-windows'] as const
const PURPOSES: readonly ScanSettings['purpose'][] = ['together', 'adjustment']

interface ScanOptions extends ScanFiles, Period {
  model: ScanModelName
  purpose: ScanSettings['purpose']
  maxDays: number
  minDays: number
  retrospective?: boolean
  maxPercent: number
  maxRadius?: number
  maxPlaces?: number
  irregular?: number
  ties: (typeof TIES)[number]
  minCases: number
  dayOfWeek?: boolean
  size?: number
  earlier: number
  every: number
  replicates: number
  sequential: number
  seed: number
  threads: number
  secondary: (typeof SECONDARY)[number]
  most: number
}

export function addScan(program: Command, setup: Setup): void {
  const { locale } = setup
  const whole = (min: number, max: number): ((value: string) => number) => wholeOption(locale, min, max)
  const number = (min: number, max: number): ((value: string) => number) => numberOption(locale, min, max)
  addCommand(program, setup, {
    name: 'scan',
    examples: [
      'weisu scan --cases cases.csv --geo places.csv --max-days 14 --replicates 999',
      'weisu scan --cases cases.csv --geo places.csv --day-of-week --max-radius 5 --threads 2 --json',
      'weisu scan --cases cases.csv --geo places.csv --model poisson --baseline expected.csv',
    ],
    work: async (session, _args, options) => {
      const given = options as unknown as ScanOptions
      if (given.baseline !== undefined && given.population !== undefined) throw new InvalidOptionError('--population', given.population, session.text('cli.scan.not_with_baseline'))
      if (given.baseline !== undefined && given.cases.length > 1) throw new InvalidOptionError('--cases', given.cases.join(' '), session.text('cli.scan.one_topic'))
      if (given.minDays > given.maxDays) throw new InvalidOptionError('--min-days', given.minDays, session.text('cli.scan.not_longer', { days: String(given.maxDays) }))
      const result = await runScan(given)
      if (session.json) session.printJson(result)
      else printResult(session, result)
    },
  })
    .addOption(option(locale, '--cases <file>', 'cli.scan.cases').argParser((file: string, before: string[] = []) => [...before, file]).makeOptionMandatory())
    .addOption(option(locale, '--geo <file>', 'cli.scan.geo').makeOptionMandatory())
    .addOption(option(locale, '--model <model>', 'cli.scan.model', wordOption(locale, MODELS)).default('permutation'))
    .addOption(option(locale, '--purpose <purpose>', 'cli.scan.purpose', wordOption(locale, PURPOSES)).default('together'))
    .addOption(option(locale, '--baseline <file>', 'cli.scan.baseline'))
    .addOption(option(locale, '--population <file>', 'cli.scan.population'))
    .addOption(option(locale, '--missing <file>', 'cli.scan.missing'))
    .addOption(option(locale, '--from <date>', 'cli.scan.from'))
    .addOption(option(locale, '--until <date>', 'cli.scan.until'))
    .addOption(option(locale, '--max-days <n>', 'cli.scan.max_days', whole(1, 3660)).default(14))
    .addOption(option(locale, '--min-days <n>', 'cli.scan.min_days', whole(1, 3660)).default(1))
    .addOption(option(locale, '--retrospective', 'cli.scan.retrospective'))
    .addOption(option(locale, '--max-percent <percent>', 'cli.scan.max_percent', number(0, 100)).default(50))
    .addOption(option(locale, '--max-radius <km>', 'cli.scan.max_radius', number(0, 20_100)))
    .addOption(option(locale, '--max-places <n>', 'cli.scan.max_places', whole(1, 1_000_000)))
    .addOption(option(locale, '--irregular <n>', 'cli.scan.irregular', whole(1, 20)))
    .addOption(option(locale, '--adjacency <file>', 'cli.scan.adjacency'))
    .addOption(option(locale, '--ties <rule>', 'cli.scan.ties', wordOption(locale, TIES)).default('all-or-none'))
    .addOption(option(locale, '--min-cases <n>', 'cli.scan.min_cases', whole(1, 1_000_000)).default(2))
    .addOption(option(locale, '--day-of-week', 'cli.scan.day_of_week'))
    .addOption(option(locale, '--size <size>', 'cli.scan.size', number(0.001, 1e9)))
    .addOption(option(locale, '--earlier <n>', 'cli.scan.earlier', whole(1, 3660)).default(1))
    .addOption(option(locale, '--every <days>', 'cli.scan.every', whole(1, 366)).default(1))
    .addOption(option(locale, '--replicates <n>', 'cli.scan.replicates', whole(0, 1_000_000)).default(999))
    .addOption(option(locale, '--sequential <n>', 'cli.scan.sequential', whole(0, 1_000_000)).default(0))
    .addOption(option(locale, '--seed <n>', 'cli.scan.seed', whole(0, 0xffffffff)).default(1))
    .addOption(option(locale, '--threads <n>', 'cli.scan.threads', whole(1, 64)).default(1))
    .addOption(option(locale, '--secondary <rule>', 'cli.scan.secondary', wordOption(locale, SECONDARY)).default('best-of-centre'))
    .addOption(option(locale, '--most <n>', 'cli.scan.most', whole(1, 1_000_000)).default(20))
}

async function runScan(given: ScanOptions): Promise<ScanResult> {
  const { scanFiles } = await import('../../pipelines/scan.ts')
  return scanFiles(given, given, {
    model: given.model,
    purpose: given.purpose,
    minDays: given.minDays,
    maxDays: given.maxDays,
    retrospective: given.retrospective === true,
    zones: { maxPercent: given.maxPercent, maxRadiusKm: given.maxRadius ?? Infinity, maxPlaces: given.maxPlaces ?? 1e9, ties: given.ties },
    irregular: given.irregular,
    minCases: given.minCases,
    dayOfWeek: given.dayOfWeek === true,
    size: given.size,
    analyses: given.earlier,
    everyDays: given.every,
    replicates: given.replicates,
    stopAfter: given.sequential,
    seed: given.seed,
    threads: given.threads,
    clusters: { secondary: given.secondary, overlap: 'place-and-day', most: given.most },
  })
}

function printResult(session: Session, { clusters, cpu, settings }: ScanResult): void {
  if (clusters.length === 0) session.print(session.text('cli.scan.none'))
  else printClusters(session, clusters)
  const seconds = { load: cpu.load.toFixed(2), scan: cpu.scan.toFixed(2), replicate: cpu.replicate.toFixed(2) }
  session.say('cli.scan.summary', { ...settings, ...seconds })
}

function printClusters(session: Session, clusters: readonly FoundCluster[]): void {
  const right = { align: 'right' as const }
  session.printTable(
    [
      { title: session.text('cli.scan.rank'), ...right },
      { title: session.text('cli.scan.first_day') }, { title: session.text('cli.scan.last_day') },
      { title: session.text('cli.scan.observed'), ...right }, { title: session.text('cli.scan.expected'), ...right },
      { title: session.text('cli.scan.statistic'), ...right },
      { title: session.text('cli.scan.p'), ...right }, { title: session.text('cli.scan.gumbel_p'), ...right, dropFirst: 1 },
      { title: session.text('cli.scan.recurrence'), ...right },
      { title: session.text('cli.scan.places'), shrinkTo: 12 },
    ],
    clusters.map((cluster, i) => [
      String(i + 1), cluster.from, dayBefore(cluster.until), formatCount(session.locale, cluster.observed), cluster.expected.toFixed(2), cluster.statistic.toFixed(6),
      figure(cluster.p), figure(cluster.gumbel_p), formatCount(session.locale, Math.round(cluster.recurrence_days)), cluster.places.join(' '),
    ]),
  )
}

/** The last day, where the name given is that of the day after. */
function dayBefore(day: string): string {
  return day.includes('-', 1) ? formatDay(parseDay(day) - 1) : String(Number(day) - 1)
}

function figure(p: number): string {
  if (Number.isNaN(p)) return '–'
  return p > 0 && p < 0.0001 ? p.toExponential(1) : p.toFixed(4)
}

/** Parser of a number within bounds. */
function numberOption(locale: Locale, min: number, max: number): (value: string) => number {
  return (value) => {
    const number = value.trim() === '' ? NaN : Number(value)
    if (!(number >= min && number <= max)) throw new InvalidArgumentError(t(locale, 'cli.scan.number', { min: String(min), max: String(max) }))
    return number
  }
}
