/**
 * A delivering process that is killed when the n-th request was answered and before that is marked.
 * Arguments: database address, data directory, n. The webhook's receiver may be on this machine.
 */
import { loadConfig } from '../../core/config.ts'
import { SILENT } from '../../core/log.ts'
import { deliverNotices } from '../../jobs/deliver.ts'
import { createChannels } from '../../jobs/delivery/channels.ts'
import { openUrl } from '../../sql/db.ts'

const [url, dataDir, requests] = process.argv.slice(2) as [string, string, string]
const db = await openUrl(url, 'dying sender', false, () => {})
const config = { ...loadConfig({ dataDir }), delivery: { publicUrl: 'https://weisu.city.example', mailFrom: '', allowPrivateTargets: ['127.0.0.1'] } }
const real = createChannels(config)
let sent = 0
await deliverNotices({
  db, config, log: SILENT,
  messageChannels: {
    ...real,
    webhook: {
      close: real.webhook.close,
      send: async (message, target) => {
        const outcome = await real.webhook.send(message, target)
        if (++sent === Number(requests)) process.kill(process.pid, 'SIGKILL')
        return outcome
      },
    },
  },
})
