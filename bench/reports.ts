/**
 * How long a night takes to compute its reports, and pages to answer: `node bench/reports.ts DATA_DIRECTORY [NIGHT]`, a store with a night.
 */
import { loadConfig } from '../core/config.ts'
import { SILENT } from '../core/log.ts'
import { computeDocument, saveDocuments } from '../pipelines/reports/compute.ts'
import { encodeReport, REPORT_FORMATS } from '../pipelines/reports/files.ts'
import { PERIODS } from '../pipelines/reports/period.ts'
import { openDb } from '../sql/db.ts'
import { listRuns } from '../sql/run-list.ts'
import { openWebGate } from '../sql/web-gate.ts'
import type { Accounts } from '../web/accounts/service.ts'
import { createWeb } from '../web/app.ts'

const ROUNDS = 40

const [dataDir, given] = process.argv.slice(2)
if (dataDir === undefined) throw new Error('usage: node bench/reports.ts DATA_DIRECTORY [NIGHT]')
const config = loadConfig({ dataDir })
const db = await openDb(config, 'bench')
const gate = await openWebGate(db, { dataDir })
try {
  const night = given ?? (await listRuns(db, 1))[0]!.night
  const { rows: [size] } = await db.query<{ tickets: number }>('select count(*)::int as tickets from tickets')
  console.log(`${size!.tickets} tickets, night ${night}`)
  for (const period of PERIODS) {
    const document = await timed(`compute ${period}`, () => computeDocument(db, config, night, period))
    console.log(`  ${JSON.stringify(document).length} bytes`)
    if (period === 'month') for (const format of REPORT_FORMATS) await timed(`  ${format}`, () => encodeReport('zh', document, format).catch((error: Error) => console.log(error.message)))
  }
  await saveDocuments(db, config, night)
  const actor = { id: 1, account: 'bench', name: 'bench', role: 'policy_reader', units: [], territories: [], topics: [], scope: { units: [], places: [], topics: [] } }
  const accounts = { cookie: 's', identify: async () => ({ actor, session: { id: 1, demo: false } }) } as unknown as Accounts
  const app = createWeb({ gate, accounts, config, log: SILENT })
  const busiest = (await computeDocument(db, config, night, 'month')).places.find((place) => place.depth === 2)!.id
  const paths = ['/reports/night', '/reports/week', '/reports/month', '/reports/coverage', '/reports/quality',
    ...PERIODS.map((period) => `/reports/${period}/tickets?night=${night}&area=${busiest}&topic=1&window=now`), `/reports/month/tickets?night=${night}&area=0&topic=1&window=now`]
  for (const path of paths) {
    const times: number[] = []
    let bytes = 0
    for (let i = 0; i < ROUNDS; i++) {
      const began = performance.now()
      const response = await app.request(path, { headers: { cookie: 'lang=zh', 'sec-fetch-site': 'same-origin' } })
      bytes = (await response.arrayBuffer()).byteLength
      if (response.status !== 200) throw new Error(`${path}: ${response.status}`)
      times.push(performance.now() - began)
    }
    times.sort((a, b) => a - b)
    console.log(`${path.replace(/night=[\d-]+&/, '')}: median ${times[ROUNDS >> 1]!.toFixed(0)} ms, p95 ${times[Math.floor(ROUNDS * 0.95)]!.toFixed(0)} ms, ${bytes} bytes`)
  }
} finally {
  await gate.close()
  await db.close()
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const result = await work()
  console.log(`${name}: ${((performance.now() - began) / 1000).toFixed(2)} s`)
  return result
}
