/**
 * Rules of deadlines as a file of JSON (docs/deadlines.md): read, checked field by field, and written. A section that the file leaves out
 * is taken from the rules it is laid over.
 */
import { DEADLINE_UNITS } from '../../core/deadline.ts'
import type { CardOffsets, DeadlineRule, DeadlineUnit, Span } from '../../core/deadline.ts'
import { parseDay } from '../../core/days.ts'
import { RUNGS } from '../alert-state.ts'
import { LEVELS } from '../levels.ts'
import { boolean, day, fail, list, number, object, oneOf, parseJson, pattern, text, whole } from '../rule-reader.ts'
import type { Json } from '../rule-reader.ts'
import { KINDS } from '../rules.ts'
import { CLOCKS, STEP_ROLES } from './rules.ts'
import type { CalendarNotice, ClockRule, DeadlineRules, EscalationStep } from './rules.ts'

const BASES = ['rule', 'reply', 'date'] as const
const STARTS = ['receipt', 'next_day'] as const
/** Clocks whose rules may go by a date: those of items and, of a seasonal alert, the day to be ready by. */
const DATED = ['close', 'task', 'commitment', 'milestone'] as const
const LONGEST = { hour: 8784, day: 3660, working_day: 2600 } as const

/** @throws {BadInputError} `bad_rules`, with the path of what is wrong, its value and what was expected */
export function parseDeadlines(given: string, base: DeadlineRules): DeadlineRules {
  const top = object(parseJson(given), '$', ['name', 'author', 'source', 'note', 'opens', 'calendars', 'clocks'])
  const house = { author: text(top.author ?? base.author, 'author'), source: text(top.source ?? base.source, 'source') }
  const rules: DeadlineRules = {
    name: text(top.name ?? base.name, 'name'), ...house, note: text(top.note ?? '', 'note'),
    opens: pattern(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day as HH:MM')(top.opens ?? base.opens, 'opens'),
    calendars: top.calendars === undefined ? base.calendars : list(top.calendars, 'calendars', (value, path) => readNotice(value, path, house.source)),
    clocks: top.clocks === undefined ? base.clocks : list(top.clocks, 'clocks', (value, path) => readClock(value, path, house)),
  }
  const seen = new Set<string>()
  rules.clocks.forEach(({ id }, i) => {
    if (seen.has(id)) fail(`clocks[${i}].id`, id, 'an id that no other rule has')
    seen.add(id)
  })
  return rules
}

export function formatDeadlines(rules: DeadlineRules): string {
  return `${JSON.stringify(rules, null, 2)}\n`
}

function readNotice(value: unknown, path: string, house: string): CalendarNotice {
  const given = object(value, path, ['country', 'from', 'until', 'holidays', 'workdays', 'source'])
  const notice: CalendarNotice = {
    country: pattern(/^[A-Z]{2}$/, 'two capital letters, ISO 3166')(given.country, `${path}.country`), from: day(given.from, `${path}.from`), until: day(given.until, `${path}.until`),
    holidays: list(given.holidays ?? [], `${path}.holidays`, day), workdays: list(given.workdays ?? [], `${path}.workdays`, day), source: text(given.source ?? house, `${path}.source`),
  }
  if (notice.until <= notice.from) fail(`${path}.until`, notice.until, `a day after ${notice.from}`)
  for (const name of ['holidays', 'workdays'] as const) {
    notice[name].forEach((one, i) => {
      if (one < notice.from || one >= notice.until) fail(`${path}.${name}[${i}]`, one, `a day from ${notice.from} on and before ${notice.until}`)
    })
  }
  return notice
}

function readClock(value: unknown, path: string, house: { author: string, source: string }): ClockRule {
  const given = object(value, path, ['id', 'author', 'source', 'effectiveFrom', 'note', 'clock', 'kinds', 'levels', 'basis', 'limit', 'extensions', 'cards', 'escalate'])
  const clock = oneOf(CLOCKS)(given.clock, `${path}.clock`)
  const basis = oneOf(BASES)(given.basis ?? 'rule', `${path}.basis`)
  if (basis === 'reply' && clock !== 'verify') fail(`${path}.basis`, basis, 'rule or date: the reply is of verify alone')
  if (basis === 'date' && !(DATED as readonly string[]).includes(clock)) fail(`${path}.basis`, basis, `rule: only ${DATED.join(', ')} have dates`)
  const escalate = list(given.escalate ?? [], `${path}.escalate`, readStep)
  return {
    id: pattern(/^[\p{L}\p{N}_.-]{1,60}$/u, 'up to 60 letters, digits, _ . -')(given.id, `${path}.id`),
    author: text(given.author ?? house.author, `${path}.author`), source: text(given.source ?? house.source, `${path}.source`),
    effectiveFrom: given.effectiveFrom === undefined || given.effectiveFrom === null ? null : day(given.effectiveFrom, `${path}.effectiveFrom`),
    note: text(given.note ?? '', `${path}.note`), clock, basis,
    kinds: given.kinds === undefined ? KINDS : list(given.kinds, `${path}.kinds`, oneOf(KINDS)), levels: given.levels === undefined ? LEVELS : list(given.levels, `${path}.levels`, oneOf(LEVELS)),
    limit: readLimit(given.limit, `${path}.limit`), extensions: readExtensions(given.extensions, `${path}.extensions`), cards: readCards(given.cards, `${path}.cards`), escalate,
  }
}

function readLimit(value: unknown, path: string): DeadlineRule {
  const given = object(value, path, ['unit', 'amount', 'start', 'inclusive'])
  const unit = oneOf(DEADLINE_UNITS)(given.unit, `${path}.unit`)
  const limit: DeadlineRule = {
    unit, amount: amount(given, unit, path), start: oneOf(STARTS)(given.start ?? (unit === 'hour' ? 'receipt' : 'next_day'), `${path}.start`), inclusive: boolean(given.inclusive ?? true, `${path}.inclusive`),
  }
  const least = limit.start === 'receipt' ? 2 : 1
  if (!limit.inclusive && unit !== 'hour' && limit.amount < least) fail(`${path}.amount`, limit.amount, `${least} or more where the last day is not included`)
  return limit
}

function readSpan(value: unknown, path: string): Span {
  const given = object(value, path, ['unit', 'amount'])
  const unit = oneOf(DEADLINE_UNITS)(given.unit, `${path}.unit`)
  return { unit, amount: amount(given, unit, path) }
}

function amount(given: Json, unit: DeadlineUnit, path: string): number {
  return (unit === 'hour' ? number : whole)(0, LONGEST[unit])(given.amount, `${path}.amount`)
}

function readExtensions(value: unknown, path: string): ClockRule['extensions'] {
  if (value === undefined) return { count: 0, most: 0 }
  const given = object(value, path, ['count', 'most'])
  return { count: whole(0, 100)(given.count, `${path}.count`), most: whole(0, 1000)(given.most, `${path}.most`) }
}

function readCards(value: unknown, path: string): CardOffsets {
  if (value === undefined) return { yellow: null, red: null }
  const given = object(value, path, ['yellow', 'red'])
  const card = (name: 'yellow' | 'red'): Span | null => (given[name] === undefined || given[name] === null ? null : readSpan(given[name], `${path}.${name}`))
  return { yellow: card('yellow'), red: card('red') }
}

function readStep(value: unknown, path: string): EscalationStep {
  const given = object(value, path, ['after', 'to', 'rung'])
  return {
    after: readSpan(given.after, `${path}.after`), to: oneOf(STEP_ROLES)(given.to, `${path}.to`),
    rung: given.rung === undefined || given.rung === null ? null : oneOf(RUNGS)(given.rung, `${path}.rung`),
  }
}

/** As core/office-calendar.ts takes them. */
export function noticesOf({ calendars }: Pick<DeadlineRules, 'calendars'>, country: string): { from: number, until: number, holidays: number[], workdays: number[] }[] {
  return calendars.filter((notice) => notice.country === country).map(({ from, until, holidays, workdays }) => ({
    from: parseDay(from), until: parseDay(until), holidays: holidays.map((one) => parseDay(one)), workdays: workdays.map((one) => parseDay(one)),
  }))
}
