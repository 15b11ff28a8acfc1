/**
 * Rules as a file of JSON (docs/rules.md): read, checked field by field, and written. A section that the file leaves out is taken from the
 * rules it is laid over; a key that nobody knows is refused, so that a typing error cannot choose a default.
 */
import { AHEAD_DAYS } from './level-facts.ts'
import { LEVELS } from './levels.ts'
import { boolean, day, entries, fail, fields, list, number, object, oneOf, parseJson, pattern, text, whole } from './rule-reader.ts'
import type { Json, Reader } from './rule-reader.ts'
import { CAUSE_MODES, KINDS, RECIPIENTS, WORD_MODES } from './rules.ts'
import type { ExceptionRule, Kind, KindRule, LevelCondition, LevelRule, Provenance, Rules } from './rules.ts'

/** @throws {BadInputError} `bad_rules`, with the path of what is wrong, its value and what was expected */
export function parseRules(text: string, base: Rules): Rules {
  return readRules(parseJson(text), base)
}

export function formatRules(rules: Rules): string {
  return `${JSON.stringify(rules, null, 2)}\n`
}

function readRules(json: unknown, base: Rules): Rules {
  const top = object(json, '$', ['name', 'author', 'source', 'note', 'detection', 'closing', 'budget', 'learning', 'words', 'causes', 'levels', 'kinds', 'exceptions'])
  const author = text(top.author ?? base.author, 'author')
  const source = text(top.source ?? base.source, 'source')
  const house = { author, source }
  const rules: Rules = {
    name: text(top.name ?? base.name, 'name'), author, source, note: text(top.note ?? '', 'note'),
    detection: top.detection === undefined ? base.detection : readDetection(top.detection, base),
    closing: top.closing === undefined ? base.closing : { quietNights: whole(1, 365)(object(top.closing, 'closing', ['quietNights']).quietNights, 'closing.quietNights') },
    budget: top.budget === undefined ? base.budget : readBudget(top.budget, base),
    learning: top.learning === undefined ? base.learning : readLearning(top.learning, base),
    ...wordsOf(top.words, base),
    ...causesOf(top.causes, base),
    levels: top.levels === undefined ? base.levels : list(top.levels, 'levels', (value, path) => readLevel(value, path, house)),
    kinds: top.kinds === undefined ? base.kinds : readKinds(top.kinds, base, house),
    exceptions: top.exceptions === undefined ? base.exceptions : list(top.exceptions, 'exceptions', (value, path) => readException(value, path, house)),
  }
  checkTogether(rules)
  return rules
}

function readDetection(value: unknown, base: Rules): Rules['detection'] {
  const given = object(value, 'detection', ['recurrenceDays', 'watchDays', 'minCallers'])
  return {
    recurrenceDays: number(1, 36525)(given.recurrenceDays ?? base.detection.recurrenceDays, 'detection.recurrenceDays'),
    watchDays: number(1, 36525)(given.watchDays ?? base.detection.watchDays, 'detection.watchDays'),
    minCallers: whole(1, 100_000)(given.minCallers ?? base.detection.minCallers, 'detection.minCallers'),
  }
}

function readBudget(value: unknown, base: Rules): Rules['budget'] {
  const given = object(value, 'budget', ['perUnitWeek', 'units'])
  const units = given.units === undefined ? base.budget.units : entries(given.units, 'budget.units', number(0, 100_000))
  return { perUnitWeek: number(0, 100_000)(given.perUnitWeek ?? base.budget.perUnitWeek, 'budget.perUnitWeek'), units }
}

function readLearning(value: unknown, base: Rules): Rules['learning'] {
  const given = object(value, 'learning', ['ranker', 'thresholds'])
  return {
    ranker: boolean(given.ranker ?? base.learning.ranker, 'learning.ranker'),
    thresholds: boolean(given.thresholds ?? base.learning.thresholds, 'learning.thresholds'),
  }
}

function wordsOf(value: unknown, base: Rules): Pick<Rules, 'words'> {
  if (value !== undefined) return { words: { mode: oneOf(WORD_MODES)(object(value, 'words', ['mode']).mode, 'words.mode') } }
  return base.words ? { words: base.words } : {}
}

function causesOf(value: unknown, base: Rules): Pick<Rules, 'causes'> {
  if (value !== undefined) return { causes: { mode: oneOf(CAUSE_MODES)(object(value, 'causes', ['mode']).mode, 'causes.mode') } }
  return base.causes ? { causes: base.causes } : {}
}

type House = Pick<Provenance, 'author' | 'source'>
const PROVENANCE = ['id', 'author', 'source', 'effectiveFrom', 'note'] as const

function readProvenance(given: Json, path: string, house: House): Provenance {
  return {
    id: pattern(/^[\p{L}\p{N}_.-]{1,60}$/u, 'up to 60 letters, digits, _ . -')(given.id, `${path}.id`),
    author: text(given.author ?? house.author, `${path}.author`), source: text(given.source ?? house.source, `${path}.source`),
    effectiveFrom: given.effectiveFrom === undefined || given.effectiveFrom === null ? null : day(given.effectiveFrom, `${path}.effectiveFrom`),
    note: text(given.note ?? '', `${path}.note`),
  }
}

function readLevel(value: unknown, path: string, house: House): LevelRule {
  const given = object(value, path, [...PROVENANCE, 'level', 'scope', 'watched', 'when'])
  return {
    ...readProvenance(given, path, house),
    level: oneOf(LEVELS)(given.level, `${path}.level`), scope: oneOf(['place', 'area', 'any'] as const)(given.scope ?? 'any', `${path}.scope`),
    watched: boolean(given.watched ?? false, `${path}.watched`), when: readCondition(given.when ?? {}, `${path}.when`),
  }
}

const CALLER_DAYS = [7, 14, 30] as const

/** One reader a part: what it holds, and within which bounds. */
const CONDITIONS: { [K in keyof LevelCondition]-?: Reader<NonNullable<LevelCondition[K]>> } = {
  callers: (value, path) => fields(value, path, { days: oneOf(CALLER_DAYS), atLeast: number(0, 1e6) }),
  beyondUsual: (value, path) => fields(value, path, { days: oneOf(CALLER_DAYS), atLeast: number(0, 1e6) }),
  ratio: number(0, 1e6),
  growth: (value, path) => fields(value, path, { times: number(1, 1000), weekBefore: whole(1, 100_000) }),
  shareOfHouseholds: number(0, 1),
  forecast: (value, path) => fields(value, path, { days: oneOf(AHEAD_DAYS), callers: number(0, 1e6) }),
  surge: (value, path) => fields(value, path, { days: oneOf(AHEAD_DAYS), probability: number(0, 1) }),
  relatedTopics: whole(1, 100), repeatsAfterClosure: whole(1, 1000), returns: whole(1, 100),
  words: (value, path) => fields(value, path, { any: words, callers: whole(1, 100_000) }),
}

function readCondition(value: unknown, path: string): LevelCondition {
  const given = object(value, path, Object.keys(CONDITIONS))
  const readers = CONDITIONS as Record<string, Reader<unknown>>
  return Object.fromEntries(Object.keys(given).map((key) => [key, readers[key]!(given[key], `${path}.${key}`)]))
}

function readKinds(value: unknown, base: Rules, house: House): Rules['kinds'] {
  const given = object(value, 'kinds', KINDS)
  return Object.fromEntries(KINDS.map((kind) => [kind, given[kind] === undefined ? base.kinds[kind] : readKind(given[kind], `kinds.${kind}`, base.kinds[kind], house)])) as Record<Kind, KindRule>
}

function readKind(value: unknown, path: string, base: KindRule, house: House): KindRule {
  const given = object(value, path, [...PROVENANCE, 'enabled', 'trigger', 'weeksAhead', 'recipients', 'replyWorkingDays'])
  const trigger = given.trigger === undefined ? base.trigger : given.trigger === null ? null
    : fields(given.trigger, `${path}.trigger`, { windowDays: whole(1, 56), maxDepth: whole(0, 10) })
  if ((given.effectiveFrom ?? null) !== null) fail(`${path}.effectiveFrom`, given.effectiveFrom, 'null: a kind holds with its version')
  if (trigger !== null && base.trigger === null) fail(`${path}.trigger`, trigger, 'null: it has another trigger')
  const weeks = given.weeksAhead === undefined ? base.weeksAhead : fields(given.weeksAhead, `${path}.weeksAhead`, { from: whole(0, 52), until: whole(1, 52) })
  return {
    ...readProvenance({ id: base.id, ...given }, path, given.author === undefined && given.source === undefined ? base : house),
    enabled: boolean(given.enabled ?? base.enabled, `${path}.enabled`), trigger, ...(weeks ? { weeksAhead: weeks } : {}),
    recipients: given.recipients === undefined ? base.recipients : list(given.recipients, `${path}.recipients`, oneOf(RECIPIENTS)),
    replyWorkingDays: given.replyWorkingDays === undefined ? base.replyWorkingDays
      : fields(given.replyWorkingDays, `${path}.replyWorkingDays`, { blue: whole(0, 250), yellow: whole(0, 250), orange: whole(0, 250), red: whole(0, 250) }),
  }
}

function readException(value: unknown, path: string, house: House): ExceptionRule {
  const given = object(value, path, [...PROVENANCE, 'place', 'topic', 'recurrenceDays', 'minCallers', 'callersFactor', 'highestLevel'])
  const where = (key: 'place' | 'topic'): string | null => (given[key] === undefined || given[key] === null ? null : pattern(/^.+$/, 'a path of names, joined by ›')(given[key], `${path}.${key}`))
  const rule: ExceptionRule = { ...readProvenance(given, path, house), place: where('place'), topic: where('topic') }
  if (rule.place === null && rule.topic === null) fail(path, 'no place and no topic', 'a place, a topic or both')
  if (given.recurrenceDays !== undefined) rule.recurrenceDays = number(1, 1e9)(given.recurrenceDays, `${path}.recurrenceDays`)
  if (given.minCallers !== undefined) rule.minCallers = whole(1, 100_000)(given.minCallers, `${path}.minCallers`)
  if (given.callersFactor !== undefined) rule.callersFactor = number(0.01, 1000)(given.callersFactor, `${path}.callersFactor`)
  if (given.highestLevel !== undefined) rule.highestLevel = oneOf(LEVELS)(given.highestLevel, `${path}.highestLevel`)
  return rule
}

/** What no field can tell by itself. */
function checkTogether({ detection, levels, exceptions, kinds }: Rules): void {
  const { recurrenceDays, watchDays, minCallers } = detection
  if (recurrenceDays < watchDays) fail('detection.recurrenceDays', recurrenceDays, `a number from detection.watchDays (${watchDays}) up`)
  const seen = new Set<string>()
  for (const [section, rules] of [['levels', levels], ['exceptions', exceptions]] as const) {
    rules.forEach(({ id }, i) => {
      if (seen.has(id) || id === 'watch' || id === 'none') fail(`${section}[${i}].id`, id, 'an id that no other rule has')
      seen.add(id)
    })
  }
  exceptions.forEach((rule, i) => {
    // Signals below the limits of detection are not kept: an exception cannot bring them back.
    if (rule.recurrenceDays !== undefined && rule.recurrenceDays < watchDays) fail(`exceptions[${i}].recurrenceDays`, rule.recurrenceDays, `a number from detection.watchDays (${watchDays}) up`)
    if (rule.minCallers !== undefined && rule.minCallers < minCallers) fail(`exceptions[${i}].minCallers`, rule.minCallers, `a whole number from detection.minCallers (${minCallers}) up`)
  })
  const ahead = kinds.seasonal.weeksAhead
  if (ahead && ahead.until <= ahead.from) fail('kinds.seasonal.weeksAhead.until', ahead.until, `a whole number above from (${ahead.from})`)
}

function words(value: unknown, path: string): string[] {
  const given = list(value, path, pattern(/\S/, 'a word'))
  return given.length > 0 ? given : fail(path, value, 'a list of one word or more')
}
