/**
 * A delivering process that is killed after its n-th line was written and before that was marked.
 * Arguments: database address, data directory, n.
 */
import { loadConfig } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { createFileChannel } from '../../jobs/channels/file.ts'
import { deliverNotices } from '../../jobs/deliver.ts'
import { openUrl } from '../../sql/db.ts'

const [url, dataDir, lines] = process.argv.slice(2) as [string, string, string]
const db = await openUrl(url, 'dying worker', false, () => {})
const real = createFileChannel(`${dataDir}/notices`)
let written = 0
await deliverNotices({
  db, config: loadConfig({ dataDir }), log: SILENT,
  channels: {
    file: {
      close: real.close,
      flush: real.flush,
      deliver: async (notice) => {
        await real.deliver(notice)
        if (++written === Number(lines)) process.kill(process.pid, 'SIGKILL')
      },
    },
  },
})
