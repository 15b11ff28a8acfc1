/**
 * What to tell the callers of an alert, made from where it stands: for operators of the hotline, who may change it before they say it.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import type { AlertState } from '../alert-state.ts'
import { placeOf, topicOf } from './words.ts'

export interface ReplyFacts { state: AlertState, place: readonly string[], topic: readonly string[], lead: string | null, since: string, report: string | null }

const STEP: Readonly<Partial<Record<AlertState, TextKey>>> = {
  unsigned: 'inbox.reply.known', reassign_requested: 'inbox.reply.known', signed: 'inbox.reply.signed', reopened: 'inbox.reply.again', verified: 'inbox.reply.verified', handling: 'inbox.reply.handling',
  on_book: 'inbox.reply.on_book', strike_off_requested: 'inbox.reply.checked', under_review: 'inbox.reply.checked', struck_off: 'inbox.reply.done', looking_back: 'inbox.reply.done', archived: 'inbox.reply.done',
  false_alarm: 'inbox.reply.false', merged: 'inbox.reply.known',
}

export function replyText(locale: Locale, { state, place, topic, lead, since, report }: ReplyFacts): string {
  const params = { place: placeOf(locale, place), topic: topicOf(locale, topic), unit: lead ?? t(locale, 'inbox.reply.somebody'), since, report: report ?? '' }
  return [t(locale, 'inbox.reply.heard', params), t(locale, STEP[state] ?? 'inbox.reply.known', params), ...(report ? [t(locale, 'inbox.reply.report', params)] : []), t(locale, 'inbox.reply.end', params)].join(locale === 'zh' ? '' : ' ')
}
