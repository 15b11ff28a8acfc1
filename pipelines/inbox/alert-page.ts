/**
 * Everything that the page of one alert says, read at once and kept apart from how it is said.
 */
import type { Locale, Settings } from '../../core/config.ts'
import { BadInputError } from '../../core/errors.ts'
import { readAlertSignals } from '../../sql/alert-signals.ts'
import type { AlertSignalRow } from '../../sql/alert-signals.ts'
import { readNow } from '../../sql/clocks.ts'
import type { Queryable } from '../../sql/db.ts'
import * as store from '../../sql/inbox-alert.ts'
import { readFeedback, readAssignment, readReply } from '../../sql/inbox-people.ts'
import type { AssignmentRow, FeedbackRow, ReplyRow } from '../../sql/inbox-people.ts'
import { readVerdicts } from '../../sql/learning.ts'
import type { VerdictRow } from '../../sql/learning.ts'
import { phrasesOf } from '../alert-text.ts'
import type { WebActor } from '../accounts/web-actor.ts'
import { readLife } from '../alert-life/act.ts'
import type { Actor } from '../alert-life/decide.ts'
import type { Life } from '../alert-life/fold.ts'
import { leadOf } from '../alert-life/fold.ts'
import { readAlertLife } from '../alert-life/timeline.ts'
import type { AlertLifeView } from '../alert-life/timeline.ts'
import type { Act } from '../alert-state.ts'
import { listClocks } from '../clocks/list.ts'
import type { ClockLine } from '../clocks/list.ts'
import { openRecords } from '../learn/record-of.ts'
import type { AlertRecord } from '../learn/record-of.ts'
import { readAlertRouting } from '../routing/alert-routing.ts'
import type { AffectedPlace, AlertRouting } from '../routing/alert-routing.ts'
import { readRulesInForce } from '../rules-in-force.ts'
import { actorOn, possibleActs } from './acting.ts'
import { keyWords } from './key-words.ts'
import { replyText } from './reply-text.ts'
import { namesOf, sentenceOf, titleOf } from './words.ts'

/** Cells, places and quotations of fewer distinct callers are not shown. */
export const FEWEST_CALLERS = 3
const MOST_SAMPLES = 6
const MOST_SIMILAR = 5

export interface AlertPage {
  head: Omit<store.AlertHead, 'place' | 'topic' | 'family'> & { place: string[], topic: string[], family: string[] }
  title: string
  sentence: string
  life: Life
  view: AlertLifeView
  /** Local day, and the clock of the database in milliseconds. */
  today: string
  now: number
  days: { day: string, observed: number | null, expected: number | null, upper: number | null }[]
  coming: { day: string, q10: number, q25: number, q50: number, q75: number, q90: number }[]
  events: { from: string, until: string, note: string }[]
  growth: store.GrowthRow[]
  callers: store.CallerFacts
  cells: store.MapCell[]
  landmarks: { name: string, lng: number, lat: number, depth: number }[]
  places: store.PlaceGrowth[]
  samples: store.SampleRow[]
  words: string[]
  similar: store.SimilarRow[]
  routing: AlertRouting | null
  affected: AffectedPlace[]
  rule: { id: string, version: number, author: string | null, source: string | null, quietNights: number, recurrenceDays: number }
  signal: AlertSignalRow | undefined
  record: AlertRecord
  verdicts: VerdictRow[]
  clocks: ClockLine[]
  notices: store.NoticeLine[]
  feedback: FeedbackRow[]
  reply: ReplyRow | undefined
  /** Made from where the alert stands. */
  proposedReply: string
  assignment: AssignmentRow | undefined
  /** As whom the reader acts, and what they may do. */
  acting: Actor | undefined
  acts: Act[]
}

export interface PageRequest { id: string, actor: WebActor, locale: Locale, settings: Settings }

/** @throws {BadInputError} `no_such_alert`: there is none, or the reader may not see it: the two are told alike */
export async function readAlertPage(db: Queryable, { id, actor, locale, settings }: PageRequest): Promise<AlertPage> {
  const head = await store.readAlertHead(db, id)
  if (!head) throw new BadInputError('no_such_alert', `no alert has the id ${id}`, { id })
  const names = { place: namesOf(head.place), topic: namesOf(head.topic), family: namesOf(head.family) }
  const { life } = await readLife(db, id)
  const view = await readAlertLife(db, id)
  const now = await readNow(db)
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(head.timeZone).toPlainDate().toString()
  const cells = await store.readMapCells(db, id, FEWEST_CALLERS)
  const samples = await store.readSamples(db, id, FEWEST_CALLERS, MOST_SAMPLES)
  const { routing, places: affected } = await readAlertRouting(db, id)
  const { version, rules } = await readRulesInForce(db, head.lastNight, settings)
  const rule = rules.levels.find((one) => one.id === head.why.rule)
  const [signal] = await readAlertSignals(db, [id], head.lastNight)
  const acting = actorOn(life, actor)
  const numbers = { ...head, ...names, why: head.why ?? {} }
  return {
    head: { ...head, ...names, why: numbers.why }, title: titleOf(locale, numbers), sentence: sentenceOf(locale, numbers), life, view, today, now,
    days: await store.readDays(db, id), coming: await store.readComingDays(db, head.lastNight, head.placeId, head.topicId),
    events: await store.readEventsOver(db, head.placeId, head.topicId, head.lastNight), growth: await store.readGrowth(db, id), callers: await store.readCallerFacts(db, id),
    cells, landmarks: cells.length === 0 ? [] : await store.readPlacesIn(db, frameOf(cells)), places: await store.readPlaceGrowth(db, id, FEWEST_CALLERS),
    samples, words: wordsOf(numbers.why, samples), similar: await store.readSimilar(db, id, MOST_SIMILAR), routing, affected,
    rule: { id: String(head.why.rule ?? ''), version, author: rule?.author ?? null, source: rule?.source ?? null, quietNights: rules.closing.quietNights, recurrenceDays: rules.detection.recurrenceDays },
    signal, record: (await openRecords(db, head.lastNight))({
      rule: typeof head.why.rule === 'string' ? head.why.rule : null, detector: signal?.detector ?? null, level: head.level, familyId: head.familyId, unit: leadOf(life),
    }),
    verdicts: await readVerdicts(db, id, null), clocks: await listClocks(db, { alert: id, all: true }, head.timeZone), notices: await store.readNoticeLines(db, id),
    feedback: await readFeedback(db, id), reply: await readReply(db, id),
    proposedReply: replyText(locale, { state: life.state, ...names, lead: leadOf(life), since: head.firstNight, report: view.work.feedback.at(-1)?.text ?? null }),
    assignment: await readAssignment(db, id), acting, acts: possibleActs(life, acting, today, head.level),
  }
}

/** What callers mention beyond the usual as the night found it, else what many of the texts hold. */
function wordsOf(why: Record<string, unknown>, samples: readonly store.SampleRow[]): string[] {
  const phrases = phrasesOf(why)
  return phrases.length > 0 ? [...phrases] : keyWords(samples.map(({ title, content }) => content || title || ''))
}

/** A frame around the cells, with a margin, so that neighbours can be named. */
export function frameOf(cells: readonly { lng: number, lat: number }[]): { west: number, east: number, south: number, north: number } {
  const lngs = cells.map(({ lng }) => lng)
  const lats = cells.map(({ lat }) => lat)
  const [west, east, south, north] = [Math.min(...lngs), Math.max(...lngs), Math.min(...lats), Math.max(...lats)]
  const margin = Math.max(0.004, 0.12 * Math.max(east - west, north - south))
  return { west: west - margin, east: east + margin, south: south - margin, north: north + margin }
}
