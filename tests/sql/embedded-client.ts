/**
 * A process that holds the embedded server of a data directory until its stdin ends. Says `open PORT` or `failed TEXT`.
 */
import { pathToFileURL } from 'node:url'

const [home, dataDir] = process.argv.slice(2) as [string, string]
const { startEmbedded } = await import(pathToFileURL(`${home}/sql/embedded.ts`).href) as typeof import('../../sql/embedded.ts')
try {
  const server = await startEmbedded(dataDir)
  process.stdin.on('end', () => server.release()).resume()
  process.stdout.write(`open ${server.port} ${server.url('postgres')}\n`)
} catch (error) {
  process.stdout.write(`failed ${(error as Error).message}\n`)
  process.exitCode = 1
}
