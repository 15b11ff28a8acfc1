/**
 * Who called, without knowing who: the same phone number (or ID, or name) gives the same key, and nobody without the
 * deployment's secret can go back. HMAC-SHA256, cut to the 128 bits of a uuid.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { PipelineError } from '../core/errors.ts'

const KEY_BYTES = 32

/**
 * The deployment's secret, made on first use as `<data directory>/caller.key`, readable by its owner only.
 *
 * @param file  another place of the key, as it is where the database's administrators must not see it
 * @throws {PipelineError} the file holds no key
 */
export function readCallerSecret(dataDir: string, file?: string): Buffer {
  const path = file ?? `${dataDir}/caller.key`
  const present = readKey(path)
  if (present) return present
  if (file) throw new PipelineError('no_caller_key', `no caller key in ${path}`, { path })
  mkdirSync(dataDir, { recursive: true })
  // Written aside and linked: of two processes that begin at once, one's key stands, and both read that one.
  const fresh = `${path}.${process.pid}`
  const descriptor = openSync(fresh, 'w', 0o600)
  writeSync(descriptor, randomBytes(KEY_BYTES).toString('hex') + '\n')
  fsyncSync(descriptor)
  closeSync(descriptor)
  try {
    linkSync(fresh, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(fresh, { force: true })
  }
  return readKey(path)!
}

function readKey(path: string): Buffer | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw new PipelineError('bad_caller_key', `${path} holds no key of 64 hexadecimal digits`, { path })
  return Buffer.from(text, 'hex')
}

/**
 * One spelling for what means one caller: full-width digits, blanks, dashes and +86 make no difference to a number.
 * A masked number (138****1234) stands for many people: it gives ''.
 */
export function normaliseCaller(raw: string): string {
  const text = raw.normalize('NFKC').trim()
  if (text === '' || text.includes('*')) return ''
  const digits = text.replace(/[\s()+-]/g, '')
  if (!/^\d{5,}[xX]?$/.test(digits)) return text.toLowerCase()
  const local = digits.replace(/^(?:00)?86(?=1\d{10}$)/, '')
  return local.toUpperCase()
}

/** Key of a caller as a uuid; null where nothing tells who called. */
export function callerKey(secret: Buffer, raw: string): string | null {
  const caller = normaliseCaller(raw)
  if (caller === '') return null
  const hex = createHmac('sha256', secret).update(caller).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
