/**
 * A dead-man's switch: once the newest night is done and none is owed, an address outside is asked, once a night whoever runs. Who
 * keeps that address raises the alarm when it is not asked.
 */
import type { Config } from '../core/config.ts'
import type { Log } from '../core/log.ts'
import type { Db } from '../sql/db.ts'
import { claimPing, releasePing } from '../sql/due-runs.ts'
import { createAddressGuard, RefusedTarget } from '../core/address-guard.ts'
import { post } from '../core/http.ts'

/** @returns the night it told of. The address is a secret: it appears in no log */
export async function pingWhenDone(db: Db, { pingUrl: url, delivery }: Pick<Config, 'pingUrl' | 'delivery'>, log: Log): Promise<string | undefined> {
  const night = url === undefined ? undefined : await claimPing(db, 'nightly')
  if (url === undefined || night === undefined) return undefined
  let reason = 'no answer' // the message of a failed request may hold the address
  try {
    const { status } = await post({ url, headers: {}, body: JSON.stringify({ night }) }, { guard: createAddressGuard(delivery.allowPrivateTargets) })
    if (status >= 200 && status < 300) {
      log.info('ping', { night })
      return night
    }
    reason = `status ${status}`
  } catch (error) {
    if (error instanceof RefusedTarget) reason = 'refused address'
  }
  log.warn('ping_failed', { night, reason })
  await releasePing(db, 'nightly', night)
  return undefined
}
