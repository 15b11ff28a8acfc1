/**
 * Which clocks an alert has and had: a fold of what people did with it (alert-life/fold.ts) and of when its units were told. Pure: the
 * same events give the same clocks. Nothing is due here yet; that is the rules' (rules.ts, due.ts).
 */
import { foldLife, isLive, leadOf } from '../alert-life/fold.ts'
import type { Life, LifeEvent, Opening } from '../alert-life/fold.ts'
import type { Act, AlertState } from '../alert-state.ts'
import type { ClockName } from './rules.ts'

/** When units were told, in milliseconds. */
export interface Told {
  /** First notice of each unit, by its name. */
  units: ReadonlyMap<string, number>
  /** Notices of a return after 销号, oldest first. */
  returns: readonly number[]
  /** When a return of which nobody was told is seen. */
  now: number
}

export interface Intended {
  clock: ClockName
  /** The unit of a sign clock, the number of a task; else empty. */
  subject: string
  n: number
  /** Who must act. */
  unit: string
  startedAt: number
  stoppedAt: number | null
  /** The act that stopped it; `return` where the cause came back. */
  stoppedBy: string | null
  /** YYYY-MM-DD where the item has a date of its own. */
  dueDate: string | null
}

/** The alert between two acts. */
interface Span { life: Life, from: number, act: Act | null, event: LifeEvent | null }

const IN: Readonly<Partial<Record<ClockName, readonly AlertState[]>>> = {
  verify: ['unsigned', 'signed', 'reopened'], feedback: ['verified', 'handling'], close: ['verified', 'handling'], rework: ['handling'], review: ['strike_off_requested', 'under_review'],
  reassign: ['reassign_requested'], book: ['on_book'], look_back_30: ['struck_off'], look_back_90: ['struck_off', 'looking_back'],
}
const ITEMS: ReadonlySet<ClockName> = new Set(['task', 'commitment', 'milestone'])
const OF_DESK: ReadonlySet<ClockName> = new Set(['review', 'reassign', 'look_back_30', 'look_back_90'])

/**
 * @param events in the order of `seq`
 * @param desk   the unit of the hotline desk, which rules, reviews and looks back
 */
export function intendedClocks(opening: Opening, events: readonly LifeEvent[], told: Told, desk: string): Intended[] {
  const clocks: Intended[] = []
  const running = new Map<string, Intended>()
  const counts = new Map<string, number>()
  /** Since when each unit knows of the alert: by a notice of a night, or because an act names it. */
  const known = new Map(told.units)
  let rework = false
  for (const span of spansOf(opening, events, told)) {
    const { life, act, event, from } = span
    if (life.state !== 'handling') rework = false
    else if (act === 'refuse_strike_off') rework = true
    if (event?.detail.unit !== undefined && !known.has(event.detail.unit)) known.set(event.detail.unit, from)
    const wanted = wantedIn(life, known, from, rework, desk)
    for (const [key, clock] of running) {
      const want = wanted.get(key)
      if (want && !isReset(clock, event, want.unit)) continue
      clock.stoppedAt = from
      clock.stoppedBy = act ?? 'return'
      running.delete(key)
    }
    for (const [key, want] of wanted) {
      if (running.has(key)) {
        if (want.dueDate !== null) running.get(key)!.dueDate = want.dueDate
        continue
      }
      const n = (counts.get(key) ?? 0) + 1
      counts.set(key, n)
      const clock: Intended = { ...want, n, stoppedAt: null, stoppedBy: null }
      running.set(key, clock)
      clocks.push(clock)
    }
  }
  // A unit that was told after it had answered has nothing to answer.
  return clocks.filter(({ startedAt, stoppedAt }) => stoppedAt === null || stoppedAt > startedAt)
}

/** The alert from when it was told, cut at each act and at each return. */
function spansOf(opening: Opening, events: readonly LifeEvent[], told: Told): Span[] {
  const first = Math.min(...told.units.values(), ...(events.length > 0 ? [Date.parse(events[0]!.at)] : []))
  if (!Number.isFinite(first)) return []
  const spans: Span[] = []
  for (let i = 0; i <= events.length; i++) {
    const done = events.slice(0, i)
    const event = events[i - 1] ?? null
    const from = event ? Date.parse(event.at) : first
    const before = (day: string): Opening => ({ ...opening, returned: opening.returned.filter((night) => night < day) })
    const life = foldLife(before(event?.knownOn ?? ''), done)
    spans.push({ life, from, act: event?.act ?? null, event })
    const next = events[i]
    const later = foldLife(next ? before(next.knownOn) : opening, done)
    if (later.round !== life.round) {
      const until = next ? Date.parse(next.at) : Infinity
      const at = told.returns.find((one) => one > from && one < until) ?? (next ? undefined : told.now)
      if (at !== undefined) spans.push({ life: later, from: at, act: null, event: null })
    }
  }
  return spans
}

type Wanted = Omit<Intended, 'n' | 'stoppedAt' | 'stoppedBy'>

function wantedIn(life: Life, known: ReadonlyMap<string, number>, from: number, rework: boolean, desk: string): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>()
  const want = (clock: ClockName, subject: string, unit: string, startedAt: number, dueDate: string | null = null): void =>
    void wanted.set(`${clock}|${subject}`, { clock, subject, unit, startedAt, dueDate })
  const lead = leadOf(life) ?? desk
  for (const [clock, states] of Object.entries(IN) as [ClockName, readonly AlertState[]][]) {
    if (!states.includes(life.state) || (clock === 'rework') !== rework && (clock === 'rework' || clock === 'close')) continue
    want(clock, '', OF_DESK.has(clock) ? desk : lead, from)
  }
  if (!isLive(life)) return wanted
  for (const { unit, state } of life.parties) {
    const at = known.get(unit)
    if (at !== undefined && state === 'unsigned' && life.state !== 'reassign_requested') want('sign', unit, unit, Math.max(from, at))
  }
  for (const { id, kind, unit, due } of life.open) if (due !== null) want(kind, id, unit ?? lead, from, due)
  return wanted
}

/** Whether the event begins a running clock anew: feedback was given, or another unit leads. */
function isReset({ clock, unit }: Intended, event: LifeEvent | null, wanted: string): boolean {
  if (event === null) return false
  if ((clock === 'feedback' || clock === 'book') && event.act === 'feedback' && event.unit === unit) return true
  if (event.act !== 'reassign') return false
  return clock === 'sign' ? event.detail.unit === wanted : event.party === 'lead' && !OF_DESK.has(clock) && !ITEMS.has(clock)
}
