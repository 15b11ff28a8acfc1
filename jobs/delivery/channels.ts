/**
 * The channels of a deployment, made from its configuration.
 */
import { readSecret } from '../../core/config.ts'
import type { Config } from '../../core/config.ts'
import { UnavailableError } from '../../core/errors.ts'
import type { ChannelName } from '../../sql/subscriptions.ts'
import { createAddressGuard } from '../../core/address-guard.ts'
import type { Resolve } from '../../core/address-guard.ts'
import { createMailChannel } from '../channels/mail.ts'
import type { MessageChannel } from '../channels/message.ts'
import { createRobotChannel } from '../channels/robots.ts'
import { createWebhookChannel } from '../channels/webhook.ts'

export type MessageChannels = Readonly<Record<ChannelName, MessageChannel>>

export interface ChannelOptions { timeoutMs?: number, resolve?: Resolve, now?: () => number }

export function createChannels({ delivery, smtpRef }: Pick<Config, 'delivery' | 'smtpRef'>, { resolve, ...options }: ChannelOptions = {}): MessageChannels {
  const publicUrl = linkBase(delivery.publicUrl)
  const guard = createAddressGuard(delivery.allowPrivateTargets, resolve)
  const http = { guard, publicUrl, ...options }
  const smtpUrl = (): string => {
    if (smtpRef === undefined) throw new UnavailableError('no_mail_server', 'no mail server: set WEISU_SMTP_URL_FILE or WEISU_SMTP_URL', {})
    return readSecret(smtpRef)
  }
  return {
    email: createMailChannel({ smtpUrl, from: delivery.mailFrom, publicUrl, ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }) }),
    webhook: createWebhookChannel(http),
    wecom: createRobotChannel('wecom', http),
    dingtalk: createRobotChannel('dingtalk', http),
    feishu: createRobotChannel('feishu', http),
  }
}

/** Without '/' at its end. */
export function linkBase(publicUrl: string): string {
  return publicUrl.replace(/\/+$/, '')
}

export async function closeChannels(channels: MessageChannels): Promise<void> {
  for (const channel of Object.values(channels)) await channel.close()
}
