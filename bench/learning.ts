/**
 * What would a ranker learn if units judged a share of the alerts by the truth? `node bench/learning.ts DATA_DIR REPLAY`: a demo city's store
 * with a replay; verdicts come from its labels, a week after each alert.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderTable } from '../cli/table.ts'
import { loadConfig } from '../core/config.ts'
import { formatDay, parseDay } from '../core/days.ts'
import { createRng } from '../core/rng.ts'
import { trainRanker } from '../pipelines/learn/ranker.ts'
import { openDb } from '../sql/db.ts'
import type { Queryable } from '../sql/db.ts'
import { readOutcomes } from '../sql/learning.ts'
import type { OutcomeRow } from '../sql/learning.ts'
import { openReplay } from '../sql/replays.ts'

interface Label { should_alert: boolean, ticket_nos: string[] }

/** Fewest tickets of a planted episode that make an alert about it true. */
const FEWEST_TICKETS = 3
const SHARES = [0.2, 0.3, 0.5, 1] as const

/** Alerts that hold tickets of an episode that should alert. */
async function trueAlerts(db: Queryable, labels: readonly Label[]): Promise<Set<string>> {
  const numbers = labels.filter((label) => label.should_alert).flatMap((label, episode) => label.ticket_nos.map((no) => ({ no, episode })))
  const { rows } = await db.query<{ id: string }>(
    `select distinct id from (
       select a.alert_id as id, e.episode from alert_tickets a join jsonb_to_recordset($1::jsonb) as e (no text, episode int) on e.no = a.ticket_no
       group by 1, 2 having count(*) >= $2
     ) as about`, [JSON.stringify(numbers), FEWEST_TICKETS])
  return new Set(rows.map((row) => row.id))
}

export async function benchLearning(dataDir: string, replay: string): Promise<object[]> {
  const store = await openDb(loadConfig({ dataDir }, {}), 'bench learning')
  const db = openReplay(store, replay)
  try {
    const labels = readFileSync(join(dataDir, 'labels.json'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Label)
    const right = await trueAlerts(db, labels)
    const outcomes = await readOutcomes(db, { from: '0001-01-01', reviewedBy: '9999-12-31', judgedBy: '9999-12-31', age: 28 })
    return SHARES.map((share) => {
      const random = createRng(`learning/${share}`)
      const judged = outcomes.map((row): OutcomeRow => ({
        ...row, features: { score: Math.log1p(Math.max(0, row.score)), ...row.features },
        ...(random.next() < share ? { verdict: right.has(row.alertId) ? 'true' : 'false', judgedOn: formatDay(parseDay(row.night) + 7) } : { verdict: null, judgedOn: null }),
      }))
      const { row } = trainRanker(parseDay(outcomes.at(-1)!.night) + 1, judged)
      return { share, judged: row.outcomes, true: row.good, reason: row.reason, cases: row.holdout?.cases, auc: row.holdout?.auc, auc_score: row.holdout?.auc_plain, brier: row.holdout?.brier, slope: row.holdout?.slope }
    })
  } finally {
    await db.close()
    await store.close()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [dataDir, replay] = process.argv.slice(2)
  const rows = (await benchLearning(dataDir!, replay!)) as Record<string, unknown>[]
  const keys = Object.keys(rows[0]!)
  console.log(renderTable(keys.map((title) => ({ title, align: 'right' as const })), rows.map((row) => keys.map((key) => String(row[key] ?? '–'))), { width: Infinity }))
}
