/**
 * What the API's answers look like: each shape once, for the document and for the test that answers fit.
 */
import type { JsonSchema, JsonType } from '../../core/json-schema.ts'
import { ACTS, ALERT_STATES, FINDINGS, PARTY_KINDS, PARTY_STATES, ROLES, RUNGS } from '../../pipelines/alert-state.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import { KINDS } from '../../pipelines/rules.ts'
import { CHANNELS, FORMATS } from '../../sql/subscriptions.ts'
import { PROBLEM } from './problem.ts'

const one = (type: JsonType, description?: string): JsonSchema => ({ type, ...(description === undefined ? {} : { description }) })
const maybe = (type: JsonType, description?: string): JsonSchema => ({ type: [type, 'null'], ...(description === undefined ? {} : { description }) })
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
const date: JsonSchema = { type: 'string', format: 'date' }
const maybeDate: JsonSchema = { type: ['string', 'null'], format: 'date' }
const time: JsonSchema = { type: 'string', format: 'date-time' }
const maybeTime: JsonSchema = { type: ['string', 'null'], format: 'date-time' }
const words = (values: readonly string[]): JsonSchema => ({ type: 'string', enum: values })
const maybeWords = (values: readonly string[]): JsonSchema => ({ type: ['string', 'null'], enum: [...values, null] })
const names = (description: string): JsonSchema => ({ type: 'array', items: { type: 'string' }, description })
const open: JsonSchema = { type: 'object', additionalProperties: true }
export const ref = (name: SchemaName): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

/** All properties are required unless listed as optional; none other may come. */
function shape(properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema {
  return { type: 'object', required: Object.keys(properties).filter((name) => !optional.includes(name)), properties, additionalProperties: false }
}

export function page(items: JsonSchema): JsonSchema {
  return shape({ items: list(items), next: maybe('string', 'Cursor of the next page; null on the last.') })
}

const lowered: JsonSchema = { type: ['object', 'null'], required: ['level', 'known_on'], properties: { level: words(LEVELS), known_on: date }, additionalProperties: false }
const life = shape({ state: words(ALERT_STATES), version: one('integer', 'Acts so far.'), finding: maybeWords(FINDINGS), round: one('integer'), escalated: maybeWords(RUNGS), snoozed_until: maybeDate, lowered })

const alertFields = {
  id: one('string'), etag: one('string', 'Names this state: the value of ETag and of If-Match, without quotes.'), kind: words(KINDS), level: words(LEVELS),
  place: names('From the city down.'), topic: names('From the top down; empty for all topics together.'), first_night: date, last_night: date, tickets: one('integer'), callers: one('integer'),
  observed: one('number', 'Distinct callers in the window that decided.'), expected: one('number', 'How many are usual there.'), upper: one('number'), window_days: one('integer'),
  recurrence_days: one('number', 'How rarely chance alone would show as much.'), title: one('string'), why_text: one('string'), status: words(['open', 'ended']), family: names('Topic family.'),
  lead_unit: maybe('string'), territory_unit: maybe('string'), co_units: names('Names of units.'), due_on: maybeDate, due_certain: one('boolean', 'False beyond the known calendar of working days.'), parent_id: maybe('string'),
  rank: one('integer'), within_budget: one('boolean'), why: { ...open, description: 'Facts behind the alert, as in `weisu explain`.' }, forecast: { type: ['object', 'null'], additionalProperties: true }, life: { $ref: '#/components/schemas/Life' },
} as const satisfies Record<string, JsonSchema>

const suggestion: JsonSchema = { type: ['object', 'null'], additionalProperties: true, description: 'Unit that history suggests, with its confidence.' }
const entry = shape({
  kind: words(['act', 'night', 'clock']), version: one('integer'), act: words(ACTS), before: maybe('string'), after: maybe('string'), by: one('string'), unit: one('string'), role: one('string'), why: one('string'), detail: open,
  at: time, known_on: date, night: date, event: one('string'), clock_id: one('string'), clock: one('string'), subject: one('string'), owner: one('string'), step: one('string'),
}, ['version', 'act', 'before', 'after', 'by', 'unit', 'role', 'why', 'detail', 'at', 'known_on', 'night', 'event', 'clock_id', 'clock', 'subject', 'owner', 'step'])
const step = shape({ name: one('string'), status: one('string'), rows_in: one('integer'), rows_out: one('integer'), seconds: maybe('number'), detail: open })
const run = { night: date, status: words(['running', 'succeeded', 'failed']), attempt: one('integer'), started_at: time, finished_at: maybeTime, error: maybe('string'), seconds: maybe('number'), opened: one('integer', 'Alerts opened, of those you may see.'), ended: one('integer'), active: one('integer') }

const count: JsonSchema = { type: ['integer', 'string'], description: 'few: of one or two callers; extra: hidden because a hidden one could else be worked out.' }
const counts = shape({ callers: count, tickets: count })
const maybeCounts: JsonSchema = { ...counts, type: ['object', 'null'], description: 'Null where the store holds no day of that window.' }
const compared = { now: counts, before: maybeCounts, year: maybeCounts }
const days = shape({ from: date, until: date })
const named = shape({ id: one('integer'), path: names('From the top down.') })
const path = names('From the top down.')

export const SCHEMAS = {
  Problem: PROBLEM,
  Life: life,
  Alert: shape(alertFields),
  WholeAlert: shape({
    ...alertFields, ended_on: maybeDate, lead_reason: one('string'),
    series: list(shape({ day: date, observed: maybe('number'), expected: maybe('number'), upper: maybe('number') })),
    events: list(shape({ night: date, kind: one('string'), before: maybe('string'), after: maybe('string') })),
    routing: { type: ['object', 'null'], required: ['step', 'rule', 'version', 'refused', 'suggestion', 'held', 'held_by'], additionalProperties: true },
    places: list(shape({ place: names('From the city down.'), callers: one('integer'), usual: maybe('number'), alert: maybe('string') })),
    groups: list(shape({
      id: one('integer'), from: date, to: date, tickets: one('integer'), callers: one('integer', 'Distinct.'), repeats: one('integer', 'Tickets of callers who had called before.'), group_appeal: one('boolean', 'Three callers or more.'),
      in_alert: one('integer', 'Tickets that the alert holds.'), families: list(names('Topic family, from the top down.')), words: names('That many of its texts hold.'), example: maybe('string', 'Redacted.'), ticket_nos: names('As source/number.'),
    })),
  }),
  AlertLife: shape({
    alert_id: one('string'), state: words(ALERT_STATES), version: one('integer'), finding: maybeWords(FINDINGS), round: one('integer'), escalated: maybeWords(RUNGS), snoozed_until: maybeDate, lowered, merged_into: maybe('string'),
    parties: list(shape({ unit: one('string'), kind: words(PARTY_KINDS), state: words(PARTY_STATES) })), refusals: one('integer'), look_backs: list(shape({ days: one('integer'), on: date })), work: open,
    progress: shape({ planned: one('integer'), reached: one('integer'), of: one('integer') }), next: { type: 'object', additionalProperties: list(one('string')), description: 'What each role of the lead unit, and of the desk, may do next.' }, timeline: list(entry),
  }),
  Transition: shape({
    alert_id: one('string'), number: one('integer'), act: words(ACTS), before: words(ALERT_STATES), after: words(ALERT_STATES), by: one('string'), unit: one('string'), role: words(ROLES), why: one('string'), detail: open, at: time, known_on: date,
    state: words(ALERT_STATES), version: one('integer'), etag: one('string'),
  }),
  Act: shape({ number: one('integer'), act: words(ACTS), before: words(ALERT_STATES), after: words(ALERT_STATES), by: one('string'), unit: one('string'), role: words(ROLES), why: one('string'), detail: open, at: time, known_on: date }),
  Route: shape({
    night: date, alert: maybe('string'), place: names('From the city down.'), topic: names('From the top down.'), unit: one('string'), step: one('string'), rule: maybe('string'), version: maybe('integer'), territory_unit: maybe('string'), co_units: names('Names of units.'),
    steps: list(shape({ step: one('string'), outcome: one('string'), unit: maybe('string'), rule: maybe('string'), author: maybe('string'), source: maybe('string') })), suggestion,
  }),
  RoutingVersion: shape({ version: one('integer'), from: date, rules: one('integer'), hash: one('string'), author: one('string'), source: one('string'), note: one('string'), created_at: time }),
  Silence: shape({
    id: one('string'), status: words(['future', 'active', 'over', 'ended']), place: names('From the top down; empty: every place.'), topic: names('From the top down; empty: every topic.'), kind: maybeWords(KINDS), unit: maybe('string'), level: words(LEVELS),
    reason: one('string'), from: date, to: date, by: one('string'), by_unit: one('string'), by_role: one('string'), at: time,
    ended: { type: ['object', 'null'], required: ['on', 'by', 'reason'], properties: { on: date, by: one('string'), reason: one('string') }, additionalProperties: false },
  }),
  Subscription: shape({
    id: one('string'), channel: words(CHANNELS), target: one('string', 'Of a URL, which may be a password, the host alone.'), secret: maybe('string', 'Where the secret is found, never the secret.'), format: maybeWords(FORMATS), units: names('Names.'), places: names('Paths.'),
    topics: names('Paths.'), kinds: list(words(KINDS)), min_level: words(LEVELS), at: names('Hours of digests, HH:MM; empty: at once.'), empty_digest: one('boolean'), quiet_hours: maybe('string'), urgent_level: words(LEVELS), time_zone: one('string'),
    language: words(['zh', 'en']), status: one('string'), status_reason: one('string'), created_at: time, failures: one('integer'), hold_until: maybeTime,
  }),
  Run: shape(run),
  WholeRun: shape({ ...run, steps: list(step) }),
  ReportNight: shape({ night: date, finished_at: maybeTime, opened: one('integer'), ended: one('integer'), active: one('integer') }),
  Report: shape({
    night: date, levels: { type: 'object', additionalProperties: one('integer'), description: 'Alerts with a signal on the night, by level.' }, fewest_callers: one('integer', 'Cells of fewer callers are null.'),
    pivot: list(shape({ topic: maybe('string'), district: maybe('string'), tickets: maybe('integer'), callers: maybe('integer'), tickets_before: maybe('integer'), callers_before: maybe('integer') })),
    coverage: list(shape({ verdict: one('string'), reason: one('string'), series: one('integer') })),
    sources: list({ type: 'object', required: ['name', 'tickets'], additionalProperties: true }),
  }),
  PeriodReport: shape({
    version: one('integer', 'Of this shape.'), night: date, period: words(['night', 'week', 'month']), name: one('string', 'Of the period, such as 2026-W47.'), now: days, before: days, year: days, whole: one('boolean', 'False while the period is not over.'),
    city: one('string'), time_zone: one('string'), cutoff: { ...shape({ date, time: one('string') }), description: 'Until when tickets were known.' }, code_version: maybe('string'), total: shape(compared),
    attention: list(shape({
      alert: one('string'), level: words(LEVELS), place: one('integer'), path, topic: one('integer'), topic_path: path, observed: one('integer'), expected: one('number'), window_days: one('integer'), first_night: date, last_night: date,
      lead_unit: maybe('string'), class: maybe('string'), change: words(['new', 'continued']),
    })),
    places: list(shape({
      id: one('integer'), path, depth: one('integer'), lng: maybe('number'), lat: maybe('number', 'Moved a little where no register located the place.'), class: maybe('string', 'Emerging hot spot class.'),
      topic: { type: ['object', 'null'], required: ['id', 'path', 'callers'], properties: { id: one('integer'), path, callers: one('integer') }, additionalProperties: false }, ...compared,
    })),
    topics: list(shape({ id: one('integer'), path, depth: one('integer'), kind: words(['group', 'family', 'part']), ...compared })),
    pivot: { ...shape({ topics: list(named), districts: list(named), callers: list(list(count)), tickets: list(list(count)) }), description: 'Totals are the last row and the last column.' },
    classified: shape({ depth: one('integer'), places: one('integer'), weeks: one('integer') }),
    hot: list(shape({ place: one('integer'), path, topic: maybe('integer'), topic_path: path, class: one('string'), z: one('number', 'Gi* of the last week.'), trend: one('number'), hot_weeks: one('integer'), cold_weeks: one('integer'), weeks: one('integer') })),
    words: list(shape({ place: one('integer'), path, topic_path: path, phrases: names('That callers began to say.'), observed: one('integer'), expected: one('number'), window_days: one('integer') })),
    candidates: list(shape({
      topic: one('integer'), path, callers: one('integer'), places: one('integer'), of_places: one('integer'), months: one('integer'), of_months: one('integer'), unsolved: maybe('number'), judged: one('integer'), score: maybe('number'),
    })),
    calendar: list(open), outcome: open, coverage: open, quality: list(open),
  }),
  Unit: shape({ id: one('integer'), name: one('string'), kind: one('string') }),
  Place: shape({ id: one('integer'), parent_id: maybe('integer'), kind: one('string'), name: one('string'), path: names('From the city down.'), lng: maybe('number'), lat: maybe('number') }),
  Topic: shape({ id: one('integer'), parent_id: maybe('integer'), name: one('string'), path: names('From the top down.'), family_id: maybe('integer') }),
  Source: shape({
    name: one('string'), preset: one('string'), city: one('string'), country: one('string'), time_zone: one('string'), tickets: one('integer'), batches: one('integer'), rejected: one('integer'), first_day: maybeDate, last_day: maybeDate, last_import_at: maybeTime,
    behind_days: maybe('integer', 'Days between the last ticket and yesterday, where the source is.'),
  }),
} as const satisfies Record<string, JsonSchema>

export type SchemaName = keyof typeof SCHEMAS

/** By what `$ref` says. */
export const REFS: Readonly<Record<string, JsonSchema>> = Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [`#/components/schemas/${name}`, schema]))

/** A value as JSON carries it, so that times are texts. */
export function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}

/** Keys as the API writes them: `windowDays` is window_days. */
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.replace(/[a-z0-9][A-Z]/g, (two) => `${two[0]}_${two[1]!.toLowerCase()}`), snakeKeys(inner)]))
}

export const NIGHT = date
