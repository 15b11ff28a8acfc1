/**
 * Why an alert is there, in numbers: what was seen and expected, since when, where the usual comes from, how strong the
 * evidence is, what other methods say, and what to expect next. The keys of `Explanation` are promised in docs/cli.md.
 */
import type { Locale, Settings } from '../core/config.ts'
import { formatDay, parseDay } from '../core/days.ts'
import type { Day } from '../core/days.ts'
import { BadInputError } from '../core/errors.ts'
import { readAlertNights, readAlertSignals } from '../sql/alert-signals.ts'
import type { AlertNightSummary, AlertSignalRow } from '../sql/alert-signals.ts'
import type { Db } from '../sql/db.ts'
import { readKnownEvents } from '../sql/events.ts'
import { readForecasts } from '../sql/forecasts.ts'
import { readVerdicts } from '../sql/learning.ts'
import type { VerdictRow } from '../sql/learning.ts'
import { findRun } from '../sql/run-list.ts'
import type { SignalEvidence } from '../sql/signals.ts'
import { readPlaces, readTopics } from '../sql/trees.ts'
import { listAlerts } from './alerts.ts'
import { HISTORY_DAYS } from './detect.ts'
import { readAlertGroups } from './issues/alert-groups.ts'
import type { AlertGroup } from './issues/alert-groups.ts'
import { openRecords } from './learn/record-of.ts'
import type { AlertRecord } from './learn/record-of.ts'
import { readRulesInForce } from './rules-in-force.ts'

export interface Explanation {
  id: string
  night: string
  first_night: string
  kind: string
  level: string
  title: string
  /** Names from the city down; those of the neighbours that stand out together with the place. */
  place: string[]
  neighbours: string[][]
  /** Names from the top down; empty for all topics together. */
  topic: string[]
  verdict: 'alert' | 'watch'
  /** What gave the night its level: a rule of the version in force, which may since have another text; and the exception it stands under. */
  level_rule: { id: string, version: number, author: string | null, source: string | null, note: string | null, exception: string | null }
  /** Where the usual comes from: negbin_regression, share_of_city, neighbours or ears_c2. */
  detector: string
  /** The days that decided, up to and with the night; `upper` is the fewest callers that would have been watched. */
  window: { from: string, days: number, callers: number, expected: number, upper: number }
  baseline: SignalEvidence['baseline']
  surrounding_ratio: number
  windows: SignalEvidence['windows']
  /** log10_p is of the night and this series alone, recurrence_days of the whole deployment, as are the two limits. */
  strength: { log_odds: number, log10_p: number, recurrence_days: number, watch_days: number, alert_days: number }
  detectors: SignalEvidence['detectors']
  /** Known events over the place and topic, on the days [from, until) of the history. */
  events: { from: string, until: string, note: string }[]
  forecast: { horizon_days: number, mean: number, q10: number, q90: number, surge: number | null }[]
  /** What came of alerts of the same rule, detector, level, family and unit by this night. */
  record: AlertRecord
  /** The units' words about it that this night knew, oldest first. */
  verdicts: VerdictRow[]
  /** The same as things are going, by the model that serves the series; empty for a night of an earlier version. */
  outlook: {
    horizon_days: number, mean: number, q025: number, q10: number, q25: number, q50: number, q75: number, q90: number, q975: number, usual: number
    threshold: number, surge: number, chances: Readonly<Record<string, number>>, model: string, trained_on: string | null, certain: boolean
  }[]
  /** Groups of one cause among its tickets, that with most of them first; empty where nights do not group tickets. */
  groups: AlertGroup[]
  /** The alert's nights with a signal up to this one, oldest first. */
  nights: AlertNightSummary[]
}

export interface ExplanationRequest {
  /** The alert's last night with a signal if absent. */
  night?: string | undefined
  locale: Locale
  settings: Settings
}

/** @throws {BadInputError} no such alert, or no signal of it on that night */
export async function explainAlert(db: Db, id: string, { night: asked, locale, settings }: ExplanationRequest): Promise<Explanation> {
  const nights = await readAlertNights(db, id)
  if (nights.length === 0) throw new BadInputError('no_such_alert', `no alert has the id ${id}: weisu alerts --all lists them`, { id })
  const night = asked ?? nights.at(-1)!.night
  if (!nights.some((one) => one.night === night)) await refuseNight(db, id, night, nights)
  const alert = (await listAlerts(db, { date: night, locale })).find((row) => row.id === id)!
  if (alert.kind === 'seasonal') {
    throw new BadInputError('seasonal_alert', `${id} tells of a coming season, not of a signal: weisu alerts show ${id}, weisu calendar`, { id })
  }
  const [signal] = await readAlertSignals(db, [id], night)
  if (!signal) {
    throw new BadInputError('no_evidence', `night ${night} was judged by an earlier version, which kept no evidence: weisu nightly --date ${night} --force judges it anew`, { night })
  }
  const { evidence } = signal
  const { version, rules } = await readRulesInForce(db, night, settings)
  const levelRule = rules.levels.find((rule) => rule.id === alert.why.rule)
  const exception = rules.exceptions.find((rule) => rule.id === alert.why.exception)
  return {
    id, night, first_night: alert.first_night, kind: alert.kind, level: alert.level, title: alert.title,
    place: alert.place, neighbours: signal.neighbourPaths.map((path) => path.split('›')), topic: alert.topic,
    verdict: alert.why.verdict === 'alert' || alert.why.verdict === 'watch' ? alert.why.verdict : signal.verdict,
    level_rule: {
      id: String(alert.why.rule ?? ''), version, author: levelRule?.author ?? null, source: levelRule?.source ?? null, note: levelRule?.note ?? null,
      exception: exception?.id ?? null,
    },
    detector: signal.detector,
    window: {
      from: formatDay(parseDay(night) + 1 - signal.windowDays), days: signal.windowDays, callers: signal.callers,
      expected: signal.expected, upper: signal.upper,
    },
    baseline: evidence.baseline, surrounding_ratio: evidence.surroundingRatio, windows: evidence.windows,
    strength: {
      log_odds: evidence.logOdds, log10_p: signal.log10P, recurrence_days: signal.recurrenceDays,
      watch_days: rules.detection.watchDays, alert_days: exception?.recurrenceDays ?? rules.detection.recurrenceDays,
    },
    detectors: evidence.detectors,
    events: await readEventsOver(db, signal, parseDay(night)),
    forecast: evidence.forecast.map(({ horizon, ...chances }) => ({ horizon_days: horizon, ...chances })),
    record: (await openRecords(db, night))({
      rule: typeof alert.why.rule === 'string' ? alert.why.rule : null, detector: signal.detector, level: alert.level,
      familyId: (await readTopics(db)).get(signal.topicId)!.familyId ?? signal.topicId, unit: alert.lead_unit,
    }),
    verdicts: await readVerdicts(db, id, night),
    outlook: await readOutlook(db, night, signal),
    groups: await readAlertGroups(db, id, night),
    nights: nights.filter((one) => one.night <= night),
  }
}

async function readOutlook(db: Db, night: string, { placeId, topicId }: AlertSignalRow): Promise<Explanation['outlook']> {
  return (await readForecasts(db, night)).filter((row) => row.placeId === placeId && row.topicId === topicId)
    .map(({ placeId: _place, topicId: _topic, horizon, trainedOn, ...row }) => ({ horizon_days: horizon, ...row, trained_on: trainedOn }))
}

/** A night that has not run and a night without a signal are different answers. */
async function refuseNight(db: Db, id: string, night: string, nights: readonly AlertNightSummary[]): Promise<never> {
  if (!await findRun(db, night)) throw new BadInputError('no_such_night', `night ${night} has not run`, { night })
  const had = asRanges(nights.map((one) => parseDay(one.night)))
  throw new BadInputError('no_signal', `alert ${id} has no signal on ${night}, it has on ${had.join(', ')}`, { id, night, nights: had })
}

/** Days in a row become one range, as "2026-11-02–2026-11-05". */
function asRanges(days: readonly Day[]): string[] {
  const firsts = days.filter((day, i) => day - 1 !== days[i - 1])
  const lasts = days.filter((day, i) => day + 1 !== days[i + 1])
  return firsts.map((first, i) => [...new Set([first, lasts[i]!])].map(formatDay).join('–'))
}

/** Events that the night knew of, at or above the signal's place and topic, in the days it learned from. */
async function readEventsOver(db: Db, { placeId, topicId }: AlertSignalRow, night: Day): Promise<Explanation['events']> {
  const place = (await readPlaces(db)).get(placeId)!
  const topic = (await readTopics(db)).get(topicId)!
  return (await readKnownEvents(db, night))
    .filter((event) => place.rollup.includes(event.placeId) && topic.rollup.includes(event.topicId) && event.until > night + 1 - HISTORY_DAYS)
    .map((event) => ({ from: formatDay(event.from), until: formatDay(event.until), note: event.note }))
}
