/**
 * A worker whose event loop stands still for longer than its lease: nothing renews it. Arguments: database address, id of the part,
 * lease in milliseconds, file that ends the standstill. Says `taken` when it stands, then whether its result was kept, and its log.
 */
import { existsSync } from 'node:fs'
import { createLog } from '../../core/log.ts'
import { judgeShard } from '../../jobs/shards.ts'
import { openUrl } from '../../sql/db.ts'

const [url, id, leaseMs, door] = process.argv.slice(2) as [string, string, string, string]
const db = await openUrl(url, 'blocked worker', false, () => {})
const log = createLog((line) => process.stdout.write(`${line}\n`))
const kept = await judgeShard({
  db, log,
  judge: async () => {
    process.stdout.write('taken\n')
    await new Promise((resolve) => setImmediate(resolve)) // the word is out
    const nobody = new Int32Array(new SharedArrayBuffer(4))
    while (!existsSync(door)) Atomics.wait(nobody, 0, 0, 20)
    return { candidates: [666], verdicts: {}, cpuMs: 1 }
  },
}, id, Number(leaseMs))
process.stdout.write(`kept ${kept}\n`)
await db.close()
