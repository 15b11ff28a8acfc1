/**
 * One-time codes of an authenticator (RFC 6238: SHA-1, 30 s, six digits) and the address by which it learns the secret.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'

const STEP_SECONDS = 30
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Time step of an instant in milliseconds. */
export function stepAt(ms: number): number {
  return Math.floor(ms / 1000 / STEP_SECONDS)
}

export function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const at = mac[mac.length - 1]! & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/**
 * The step whose code this is, one step early or late; undefined where it is none, or one that was used.
 *
 * @param lastStep  of the last code that was taken
 */
export function matchCode(secret: Uint8Array, code: string, ms: number, lastStep: number): number | undefined {
  const given = Buffer.from(code.replace(/\s/g, '').padEnd(6).slice(0, 6))
  for (const step of [stepAt(ms), stepAt(ms) - 1, stepAt(ms) + 1]) {
    if (timingSafeEqual(Buffer.from(codeAt(secret, step)), given.length === 6 ? given : Buffer.alloc(6)) && step > lastStep) return step
  }
  return undefined
}

export function base32(bytes: Uint8Array): string {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  return bits.match(/.{1,5}/g)!.map((five) => BASE32[parseInt(five.padEnd(5, '0'), 2)]!).join('')
}

/** What the authenticator scans. */
export function otpauthUri(secret: Uint8Array, account: string, issuer: string): string {
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=6&period=30`
}
