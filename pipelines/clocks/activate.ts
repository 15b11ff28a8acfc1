/**
 * Rules of deadlines come into force: as a version with an author, a first day and what they would have done to the clocks of the past. Clocks that run keep
 * the rule they were started with.
 */
import type { Settings } from '../../core/config.ts'
import { formatDay, localDay, parseDay } from '../../core/days.ts'
import { BadInputError } from '../../core/errors.ts'
import { readToday } from '../../sql/alert-life.ts'
import { readClocks, readNow } from '../../sql/clocks.ts'
import type { Queryable } from '../../sql/db.ts'
import { insertDeadlineVersion, readDeadlineTrial, readDeadlineVersions, saveDeadlineTrial } from '../../sql/deadlines.ts'
import type { Kind, Rules } from '../rules.ts'
import { readRulesInForce } from '../rules-in-force.ts'
import type { Level } from '../levels.ts'
import { localityOf } from './clock.ts'
import { dueOf } from './due.ts'
import { readDeadlineHistory } from './in-force.ts'
import { parseDeadlines } from './rules-file.ts'
import { CLOCKS, findClockRule, hashDeadlines, INITIAL_DEADLINES } from './rules.ts'
import type { ClockName, DeadlineRules } from './rules.ts'

export interface DeadlineVersion {
  version: number
  name: string
  hash: string
  /** First day, and the last where a later version follows; null while none does. */
  from: string
  until: string | null
  author: string
  source: string
  note: string
  activated_at: string
  tried: { from: string, until: string, clocks: number } | null
  untried_reason: string | null
}

/** What rules would have done to the clocks that were started in [from, until). */
export interface DeadlineTrial {
  from: string
  until: string
  clocks: number
  /** Due earlier or later, and those that would not have run. */
  earlier: number
  later: number
  without: number
  /** Overdue, as they stopped or stand now. */
  late: { before: number, after: number }
  by_clock: { clock: ClockName, clocks: number, earlier: number, later: number, without: number, late_before: number, late_after: number }[]
}

/** Over the rules of the latest version. @throws {BadInputError} `bad_rules` */
export async function parseDeadlinesOver(db: Queryable, text: string): Promise<DeadlineRules> {
  return parseDeadlines(text, (await readDeadlineHistory(db)).latest.rules)
}

/** In the order in which they hold. */
export async function listDeadlineVersions(db: Queryable): Promise<DeadlineVersion[]> {
  const rows = await readDeadlineVersions(db)
  return rows.map((row, i) => {
    const next = rows[i + 1]?.effectiveOn
    const trial = row.trial as DeadlineTrial | null
    return {
      version: row.version, name: (row.rules as DeadlineRules).name, hash: row.hash, from: row.effectiveOn, until: next === undefined ? null : formatDay(parseDay(next) - 1), author: row.author,
      source: row.source, note: row.note, activated_at: row.activatedAt.toISOString(), tried: trial && { from: trial.from, until: trial.until, clocks: trial.clocks }, untried_reason: row.untriedReason,
    }
  })
}

/** @param version 0 for the product's own; the latest where it is left out @throws {BadInputError} `no_such_version` */
export async function readDeadlines(db: Queryable, version?: number): Promise<{ version: number, rules: DeadlineRules }> {
  if (version === undefined) return (await readDeadlineHistory(db)).latest
  if (version === 0) return { version, rules: INITIAL_DEADLINES }
  const row = (await readDeadlineVersions(db)).find((one) => one.version === version)
  if (!row) throw new BadInputError('no_such_version', `no rules have the version ${version}: weisu deadlines list`, { version })
  return { version, rules: row.rules as DeadlineRules }
}

/** Computes every deadline of the past anew, and keeps the result as the trial of these rules. @param range days, the last one excluded */
export async function tryDeadlines(db: Queryable, rules: DeadlineRules, alertRules: Pick<Rules, 'kinds'>, range: { from?: string | undefined, until?: string | undefined } = {}): Promise<DeadlineTrial> {
  const today = await readToday(db)
  const from = range.from ?? formatDay(parseDay(today) - 365)
  const until = range.until ?? formatDay(parseDay(today) + 1)
  const now = await readNow(db)
  const counts = new Map(CLOCKS.map((clock) => [clock, { clock, clocks: 0, earlier: 0, later: 0, without: 0, late_before: 0, late_after: 0 }]))
  for (const clock of await readClocks(db, { dueBefore: null, unit: null, alertId: null, stopped: true })) {
    const day = formatDay(localDay(clock.startedAt, clock.timeZone))
    const count = counts.get(clock.clock as ClockName)
    if (!count || day < from || day >= until) continue
    count.clocks++
    const ended = clock.stoppedAt ?? now
    if (ended > clock.dueAt) count.late_before++
    const found = findClockRule(rules, count.clock, clock.kind, clock.level, day)
    if (!found) {
      count.without++
      continue
    }
    const rule = found.basis !== 'reply' ? found
      : { ...found, limit: { unit: 'working_day', amount: alertRules.kinds[clock.kind as Kind].replyWorkingDays[clock.level as Level], start: 'next_day', inclusive: true } as const }
    const dueDate = clock.dueDate === null ? null : parseDay(clock.dueDate)
    const { dueAt } = dueOf({ rule, countedFrom: clock.countedFrom, dueDate, extended: Math.min(clock.extended, rule.extensions.most) }, localityOf(clock, rules))
    if (dueAt < clock.dueAt) count.earlier++
    else if (dueAt > clock.dueAt) count.later++
    if (ended > dueAt) count.late_after++
  }
  const rows = [...counts.values()].filter(({ clocks }) => clocks > 0)
  const sum = (of: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + of(row), 0)
  const trial: DeadlineTrial = {
    from, until, clocks: sum((row) => row.clocks), earlier: sum((row) => row.earlier), later: sum((row) => row.later), without: sum((row) => row.without),
    late: { before: sum((row) => row.late_before), after: sum((row) => row.late_after) }, by_clock: rows,
  }
  await saveDeadlineTrial(db, hashDeadlines(rules), trial)
  return trial
}

/** The same with the rules of alerting as they are now, by which replies are counted. @param last day, included */
export async function tryDeadlinesAsNow(db: Queryable, settings: Settings, rules: DeadlineRules, { from, last }: { from?: string | undefined, last?: string | undefined }): Promise<DeadlineTrial> {
  const { rules: alertRules } = await readRulesInForce(db, await readToday(db), settings)
  return tryDeadlines(db, rules, alertRules, { from, until: last === undefined ? undefined : formatDay(parseDay(last) + 1) })
}

export interface DeadlineActivation { from: string, author: string, note: string, untried?: string | undefined }

/** @throws {BadInputError} `deadlines_in_past`: clocks of that day were started already; `deadlines_untried` without a trial or a reason */
export async function activateDeadlines(db: Queryable, rules: DeadlineRules, { from, author, note, untried }: DeadlineActivation): Promise<DeadlineVersion> {
  parseDay(from, '--from')
  const today = await readToday(db)
  if (from < today) throw new BadInputError('deadlines_in_past', `clocks of ${from} were started by the rules in force: choose ${today} or later`, { from, today })
  const hash = hashDeadlines(rules)
  const trial = await readDeadlineTrial(db, hash)
  if (!trial && untried === undefined) throw new BadInputError('deadlines_untried', 'these rules were not tried on the clocks of the past: weisu deadlines try FILE, or --untried with a reason', { hash })
  const version = await insertDeadlineVersion(db, { rules, hash, author, source: rules.source, note, effectiveOn: from, trial: trial ?? null, untriedReason: trial ? null : untried! })
  return (await listDeadlineVersions(db)).find((one) => one.version === version)!
}
