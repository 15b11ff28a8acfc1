/**
 * The one table of what may become of an alert and by whose hand: states, acts, roles, and which act leads from which state to which.
 * Everything else asks it. What an act needs besides (a reason, a finding, another person) is named here and checked in alert-life/guards.ts.
 */

/** 待签收 已签收 已核实 处置中 申请销号 复核中 已销号 挂账 回头看 归档 复发重开, then the side states 申请改派 并入 误报. */
export const ALERT_STATES = [
  'unsigned', 'signed', 'verified', 'handling', 'strike_off_requested', 'under_review', 'struck_off', 'on_book', 'looking_back', 'archived', 'reopened',
  'reassign_requested', 'merged', 'false_alarm',
] as const
export type AlertState = (typeof ALERT_STATES)[number]

/** What an alert may be besides its state: 提级, and snoozed until a day. */
export const ALERT_MARKS = ['escalated', 'snoozed'] as const
export type AlertMark = (typeof ALERT_MARKS)[number]

/** 属实 部分属实 不属实 已在办; the words of `alert_verdicts`. */
export const FINDINGS = ['true', 'partly', 'false', 'known'] as const
export type Finding = (typeof FINDINGS)[number]

/** DOMAIN's roles; `system` is the machine itself: clocks and nights. */
export const ROLES = ['unit_liaison', 'unit_lead', 'territory_lead', 'analyst', 'supervisor', 'policy_reader', 'batch_operator', 'admin', 'system'] as const
export type Role = (typeof ROLES)[number]

/** 主办 协办 属地. */
export const PARTY_KINDS = ['lead', 'co', 'territory'] as const
export type PartyKind = (typeof PARTY_KINDS)[number]

/** A joint unit's own part: not answered, signed for, refused, or let go of. */
export const PARTY_STATES = ['unsigned', 'signed', 'refused', 'released'] as const
export type PartyState = (typeof PARTY_STATES)[number]

/** Who an alert is raised to, lowest first. */
export const RUNGS = ['unit_lead', 'street', 'district', 'city'] as const
export type Rung = (typeof RUNGS)[number]

export const ACTS = [
  'sign', 'verify', 'start', 'feedback', 'request_strike_off', 'take_review', 'strike_off', 'refuse_strike_off', 'keep_on_book', 'resume',
  'look_back_30', 'look_back_90', 'reopen', 'dismiss', 'request_reassign', 'reassign', 'refuse_reassign', 'escalate', 'lower_level', 'snooze', 'wake', 'merge', 'absorb', 'split',
  'extend', 'remind', 'comment', 'add_evidence', 'add_unit', 'add_task', 'accept_task', 'finish_task', 'cancel_task', 'set_task_force', 'hold_meeting', 'commit', 'settle_commitment', 'set_milestone',
  'reach_milestone',
] as const
export type Act = (typeof ACTS)[number]

/**
 * What an act needs. why: a reason or note. evidence: a file, or a note, of this round. other_person: nobody who handled the alert in this round. tasks_done: no task open.
 * finding, false_finding, unit, until, into, level, rung, task, text, due: the detail of that name. look_back: the days since 销号 are over. quiet: no rise lately.
 */
export const NEEDS = [
  'why', 'evidence', 'other_person', 'tasks_done', 'finding', 'false_finding', 'unit', 'until', 'into', 'level', 'rung', 'task', 'text', 'due', 'look_back', 'quiet', 'file',
  'lead', 'party', 'kept', 'snoozed',
] as const
export type Need = (typeof NEEDS)[number]

export interface Transition {
  act: Act
  /** Whose part changes: the lead's, another unit's, or any. Of acts of units it is the actor's own part, of 改派 that of the unit replaced. */
  part: 'lead' | 'other' | 'any'
  from: readonly AlertState[]
  /** `before`: the state that the present one interrupted. */
  to: AlertState | 'same' | 'before'
  roles: readonly Role[]
  needs: readonly Need[]
}

const UNITS: readonly Role[] = ['unit_liaison', 'unit_lead', 'territory_lead']
const DESK: readonly Role[] = ['analyst', 'supervisor', 'admin']
const LEADERS: readonly Role[] = ['unit_lead', 'territory_lead']
const ALL: readonly Role[] = ROLES

const WORKING = ['signed', 'verified', 'handling', 'on_book', 'strike_off_requested', 'under_review', 'reopened'] as const satisfies readonly AlertState[]
/** States of an alert that is still somebody's work. */
export const LIVE_STATES = ['unsigned', ...WORKING, 'reassign_requested'] as const satisfies readonly AlertState[]
/** Struck off: whatever its cause does next is a return. */
export const STRUCK_OFF_STATES = ['struck_off', 'looking_back', 'archived'] as const satisfies readonly AlertState[]
const REVIEW = ['strike_off_requested', 'under_review'] as const satisfies readonly AlertState[]

export const TRANSITIONS: readonly Transition[] = [
  { act: 'sign', part: 'lead', from: ['unsigned', 'reopened'], to: 'signed', roles: UNITS, needs: [] },
  { act: 'sign', part: 'other', from: LIVE_STATES, to: 'same', roles: UNITS, needs: ['party'] },
  { act: 'verify', part: 'lead', from: ['signed', 'verified'], to: 'verified', roles: UNITS, needs: ['finding', 'why'] },
  { act: 'start', part: 'lead', from: ['verified'], to: 'handling', roles: UNITS, needs: ['finding'] },
  { act: 'feedback', part: 'any', from: WORKING, to: 'same', roles: UNITS, needs: ['why', 'party'] },
  { act: 'request_strike_off', part: 'lead', from: ['handling', 'on_book'], to: 'strike_off_requested', roles: UNITS, needs: ['why', 'evidence', 'tasks_done'] },
  { act: 'take_review', part: 'any', from: ['strike_off_requested'], to: 'under_review', roles: DESK, needs: ['other_person'] },
  { act: 'strike_off', part: 'any', from: REVIEW, to: 'struck_off', roles: DESK, needs: ['why', 'other_person', 'evidence', 'tasks_done'] },
  { act: 'refuse_strike_off', part: 'any', from: REVIEW, to: 'handling', roles: DESK, needs: ['why', 'other_person'] },
  { act: 'keep_on_book', part: 'any', from: ['handling', ...REVIEW], to: 'on_book', roles: DESK, needs: ['why', 'other_person'] },
  { act: 'resume', part: 'lead', from: ['on_book'], to: 'handling', roles: UNITS, needs: [] },
  { act: 'look_back_30', part: 'any', from: ['struck_off'], to: 'looking_back', roles: DESK, needs: ['why', 'other_person', 'look_back'] },
  { act: 'look_back_90', part: 'any', from: ['struck_off', 'looking_back'], to: 'archived', roles: DESK, needs: ['why', 'other_person', 'look_back'] },
  { act: 'reopen', part: 'any', from: [...STRUCK_OFF_STATES, 'false_alarm'], to: 'reopened', roles: [...DESK, ...LEADERS], needs: ['why'] },
  { act: 'dismiss', part: 'any', from: ['verified'], to: 'false_alarm', roles: DESK, needs: ['why', 'false_finding', 'other_person'] },

  { act: 'request_reassign', part: 'lead', from: ['unsigned', 'signed', 'verified', 'reopened'], to: 'reassign_requested', roles: UNITS, needs: ['why'] },
  { act: 'request_reassign', part: 'other', from: LIVE_STATES, to: 'same', roles: UNITS, needs: ['why', 'party'] },
  { act: 'reassign', part: 'lead', from: ['unsigned', 'signed', 'verified', 'handling', 'reopened', 'reassign_requested'], to: 'unsigned', roles: DESK, needs: ['why', 'unit'] },
  { act: 'reassign', part: 'other', from: LIVE_STATES, to: 'same', roles: DESK, needs: ['why', 'unit', 'party'] },
  { act: 'refuse_reassign', part: 'lead', from: ['reassign_requested'], to: 'before', roles: DESK, needs: ['why'] },
  { act: 'refuse_reassign', part: 'other', from: LIVE_STATES, to: 'same', roles: DESK, needs: ['why', 'party'] },
  { act: 'escalate', part: 'any', from: LIVE_STATES, to: 'same', roles: [...DESK, ...LEADERS, 'system'], needs: ['why', 'rung'] },
  { act: 'lower_level', part: 'any', from: LIVE_STATES, to: 'same', roles: DESK, needs: ['why', 'level', 'quiet'] },
  { act: 'snooze', part: 'any', from: LIVE_STATES, to: 'same', roles: [...DESK, ...LEADERS], needs: ['why', 'until'] },
  { act: 'wake', part: 'any', from: LIVE_STATES, to: 'same', roles: [...DESK, ...LEADERS], needs: ['snoozed'] },
  { act: 'merge', part: 'any', from: LIVE_STATES, to: 'merged', roles: DESK, needs: ['why', 'into'] },
  { act: 'absorb', part: 'any', from: LIVE_STATES, to: 'same', roles: DESK, needs: ['why'] },
  { act: 'split', part: 'any', from: ['merged'], to: 'before', roles: DESK, needs: ['why'] },

  { act: 'extend', part: 'any', from: LIVE_STATES, to: 'same', roles: DESK, needs: ['why'] },
  { act: 'remind', part: 'any', from: LIVE_STATES, to: 'same', roles: [...DESK, 'system'], needs: ['why'] },
  { act: 'comment', part: 'any', from: ALERT_STATES, to: 'same', roles: ALL, needs: ['why'] },
  { act: 'add_evidence', part: 'any', from: ALERT_STATES, to: 'same', roles: [...UNITS, ...DESK], needs: ['file'] },
  { act: 'add_unit', part: 'any', from: LIVE_STATES, to: 'same', roles: [...DESK, ...LEADERS], needs: ['unit', 'why'] },
  { act: 'add_task', part: 'any', from: LIVE_STATES, to: 'same', roles: [...UNITS, ...DESK], needs: ['unit', 'text', 'lead'] },
  { act: 'accept_task', part: 'any', from: LIVE_STATES, to: 'same', roles: UNITS, needs: ['task'] },
  { act: 'finish_task', part: 'any', from: LIVE_STATES, to: 'same', roles: UNITS, needs: ['task', 'why'] },
  { act: 'cancel_task', part: 'any', from: LIVE_STATES, to: 'same', roles: [...UNITS, ...DESK], needs: ['task', 'why', 'lead'] },
  { act: 'set_task_force', part: 'any', from: LIVE_STATES, to: 'same', roles: [...DESK, ...LEADERS], needs: ['text'] },
  { act: 'hold_meeting', part: 'any', from: LIVE_STATES, to: 'same', roles: [...UNITS, ...DESK], needs: ['text'] },
  { act: 'commit', part: 'any', from: LIVE_STATES, to: 'same', roles: [...UNITS, ...DESK], needs: ['text', 'due'] },
  { act: 'settle_commitment', part: 'any', from: LIVE_STATES, to: 'same', roles: [...UNITS, ...DESK], needs: ['task', 'kept', 'why'] },
  { act: 'set_milestone', part: 'any', from: LIVE_STATES, to: 'same', roles: [...UNITS, ...DESK], needs: ['text', 'due'] },
  { act: 'reach_milestone', part: 'any', from: LIVE_STATES, to: 'same', roles: [...UNITS, ...DESK], needs: ['task', 'why'] },
]

/** The row of an act in a state for a part of the alert; undefined where the table has none. */
export function findTransition(act: Act, state: AlertState, part: 'lead' | 'other'): Transition | undefined {
  return TRANSITIONS.find((row) => row.act === act && (row.part === 'any' || row.part === part) && row.from.includes(state))
}

/** What a role may do in a state. */
export function actsOf(state: AlertState, part: 'lead' | 'other', role: Role): Act[] {
  return [...new Set(TRANSITIONS.filter((row) => (row.part === 'any' || row.part === part) && row.from.includes(state) && row.roles.includes(role)).map((row) => row.act))]
}
