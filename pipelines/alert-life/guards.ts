/**
 * What an act needs besides its row in the table of transitions, one check a need.
 */
import { parseDay } from '../../core/days.ts'
import { BadInputError, InvalidOptionError } from '../../core/errors.ts'
import { FINDINGS, RUNGS } from '../alert-state.ts'
import type { Need, Rung, Transition } from '../alert-state.ts'
import { LEVELS } from '../levels.ts'
import type { Level } from '../levels.ts'
import { isSnoozed, leadOf, partyOf } from './fold.ts'
import type { ActDetail, Life, OpenItem } from './fold.ts'
import type { Actor } from './decide.ts'

/** Nights in which the rules asked for no higher level, before a person may lower it. */
export const QUIET_BEFORE_LOWER = 7
/** Days ahead that an alert may be snoozed at most. */
export const LONGEST_SNOOZE = 90
/** Characters of a reason or text. */
const LONGEST_TEXT = 4000

/** What checks may ask. */
export interface Asked {
  row: Transition
  life: Life
  actor: Actor
  why: string
  detail: ActDetail
  /** First night that knows of the act. */
  day: string
  /** The level, and those that the rules asked for in the last `QUIET_BEFORE_LOWER` nights. */
  standing: { level: string, asked: readonly string[] }
  /** The alert named by `into`: whether it is somebody's work; undefined where there is none. */
  target: { live: boolean } | undefined
  /** Whether the unit named by the detail is known. */
  unitKnown: boolean
}

/** @throws {BadInputError} the first need that is not met */
export function checkNeeds(asked: Asked): void {
  if (asked.why.length > LONGEST_TEXT) throw new InvalidOptionError('why', `${asked.why.length} characters`, `at most ${LONGEST_TEXT}`)
  if ((asked.detail.text?.length ?? 0) > LONGEST_TEXT) throw new InvalidOptionError('text', `${asked.detail.text!.length} characters`, `at most ${LONGEST_TEXT}`)
  for (const need of asked.row.needs) CHECKS[need](asked)
}

const daysBetween = (from: string, until: string): number => parseDay(until) - parseDay(from)

const CHECKS: Readonly<Record<Need, (asked: Asked) => void>> = {
  why: ({ why, row }) => {
    if (why.trim() === '') throw new BadInputError('act_needs_why', `${row.act} needs a reason`, { act: row.act })
  },
  evidence: ({ life, why, row }) => {
    if (life.evidence === 0 && (row.act !== 'request_strike_off' || why.trim() === '')) throw new BadInputError('act_needs_evidence', `${row.act} needs a note or a file as evidence`, { act: row.act })
  },
  other_person: ({ life, actor, row }) => {
    const handled = life.handlers.find((name) => samePerson(name, actor.name))
    if (handled !== undefined) throw new BadInputError('same_person', `${handled} handled the alert and cannot ${row.act} it`, { act: row.act, name: handled })
  },
  tasks_done: ({ life, row }) => {
    const open = life.open.filter((item) => item.kind === 'task').map((item) => item.id)
    if (open.length > 0) throw new BadInputError('tasks_open', `${row.act} waits for the tasks ${open.join(', ')}`, { act: row.act, tasks: open })
  },
  finding: ({ life, detail, row }) => {
    const finding = row.act === 'verify' ? detail.finding : life.finding
    if (finding === undefined || finding === null || !FINDINGS.includes(finding)) throw new InvalidOptionError('finding', finding, FINDINGS.join(', '))
    if (row.act === 'start' && finding === 'false') throw new BadInputError('nothing_to_handle', 'the finding is that there is nothing: verify again, or let the desk dismiss it', {})
  },
  false_finding: ({ life }) => {
    if (life.finding !== 'false') throw new BadInputError('not_found_false', 'only an alert found false can be dismissed', {})
  },
  unit: ({ detail, unitKnown, life, row }) => {
    if (!detail.unit) throw new InvalidOptionError('unit', detail.unit, 'the name of a unit')
    // A lead made assisting would leave the alert without an owner.
    const own = row.act === 'add_unit' || row.act === 'reassign' && row.part === 'other' ? partyOf(life, detail.unit) : undefined
    if (own) throw new BadInputError('already_a_party', `${detail.unit} is named on the alert already`, { unit: detail.unit })
    if (!unitKnown) throw new BadInputError('no_such_unit', `no unit is called ${detail.unit}`, { unit: detail.unit })
  },
  until: ({ detail, day }) => {
    const until = dayOf('until', detail.until)
    const ahead = daysBetween(day, until)
    if (ahead < 1 || ahead > LONGEST_SNOOZE) throw new InvalidOptionError('until', until, `a day 1 to ${LONGEST_SNOOZE} days after ${day}`)
  },
  into: ({ detail, life, target }) => {
    if (!detail.into || detail.into === life.alertId) throw new InvalidOptionError('into', detail.into, 'the id of another alert')
    if (!target) throw new BadInputError('no_such_alert', `no alert has the id ${detail.into}: weisu alerts --all lists them`, { id: detail.into })
    if (!target.live) throw new BadInputError('target_not_live', `alert ${detail.into} is closed or merged itself`, { id: detail.into })
  },
  level: ({ detail, standing }) => {
    const rank = LEVELS.indexOf(detail.level as Level)
    if (rank < 0 || rank >= LEVELS.indexOf(standing.level as Level)) throw new InvalidOptionError('level', detail.level, `a level below ${standing.level}`)
  },
  quiet: ({ detail, standing }) => {
    const above = standing.asked.find((level) => LEVELS.indexOf(level as Level) > LEVELS.indexOf(detail.level as Level))
    if (above === undefined) return
    throw new BadInputError('not_quiet', `the rules asked for ${above} in the last ${QUIET_BEFORE_LOWER} nights`, { level: above, days: QUIET_BEFORE_LOWER })
  },
  rung: ({ detail, life }) => {
    const rank = RUNGS.indexOf(detail.rung as Rung)
    const least = life.escalated === null ? 0 : RUNGS.indexOf(life.escalated) + 1
    if (rank < least) throw new InvalidOptionError('rung', detail.rung, RUNGS.slice(least).join(', ') || 'nothing higher')
  },
  task: ({ detail, life, actor, row }) => {
    const item = life.open.find((open) => open.id === detail.task && open.kind === KIND_OF[row.act])
    if (!item) throw new BadInputError('no_such_task', `the alert has no open item ${detail.task ?? ''}`, { task: detail.task ?? '' })
    if ((row.act === 'accept_task' || row.act === 'finish_task') && item.unit !== actor.unit) {
      throw new BadInputError('task_of_another', `task ${item.id} belongs to ${item.unit}`, { task: item.id, unit: item.unit })
    }
  },
  text: ({ detail }) => {
    if (!detail.text?.trim()) throw new InvalidOptionError('text', detail.text, 'what it is about')
  },
  due: ({ detail }) => void dayOf('due', detail.due),
  look_back: ({ row, life, day }) => {
    const days = row.act === 'look_back_90' ? 90 : 30
    const over = daysBetween(life.struckOffOn!, day)
    if (over < days) throw new BadInputError('too_early', `the look-back of ${days} days is due ${days - over} days later`, { days, left: days - over })
  },
  file: ({ detail }) => {
    if (!detail.file) throw new InvalidOptionError('file', detail.file, 'a file')
  },
  lead: ({ life, actor }) => {
    if (DESK_ROLES.has(actor.role) || leadOf(life) === actor.unit) return
    throw new BadInputError('not_lead_unit', `the lead unit is ${leadOf(life) ?? 'nobody'}, not ${actor.unit}`, { lead: leadOf(life) ?? '', unit: actor.unit })
  },
  party: ({ life, actor, detail, row }) => {
    const unit = row.act === 'reassign' || row.act === 'refuse_reassign' ? detail.from ?? '' : actor.unit
    const party = partyOf(life, unit)
    if (!party) throw new BadInputError('not_a_party', `${unit} is not named on the alert`, { unit })
    if (row.act === 'refuse_reassign' && party.state !== 'refused') throw new BadInputError('not_refused', `${unit} has not refused its part`, { unit })
  },
  kept: ({ detail }) => {
    if (typeof detail.kept !== 'boolean') throw new InvalidOptionError('kept', detail.kept, 'kept or broken')
  },
  snoozed: ({ life, day }) => {
    if (!isSnoozed(life, day)) throw new BadInputError('not_snoozed', 'the alert is not snoozed', {})
  },
}

const DESK_ROLES: ReadonlySet<string> = new Set(['analyst', 'supervisor', 'admin'])

const KIND_OF: Readonly<Record<string, OpenItem['kind']>> = {
  accept_task: 'task', finish_task: 'task', cancel_task: 'task', settle_commitment: 'commitment', reach_milestone: 'milestone',
}

/** @throws {InvalidOptionError} no day */
function dayOf(name: string, value: string | undefined): string {
  try {
    parseDay(value ?? '')
  } catch {
    throw new InvalidOptionError(name, value, 'a day, YYYY-MM-DD')
  }
  return value!
}

/** Names as people write them: width, case and spaces do not make another person. */
function samePerson(one: string, other: string): boolean {
  const plain = (name: string): string => name.normalize('NFKC').replace(/\s+/gu, '').toLowerCase()
  return plain(one) === plain(other)
}
