/**
 * The alert step of a night on signals made by hand: tickets are real rows, what the detector would have said of them is given.
 */
import type { PoolClient } from 'pg'
import { formatDay, parseDay } from '../../core/days.ts'
import { SETTINGS_DEFAULTS } from '../../core/config.ts'
import { raiseAlerts } from '../../pipelines/alert.ts'
import type { AlertCounts } from '../../pipelines/alert.ts'
import { initialRules } from '../../pipelines/rules.ts'
import type { Rules } from '../../pipelines/rules.ts'
import { createWeekly } from '../../pipelines/season/weekly.ts'
import type { Db } from '../../sql/db.ts'
import { deriveInboxAfter } from '../../sql/inbox-refresh.ts'
import { saveSignals } from '../../sql/signals.ts'
import type { SignalRow } from '../../sql/signals.ts'
import { readPlaces, readTopics } from '../../sql/trees.ts'

export interface SignalSpec {
  /** Paths; '' is all topics together. */
  place: string
  topic: string
  observed: number
  expected?: number
  windowDays?: number
  verdict?: 'alert' | 'watch'
  recurrenceDays?: number
  /** The higher, the earlier in the night. */
  score?: number
}

export interface AlertNightOptions {
  notify?: boolean
  rules?: Rules
  replay?: boolean
  weekly?: boolean
  /** What the step is run within, in its transaction; the inbox at once as in a night without it. */
  around?: (client: PoolClient, work: () => Promise<AlertCounts>) => Promise<AlertCounts>
}

/** Runs the alert step of the night, with its weekly tables where asked for. Night by night, in any order. */
export async function alertNight(db: Db, date: string, specs: readonly SignalSpec[], { notify = true, rules = initialRules(SETTINGS_DEFAULTS), replay = false, weekly = false, around = (client, work) => deriveInboxAfter(client, date, work) }: AlertNightOptions = {}): Promise<AlertCounts> {
  const night = parseDay(date)
  const [places, topics] = [await readPlaces(db, date), await readTopics(db, date)]
  const placeOf = (path: string): number => [...places.values()].find((place) => place.path === path)!.id
  const topicOf = (path: string): number => [...topics.values()].find((topic) => topic.path === path)!.id
  await saveSignals(db, date, specs.map((spec) => signal(spec, night, placeOf, topicOf)), [])
  if (weekly) await createWeekly(db).refresh(night)
  const { rows } = await db.query<{ night: string | null }>('select max(night) as night from alert_nights')
  const last = rows[0]!.night
  return db.transaction((client) => around(client, () => raiseAlerts(client, {
    night, places, topics, rules, hotlineUnit: 'Hotline desk', countries: new Map([['City', 'US']]), notify, withheldAs: replay ? 'replay' : 'past_night', lastNight: last !== null && last > date ? last : date,
  })))
}

function signal(spec: SignalSpec, night: number, placeOf: (path: string) => number, topicOf: (path: string) => number): SignalRow {
  const { observed, expected = 0.5, windowDays = 3, verdict = 'alert', recurrenceDays = verdict === 'alert' ? 1000 : 20, score = observed } = spec
  const from = formatDay(night - 9)
  return {
    placeId: placeOf(spec.place), topicId: topicOf(spec.topic), detector: 'weisu', verdict, windowDays, observed, expected, upper: expected + 2, log10P: -6, recurrenceDays, callers: observed,
    evidence: {
      score, surroundingRatio: 1, logOdds: 5, neighbours: [], baseline: { days: 300, callers: 30, prior: 0.1, expected: 0.1, cv: 0.1, dispersion: 1, complete: 1 },
      windows: [7, 14, 28].map((days) => ({ days, callers: observed, expected, usual: expected })),
      detectors: [{ name: 'weisu', window_days: windowDays, observed, expected, upper: expected + 2, log10_p: -6, verdict }],
      series: { from, observed: Array(10).fill(1), expected: Array(10).fill(1), upper: Array(10).fill(3) }, forecast: [],
    },
  }
}
