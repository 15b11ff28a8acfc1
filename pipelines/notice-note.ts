/**
 * What a notice says besides its alert, in one line: a card and whose clock it is about, an escalation, a part that came to the whole.
 */
import type { Locale } from '../core/config.ts'
import { t, TEXTS } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import { redact } from '../features/redact.ts'
import { shownAt } from './clocks/wording.ts'

/** @param payload of the notice; `note` is a text, or one for each language */
export function noteOf(reason: string | null, payload: Readonly<Record<string, unknown>> | null, locale: Locale): string {
  if (payload === null) return ''
  const parts = [textOf(payload.note, locale)]
  if (reason === 'card' || reason === 'escalated') parts.push(clockNote(payload, locale))
  if (reason === 'joined' && typeof payload.child_place === 'string') parts.push(t(locale, 'delivery.note_joined', { place: redact(payload.child_place.split('›').at(-1) ?? '') }))
  return parts.filter((part) => part !== '').join(locale === 'zh' ? '；' : '; ')
}

/** A text, or `{zh, en}`, without personal data. */
export function textOf(value: unknown, locale: Locale): string {
  const text = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[locale] : value
  return typeof text === 'string' ? redact(text) : ''
}

function clockNote({ clock, unit, due_at: dueAt, due_on: dueOn, certain, time_zone: timeZone, overdue_hours: overdue, card, to, raised_to: rung }: Readonly<Record<string, unknown>>, locale: Locale): string {
  const known = typeof dueAt === 'string' && typeof timeZone === 'string' ? shownAt(Date.parse(dueAt), timeZone) : typeof dueOn === 'string' ? dueOn : '–'
  const due = certain === false ? `${known} ${t(locale, 'delivery.due_uncertain')}` : known
  const parts = [
    card === 'yellow' || card === 'red' ? t(locale, `delivery.card.${card}`) : '',
    t(locale, 'delivery.note_due', { clock: word(locale, 'clock', clock), unit: textOf(unit, locale), due }),
    typeof overdue === 'number' && overdue > 0 ? t(locale, 'delivery.note_overdue', { hours: overdue }) : '',
    typeof to === 'string' ? t(locale, 'delivery.note_to', { role: word(locale, 'role', to) }) : '',
    typeof rung === 'string' ? t(locale, 'delivery.note_rung', { rung: word(locale, 'rung', rung) }) : '',
  ]
  return parts.filter((part) => part !== '').join(locale === 'zh' ? '，' : ', ')
}

function word(locale: Locale, stem: 'clock' | 'role' | 'rung', value: unknown): string {
  const key = `${stem}.${String(value)}`
  return key in TEXTS ? t(locale, key as TextKey) : String(value)
}
