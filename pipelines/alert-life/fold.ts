/**
 * The state of an alert as the fold of what was done with it, pure: the same events give the same state. Nights that saw a cause come back after
 * 销号 are events like others, between the acts of their day and those of the next.
 */
import { LIVE_STATES, STRUCK_OFF_STATES } from '../alert-state.ts'
import type { Act, AlertState, Finding, PartyKind, PartyState, Role, Rung } from '../alert-state.ts'

/** What belongs to an act; which of it is needed says alert-state.ts. Days are YYYY-MM-DD. */
export interface ActDetail {
  finding?: Finding
  /** The unit that something is given to, and the one it is taken from. */
  unit?: string
  from?: string
  kind?: PartyKind
  until?: string
  into?: string
  level?: string
  rung?: Rung
  /** Number of a task, commitment or milestone. */
  task?: string
  text?: string
  due?: string
  kept?: boolean
  file?: { sha256: string, name: string, type: string, bytes: number }
  lead?: string
  members?: string[]
  present?: string[]
  held?: string
  [more: string]: unknown
}

/** One act as it is stored. */
export interface LifeEvent {
  seq: number
  act: Act
  before: AlertState
  after: AlertState
  by: string
  unit: string
  role: Role
  party: PartyKind | null
  why: string
  detail: ActDetail
  /** ISO time of the database. */
  at: string
  /** First night that knows of it. */
  knownOn: string
}

/** What the nights say of an alert: its units as last assigned, and the nights on which it returned. */
export interface Opening {
  alertId: string
  lead: string | null
  territory: string | null
  co: readonly string[]
  /** First night. */
  opened: string
  returned: readonly string[]
}

export interface Party { unit: string, kind: PartyKind, state: PartyState }

export interface Life {
  alertId: string
  state: AlertState
  /** Changes so far: what an optimistic caller names. */
  version: number
  /** The state that 申请改派, 并入 or 误报 interrupted. */
  interrupted: AlertState | null
  /** 1, and one more with every reopening. */
  round: number
  finding: Finding | null
  parties: Party[]
  /** Names of those who handled the alert in this round, as written. */
  handlers: string[]
  /** Files and notes given as evidence in this round. */
  evidence: number
  /** Refusals by leads in this round: 申请改派. */
  refusals: number
  escalated: Rung | null
  /** Silent until this day, exclusive, whatever its state; null where it is not. */
  snoozedUntil: string | null
  mergedInto: string | null
  /** Level that a person set last, and the first night that knows of it. */
  lowered: { level: string, knownOn: string } | null
  /** Day of the last 销号. */
  struckOffOn: string | null
  /** Tasks, commitments and milestones that are open, oldest first. */
  open: OpenItem[]
}

/** `id` is the number of the act that made it. */
export interface OpenItem { id: string, kind: 'task' | 'commitment' | 'milestone', unit: string | null, due: string | null }

const MADE_BY: Readonly<Partial<Record<Act, OpenItem['kind']>>> = { add_task: 'task', commit: 'commitment', set_milestone: 'milestone' }
const CLOSED_BY: ReadonlySet<Act> = new Set(['finish_task', 'cancel_task', 'settle_commitment', 'reach_milestone'])

const HANDLING: ReadonlySet<Act> = new Set(['sign', 'verify', 'start', 'feedback', 'request_strike_off', 'resume', 'accept_task', 'finish_task'])

/** @param events in the order of `seq` */
export function foldLife(opening: Opening, events: readonly LifeEvent[]): Life {
  const life: Life = {
    alertId: opening.alertId, state: 'unsigned', version: 0, interrupted: null, round: 1, finding: null, parties: openingParties(opening), handlers: [], evidence: 0,
    refusals: 0, escalated: null, snoozedUntil: null, mergedInto: null, lowered: null, struckOffOn: null, open: [],
  }
  let nextReturn = 0
  const returnsBefore = (day: string): void => {
    for (; nextReturn < opening.returned.length && opening.returned[nextReturn]! < day; nextReturn++) comeBack(life)
  }
  for (const event of events) {
    returnsBefore(event.knownOn)
    apply(life, event)
  }
  returnsBefore('9999-12-31')
  return life
}

/** Whether the alert is silent on the day. */
export function isSnoozed(life: Life, day: string): boolean {
  return life.snoozedUntil !== null && day < life.snoozedUntil
}

export function leadOf(life: Life): string | null {
  return life.parties.find((party) => party.kind === 'lead' && party.state !== 'released')?.unit ?? null
}

export function partyOf(life: Life, unit: string): Party | undefined {
  return life.parties.find((party) => party.unit === unit && party.state !== 'released')
}

function openingParties({ lead, territory, co }: Opening): Party[] {
  const parties: Party[] = []
  const add = (unit: string | null, kind: PartyKind): void => {
    if (unit !== null && parties.every((party) => party.unit !== unit)) parties.push({ unit, kind, state: 'unsigned' })
  }
  add(lead, 'lead')
  add(territory, 'territory')
  for (const unit of co) add(unit, 'co')
  return parties
}

/** The cause of an alert that was struck off is back: a new round, for the same units. */
function comeBack(life: Life): void {
  if (!(STRUCK_OFF_STATES as readonly AlertState[]).includes(life.state)) return
  life.version++
  beginRound(life)
}

function beginRound(life: Life): void {
  Object.assign(life, { state: 'reopened', interrupted: null, round: life.round + 1, finding: null, handlers: [], evidence: 0, refusals: 0, struckOffOn: null, escalated: null, snoozedUntil: null, lowered: null })
  for (const party of life.parties) if (party.state === 'signed' || party.state === 'refused') party.state = 'unsigned'
}

function apply(life: Life, { seq, act, after, by, unit, party, why, detail, knownOn }: LifeEvent): void {
  life.version++
  if (party && act !== 'reassign' && act !== 'refuse_reassign') fixParty(life, unit, party)
  const before = life.state
  if (act === 'reopen') beginRound(life)
  life.state = after
  if (after !== before) life.interrupted = after === 'reassign_requested' || after === 'merged' || after === 'false_alarm' ? before : null
  if (HANDLING.has(act) && !life.handlers.includes(by)) life.handlers.push(by)
  const made = MADE_BY[act]
  if (made) life.open.push({ id: String(seq), kind: made, unit: detail.unit ?? null, due: detail.due ?? null })
  if (CLOSED_BY.has(act)) life.open = life.open.filter((item) => item.id !== detail.task)
  if (act === 'sign') setParty(life, unit, 'signed')
  else if (act === 'verify') life.finding = detail.finding ?? null
  else if (act === 'add_evidence' || act === 'request_strike_off' && why !== '') life.evidence++
  else if (act === 'request_reassign') refuse(life, unit, party)
  else if (act === 'refuse_reassign') setParty(life, detail.from ?? leadOf(life) ?? '', before === 'reassign_requested' && (after === 'signed' || after === 'verified') ? 'signed' : 'unsigned')
  else if (act === 'reassign') replaceParty(life, detail.from ?? null, detail.unit!, party ?? 'lead')
  else if (act === 'add_unit') fixParty(life, detail.unit!, detail.kind ?? 'co')
  else if (act === 'escalate') life.escalated = detail.rung ?? null
  else if (act === 'snooze') life.snoozedUntil = detail.until ?? null
  else if (act === 'wake') life.snoozedUntil = null
  else if (act === 'merge') life.mergedInto = detail.into ?? null
  else if (act === 'split') life.mergedInto = null
  else if (act === 'lower_level') life.lowered = { level: detail.level!, knownOn }
  else if (act === 'strike_off') life.struckOffOn = knownOn
}

/** Who acted as a party is one, whatever later nights assign. */
function fixParty(life: Life, unit: string, kind: PartyKind): void {
  const own = life.parties.find((party) => party.unit === unit)
  if (own?.kind === kind && own.state !== 'released') return
  if (kind === 'lead') for (const party of life.parties) if (party.kind === 'lead' && party.unit !== unit) party.state = 'released'
  if (own) Object.assign(own, { kind, state: own.state === 'released' ? 'unsigned' : own.state })
  else life.parties.push({ unit, kind, state: 'unsigned' })
}

function setParty(life: Life, unit: string, state: PartyState): void {
  const party = life.parties.find((own) => own.unit === unit)
  if (party) party.state = state
}

function refuse(life: Life, unit: string, party: PartyKind | null): void {
  setParty(life, unit, 'refused')
  if (party === 'lead') life.refusals++
}

function replaceParty(life: Life, from: string | null, to: string, kind: PartyKind): void {
  const old = from ?? (kind === 'lead' ? leadOf(life) : null)
  if (old !== null) setParty(life, old, 'released')
  if (kind === 'lead') for (const party of life.parties) if (party.kind === 'lead') party.state = 'released'
  const own = life.parties.find((party) => party.unit === to)
  if (own) Object.assign(own, { kind, state: 'unsigned' })
  else life.parties.push({ unit: to, kind, state: 'unsigned' })
  if (kind === 'lead') life.finding = null
}

/** Whether the alert is still somebody's work. */
export function isLive(life: Life): boolean {
  return (LIVE_STATES as readonly AlertState[]).includes(life.state)
}
