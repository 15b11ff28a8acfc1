/**
 * Everything that the page of one alert says, read at once and kept apart from how it is said.
 */
import type { Locale, Settings } from '../../core/config.ts'
import { BadInputError } from '../../core/errors.ts'
import { readAlertSignals } from '../../sql/alert-signals.ts'
import type { AlertSignalRow } from '../../sql/alert-signals.ts'
import { parseDay } from '../../core/days.ts'
import { readActsOf, readOpening } from '../../sql/alert-life.ts'
import { readClockNews, readNow } from '../../sql/clocks.ts'
import type { Queryable } from '../../sql/db.ts'
import * as store from '../../sql/inbox-alert.ts'
import { readFeedback, readAssignment, readReply } from '../../sql/inbox-people.ts'
import type { AssignmentRow, FeedbackRow, ReplyRow } from '../../sql/inbox-people.ts'
import { readVerdicts } from '../../sql/learning.ts'
import type { VerdictRow } from '../../sql/learning.ts'
import { factsOfWhy } from '../alert-text.ts'
import type { WebActor } from '../accounts/web-actor.ts'
import { lifeOf } from '../alert-life/act.ts'
import type { Actor } from '../alert-life/decide.ts'
import type { Life, LifeEvent } from '../alert-life/fold.ts'
import { leadOf } from '../alert-life/fold.ts'
import { viewLife } from '../alert-life/timeline.ts'
import type { AlertLifeView } from '../alert-life/timeline.ts'
import type { Act } from '../alert-state.ts'
import { listClocks } from '../clocks/list.ts'
import type { ClockLine } from '../clocks/list.ts'
import { readAlertGroups } from '../issues/alert-groups.ts'
import type { AlertGroup } from '../issues/alert-groups.ts'
import { readRuleRecords } from '../learn/learning.ts'
import type { RecordRow } from '../learn/record.ts'
import { readAlertRouting } from '../routing/alert-routing.ts'
import type { AffectedPlace, AlertRouting } from '../routing/alert-routing.ts'
import { readRulesInForce } from '../rules-in-force.ts'
import { actorOn, possibleActs } from './acting.ts'
import type { KeptAnswers, KeptOptions } from './kept.ts'
import { keyWords } from './key-words.ts'
import { replyText } from './reply-text.ts'
import { namesOf, sentenceOf, titleOf } from './words.ts'

/** Cells, places and quotations of fewer distinct callers are not shown. */
export const FEWEST_CALLERS = 3
const MOST_SAMPLES = 6

export interface AlertPage {
  head: Omit<store.AlertHead, 'place' | 'topic'> & { place: string[], topic: string[] }
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
  /** Numbers of its tickets. */
  numbers: string[]
  words: string[]
  /** Groups of one cause among its tickets, of callers enough to be shown. */
  groups: AlertGroup[]
  similar: store.SimilarRow[]
  routing: AlertRouting | null
  affected: AffectedPlace[]
  rule: { id: string, version: number, source: string | null, quietNights: number }
  signal: AlertSignalRow | undefined
  /** How alerts of its rule did up to today. */
  record: RecordRow
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

/** Records change with nights and with words of units; for whoever asks whether to believe a rule, an hour is nothing. */
export const KEPT_RECORDS: Readonly<KeptOptions> = { leastMs: 3_600_000, times: 0, most: 2000 }
export type RuleRecords = Awaited<ReturnType<typeof readRuleRecords>>

export interface PageRequest { id: string, actor: WebActor, locale: Locale, settings: Settings, records: KeptAnswers<RuleRecords> }

/**
 * @param db takes statements without waiting for those before (sql/web-gate.ts): what does not need each other is asked together
 * @throws {BadInputError} `no_such_alert`: there is none, or the reader may not see it: the two are told alike
 */
export async function readAlertPage(db: Queryable, { id, actor, locale, settings, records }: PageRequest): Promise<AlertPage> {
  const [{ head, life, events, now, today }, tickets, nights, clockNews, { routing, places: affected }, days, growth, similar, verdicts, notices, feedback, reply, assignment] = await Promise.all([
    readStanding(db, id), store.readTicketFacts(db, id, FEWEST_CALLERS, MOST_SAMPLES), store.readNightEvents(db, id), readClockNews(db, id), readAlertRouting(db, id), store.readDays(db, id), store.readGrowth(db, id),
    store.readSimilar(db, id), readVerdicts(db, id, null), store.readNoticeLines(db, id), readFeedback(db, id), readReply(db, id), readAssignment(db, id),
  ])
  const { lastNight, placeId, topicId } = head
  const { callers, cells, places, samples } = tickets
  const [{ version, rules }, [signal], recordOf, coming, known, landmarks, clocks, groups] = await Promise.all([
    readRulesInForce(db, lastNight, settings), readAlertSignals(db, [id], lastNight),
    // So far, whatever the alert's own last night, and of the alerts that the reader may see.
    records.get(JSON.stringify([today, actor.role, actor.scope]), () => readRuleRecords(db, parseDay(today))),
    store.readComingDays(db, lastNight, placeId, topicId), store.readEventsOver(db, placeId, topicId, lastNight), cells.length === 0 ? [] : store.readPlacesIn(db, frameOf(cells)),
    listClocks(db, { alert: id, all: true }, head.timeZone, now), readAlertGroups(db, id, lastNight),
  ])
  const rule = rules.levels.find((one) => one.id === head.why.rule)
  const acting = actorOn(life, actor)
  const view = viewLife(id, { life, events, nights, clocks: clockNews, today })
  return {
    head, title: titleOf(locale, head), sentence: sentenceOf(locale, head), life, view, today, now, days, coming, events: known, growth, callers, cells, landmarks, places, samples, numbers: tickets.numbers,
    words: wordsOf(head.why, samples), groups: groups.filter((group) => group.callers >= FEWEST_CALLERS), similar, routing, affected,
    rule: { id: String(head.why.rule ?? ''), version, source: rule?.source ?? null, quietNights: rules.closing.quietNights },
    signal, record: recordOf(typeof head.why.rule === 'string' ? head.why.rule : null), verdicts, clocks, notices, feedback, reply,
    proposedReply: replyText(locale, { state: life.state, place: head.place, topic: head.topic, lead: leadOf(life), since: head.firstNight, report: view.work.feedback.at(-1)?.text ?? null }),
    assignment, acting, acts: possibleActs(life, acting, today, head.level),
  }
}

/** What a page and a glance have in common. */
async function readStanding(db: Queryable, id: string): Promise<Pick<AlertPage, 'head' | 'life' | 'today' | 'now'> & { events: LifeEvent[] }> {
  const [found, opening, acts, now] = await Promise.all([store.readAlertHead(db, id), readOpening(db, id), readActsOf(db, id, null), readNow(db)])
  if (!found || !opening) throw new BadInputError('no_such_alert', `no alert has the id ${id}`, { id })
  const head = { ...found, place: namesOf(found.place), topic: namesOf(found.topic), why: found.why ?? {} }
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(head.timeZone).toPlainDate().toString()
  return { head, ...lifeOf(opening, acts), now, today }
}

/** The main points of an alert, for a glance at it from the list. */
export type AlertPeek = Pick<AlertPage, 'head' | 'title' | 'sentence' | 'life' | 'days' | 'callers' | 'samples' | 'acts'>

/** @throws {BadInputError} `no_such_alert` */
export async function readAlertPeek(db: Queryable, { id, actor, locale }: Pick<PageRequest, 'id' | 'actor' | 'locale'>): Promise<AlertPeek> {
  const [{ head, life, today }, { callers, samples }, days] = await Promise.all([readStanding(db, id), store.readTicketFacts(db, id, FEWEST_CALLERS, MOST_SAMPLES), store.readDays(db, id)])
  return { head, title: titleOf(locale, head), sentence: sentenceOf(locale, head), life, days, callers, samples, acts: possibleActs(life, actorOn(life, actor), today, head.level) }
}

/** What callers mention beyond the usual as the night found it, else what many of the texts hold. */
function wordsOf(why: Record<string, unknown>, samples: readonly store.SampleRow[]): string[] {
  const { phrases } = factsOfWhy(why)
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
