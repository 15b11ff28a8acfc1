/**
 * Signatures of outgoing messages. Each receiver has its own way of turning a secret and a time into one.
 */
import { createHmac } from 'node:crypto'
import { BadInputError } from '../../core/errors.ts'

/** Fewest bytes of a webhook's secret, as Standard Webhooks asks. */
const LEAST_SECRET_BYTES = 24

/**
 * Standard Webhooks 1.0: base64 of HMAC-SHA256 over `id.timestamp.body`. While a secret is being replaced both may be given with a
 * space between; the header then holds two signatures.
 *
 * @param secret  'whsec_' and base64
 * @param seconds time of the attempt, since the epoch
 * @throws {BadInputError} the secret is none; the message does not hold it
 */
export function signWebhook(secret: string, id: string, seconds: number, body: string): string {
  return secret.split(/\s+/).map((part) => {
    const key = part.startsWith('whsec_') ? Buffer.from(part.slice('whsec_'.length), 'base64') : Buffer.alloc(0)
    if (key.length < LEAST_SECRET_BYTES) throw new BadInputError('bad_secret', 'a secret of webhooks is whsec_ and at least 24 bytes in base64', {})
    return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
  }).join(' ')
}

/** DingTalk: the key is the secret, the message time and secret. @param millis since the epoch @returns base64, still to be escaped for a URL */
export function signDingtalk(secret: string, millis: number): string {
  return createHmac('sha256', secret).update(`${millis}\n${secret}`).digest('base64')
}

/** Feishu: the key is time and secret, the message empty. @param seconds since the epoch */
export function signFeishu(secret: string, seconds: number): string {
  return createHmac('sha256', `${seconds}\n${secret}`).update('').digest('base64')
}
