/**
 * Passwords: argon2id of node:crypto as PHC strings, never more than two at once, and which passwords are too weak to take.
 */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { BadInputError, PipelineError } from '../../core/errors.ts'

/** OWASP's smallest for argon2id: 19 MiB, two passes, one lane. */
const COST = { memory: 19456, passes: 2, parallelism: 1, tagLength: 32 } as const
const AT_ONCE = 2
/** Sign-ins that may wait for their turn; more are turned away, since each would cost a tenth of a second of processor. */
const MOST_WAITING = 40
export const SHORTEST_PASSWORD = 12
const LONGEST_PASSWORD = 200
const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** Takes as long for a null hash, which nothing fits, as for another. */
  verify(password: string, hash: string | null): Promise<boolean>
}

export function createPasswordHasher(): PasswordHasher {
  let running = 0
  const waiting: (() => void)[] = []
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING) throw new PipelineError('too_many_requests', 'too many sign-ins at once', { minutes: 1, retryAfter: 5 })
      await new Promise<void>((resolve) => { waiting.push(resolve) })
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
  const dummy = phc(randomBytes(16), randomBytes(COST.tagLength))
  return {
    hash: (password) => inTurn(async () => {
      const salt = randomBytes(16)
      return phc(salt, await derive(password, salt, COST))
    }),
    verify: (password, hash) => inTurn(async () => {
      const [, memory, passes, parallelism, salt, tag] = PHC.exec(hash ?? dummy) ?? PHC.exec(dummy)!
      const expected = Buffer.from(tag!, 'base64')
      const given = await derive(password.slice(0, LONGEST_PASSWORD), Buffer.from(salt!, 'base64'), { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism), tagLength: expected.length })
      return timingSafeEqual(given, expected) && hash !== null
    }),
  }
}

function derive(password: string, nonce: Buffer, cost: { memory: number, passes: number, parallelism: number, tagLength: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2('argon2id', { ...cost, message: password.normalize('NFC'), nonce }, (error, tag) => (error ? reject(error) : resolve(tag)))
  })
}

function phc(salt: Buffer, tag: Buffer): string {
  const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${text(salt)}$${text(tag)}`
}

/** Long passwords that many people have thought of. */
const KNOWN = ['passwordpassword', 'password12345', 'qwertyuiop', 'qwerty123456', '1q2w3e4r5t6y', '1qaz2wsx3edc', 'iloveyou', 'administrator', 'letmein', 'welcome12345', 'abcdefghijkl', 'abc123456', '1234567890', '0987654321', 'woaini', '5201314', 'weisu', '12345热线']

/** @throws {BadInputError} `weak_password`: too short, too long, too few different signs, or what others would guess */
export function checkPassword(password: string, accountName: string): void {
  const folded = password.normalize('NFKC').toLowerCase()
  const weak = (why: string): BadInputError => new BadInputError('weak_password', `the password is weak: ${why}`, { least: SHORTEST_PASSWORD })
  if ([...password].length < SHORTEST_PASSWORD) throw weak('short')
  if (password.length > LONGEST_PASSWORD) throw weak('long')
  if (new Set(folded).size < 5) throw weak('monotonous')
  if (accountName.length >= 3 && folded.includes(accountName.toLowerCase())) throw weak('the name')
  // What is left without a known one must still be something.
  if (KNOWN.some((known) => folded.includes(known) && folded.replace(known, '').length < 6)) throw weak('common')
}
