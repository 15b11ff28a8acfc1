/**
 * Sends to a channel of this machine: many notices for one wait on the disk. The channel knows what it has, so what is written twice
 * stands there once.
 */
import { PipelineError } from '../../core/errors.ts'
import type { Queryable } from '../../sql/db.ts'
import * as deliveries from '../../sql/deliveries.ts'
import type { DeliveryContent, LockedDelivery } from '../../sql/deliveries.ts'
import type { Channel } from '../channels/file.ts'
import type { SendDeps, SendOptions } from './send.ts'

const LONGEST_RETRY_MS = 3_600_000

/** @param name of the channel @param rows taken by the transaction */
export async function sendNotices(
  { log, channels }: Pick<SendDeps, 'log' | 'channels'>, client: Queryable, name: string, rows: readonly LockedDelivery[], known: readonly DeliveryContent[],
  { maxAttempts, firstRetryMs }: Pick<SendOptions, 'maxAttempts' | 'firstRetryMs'>,
): Promise<void> {
  const contents = new Map(known.map((content) => [content.id, content]))
  const failed: (string | null)[] = []
  const fail = async ({ id, noticeId, attempts }: LockedDelivery, { message }: Error): Promise<void> => {
    failed.push(noticeId)
    log.warn('notice_attempt_failed', { notice: noticeId, attempt: attempts + 1, error: message })
    const pauseSeconds = Math.min(firstRetryMs * 2 ** attempts, LONGEST_RETRY_MS) / 1000
    await deliveries.markAttempted(client, [id], message, null, attempts + 1 >= maxAttempts ? null : pauseSeconds)
  }
  const written: LockedDelivery[] = []
  for (const row of rows) {
    const content = contents.get(row.id)
    if (!content) continue
    try {
      const { night, alertId, reason, unit, payload } = content
      await channelOf(channels, name).deliver({ id: row.noticeId!, night, alertId: alertId!, reason: reason!, unit, payload: payload!, channel: name, attempts: row.attempts })
      written.push(row)
    } catch (error) {
      await fail(row, error as Error)
    }
  }
  try {
    if (written.length > 0) await channels[name]!.flush()
    await deliveries.markDelivered(client, written.map((row) => row.id), null, written.map((row) => row.noticeId))
  } catch (error) {
    for (const row of written) await fail(row, error as Error)
  }
  await deliveries.settleNotices(client, failed)
}

function channelOf(channels: SendDeps['channels'], name: string): Channel {
  const channel = channels[name]
  if (!channel) throw new PipelineError('unknown_channel', `no channel named ${name}`, { channel: name })
  return channel
}
