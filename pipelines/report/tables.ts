/**
 * The tables of a night's report as data: topic families by district over its two weeks, coverage, sources. Cells that would give a caller
 * away are null, those of one or two callers and as many others as it takes.
 */
import { BadInputError } from '../../core/errors.ts'
import type { Queryable } from '../../sql/db.ts'
import { readReportCoverage, readReportPivot, readReportSources } from '../../sql/report.ts'
import type { ReportCoverageRow, ReportPivotRow, ReportSourceRow } from '../../sql/report.ts'
import { findRun } from '../../sql/run-list.ts'
import { FEWEST_CALLERS } from './facts.ts'
import { suppress } from './suppress.ts'

export interface PivotCell {
  /** Path of the family or district; '' is all others together, null the total. */
  topic: string | null
  district: string | null
  /** Of the 7 days until the night, and of the 7 before; null where hidden. */
  tickets: number | null
  callers: number | null
  tickets_before: number | null
  callers_before: number | null
}

export interface ReportTables { night: string, fewest_callers: number, pivot: PivotCell[], coverage: ReportCoverageRow[], sources: ReportSourceRow[] }

const FAMILIES = 20
const DISTRICTS = 20

/** @throws {BadInputError} `no_such_night` */
export async function readReportTables(db: Queryable, night: string): Promise<ReportTables> {
  if (!await findRun(db, night)) throw new BadInputError('no_such_night', `night ${night} has not run`, { night })
  return {
    night, fewest_callers: FEWEST_CALLERS, pivot: hideFew(await readReportPivot(db, night, FAMILIES, DISTRICTS)), coverage: await readReportCoverage(db, night), sources: await readReportSources(db, night),
  }
}

/** The rows with small cells hidden; cells that are not there hold nothing. */
export function hideFew(rows: readonly ReportPivotRow[]): PivotCell[] {
  const sides = (names: readonly (string | null)[]): (string | null)[] => [...new Set(names)].sort((a, b) => Number(a === null) - Number(b === null) || (a! < b! ? -1 : 1))
  const [topics, districts] = [sides(rows.map((row) => row.topic)), sides(rows.map((row) => row.district))]
  const at = new Map(rows.map((row) => [JSON.stringify([row.topic, row.district]), row]))
  const grid = (value: 'callers' | 'callers_before'): ReturnType<typeof suppress> =>
    suppress(topics.map((topic) => districts.map((district) => at.get(JSON.stringify([topic, district]))?.[value] ?? 0)), FEWEST_CALLERS)
  const [now, before] = [grid('callers'), grid('callers_before')]
  return rows.map((row) => {
    const [i, j] = [topics.indexOf(row.topic), districts.indexOf(row.district)]
    const [hidden, hiddenBefore] = [now[i]![j] !== undefined, before[i]![j] !== undefined]
    return {
      topic: row.topic, district: row.district, tickets: hidden ? null : row.tickets, callers: hidden ? null : row.callers, tickets_before: hiddenBefore ? null : row.tickets_before, callers_before: hiddenBefore ? null : row.callers_before,
    }
  })
}
