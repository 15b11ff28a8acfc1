/**
 * What an official is told of an alert outside the product: place, topic, level, since when, how many callers, why, who acts and by
 * when. Nothing of the callers and nothing they said; names of places and topics are redacted like text, since lists of places
 * come with house numbers and worse in them.
 */
import type { Locale } from '../core/config.ts'
import { t } from '../core/texts.ts'
import { redact } from '../features/redact.ts'
import { alertSentence, alertTitle, factsOfWhy, placeWords } from './alert-text.ts'
import type { AlertTextFacts } from './alert-text.ts'
import { noteOf, textOf } from './notice-note.ts'
import { seasonReason, seasonTitle } from './season/wording.ts'
import type { SeasonalWhy } from './seasonal-alerts.ts'

/** An alert as of the night of the notice; null where the store does not know. */
export interface NewsSource {
  noticeId: string | null
  alertId: string | null
  night: string
  reason: string | null
  payload: Record<string, unknown> | null
  unit: string | null
  unreachedUnit: string | null
  level: string | null
  alertKind: string | null
  /** Paths, names joined by '›'. */
  place: string
  topic: string
  firstNight: string | null
  windowDays: number | null
  observed: number | null
  expected: number | null
  callers: number | null
  recurrenceDays: number | null
  why: Record<string, unknown> | null
  lead: string | null
  territory: string | null
  coUnits: readonly string[]
  dueOn: string | null
  dueCertain: boolean | null
}

/** One alert in a message; the keys are promised in docs/delivery.md. */
export interface AlertNews {
  alert: string
  /** 'opened', 'raised', … */
  event: string
  night: string
  level: string
  kind: string
  /** Names from the city down, and from the top topic down. */
  place: string[]
  topic: string[]
  title: string
  /** What counts made the alert; '' where the notice is not about counts. */
  why: string
  /** What the notice says besides: of a task, a card, a comment. */
  note: string
  /** First night of the alert. */
  since: string | null
  window_days: number | null
  /** Distinct callers in the window and since the alert began; expected callers of the window. */
  callers: number | null
  callers_so_far: number | null
  expected: number | null
  lead_unit: string | null
  territory_unit: string | null
  co_units: string[]
  due_on: string | null
  due_certain: boolean | null
  /** Units that the notices are addressed to, and those of them that have no subscription of their own. */
  told: string[]
  unreached: string[]
  notices: string[]
  url: string | null
}

/**
 * Notices of one alert, night and event that say the same become one piece of news that names all the units told. Of a notice's
 * payload `level`, `kind`, `place`, `family` stand in for an alert that is not in the store; `title`, `note` (a text, or one for
 * each language) and `due_on` are told as they are.
 *
 * @param publicUrl without '/' at its end, or ''
 */
export function newsOf(rows: readonly NewsSource[], locale: Locale, publicUrl: string): AlertNews[] {
  const groups = Map.groupBy(rows.filter((row) => row.alertId !== null), (row) => JSON.stringify([row.alertId, row.night, row.reason, noteOf(row.reason, row.payload, 'zh'), row.payload?.title, row.payload?.due_on]))
  return [...groups.values()].map((group) => oneOf(group, locale, publicUrl))
}

function oneOf(group: readonly NewsSource[], locale: Locale, publicUrl: string): AlertNews {
  const row = group[0]!
  const place = sentNames(row.place)
  const topic = sentNames(row.topic)
  const season = row.alertKind === 'seasonal' && row.why ? row.why as unknown as SeasonalWhy : undefined
  const words = { place: placeWords(locale, place), topic: topic.at(-1) ?? t(locale, 'alert.all_topics') }
  const known = row.observed !== null && row.recurrenceDays !== null
  const told = factsOfWhy(row.why)
  const facts: AlertTextFacts = {
    place, topic, night: row.night, firstNight: row.firstNight, windowDays: row.windowDays ?? 0, observed: row.observed ?? 0, expected: row.expected ?? 0, callers: row.callers,
    recurrenceDays: row.recurrenceDays ?? 0, ...told, phrases: told.phrases.map(redact),
  }
  const given = textOf(row.payload?.title, locale)
  const dueOn = row.payload?.due_on
  return {
    alert: row.alertId!, event: row.reason ?? '', night: row.night, level: row.level ?? 'blue', kind: row.alertKind ?? 'emerging', place, topic,
    title: given !== '' ? given : season ? seasonTitle(locale, season, words.place, words.topic)
      : known ? alertTitle(locale, facts) : t(locale, 'delivery.title_short', words),
    why: season ? seasonReason(locale, season)
      : known ? alertSentence(locale, facts) : '',
    note: noteOf(row.reason, row.payload, locale),
    since: row.firstNight, window_days: row.windowDays, callers: row.observed, callers_so_far: row.callers, expected: row.expected,
    lead_unit: row.lead, territory_unit: row.territory, co_units: [...row.coUnits], due_on: typeof dueOn === 'string' ? dueOn : row.dueOn, due_certain: typeof dueOn === 'string' ? null : row.dueCertain,
    told: unique(group.map((it) => it.unit)), unreached: unique(group.map((it) => it.unreachedUnit)), notices: unique(group.map((it) => it.noticeId)),
    url: publicUrl === '' ? null : `${publicUrl}/alerts/${encodeURIComponent(row.alertId!)}`,
  }
}

/** The names of a path as they may be sent out. */
export function sentNames(path: string): string[] {
  return path.split('›').filter((name) => name !== '').map(redact)
}

function unique(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))].sort()
}
