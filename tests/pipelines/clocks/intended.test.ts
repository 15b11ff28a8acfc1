import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldLife } from '../../../pipelines/alert-life/fold.ts'
import type { LifeEvent, Opening } from '../../../pipelines/alert-life/fold.ts'
import { ACTS, findTransition } from '../../../pipelines/alert-state.ts'
import type { Act } from '../../../pipelines/alert-state.ts'
import { intendedClocks } from '../../../pipelines/clocks/intended.ts'
import type { Intended, Told } from '../../../pipelines/clocks/intended.ts'

const DESK = 'Desk'
const T0 = Date.UTC(2026, 2, 2, 1)
const opening: Opening = { alertId: 'a', lead: 'Heating', territory: 'Street', co: ['Water'], opened: '2026-03-01', returned: [] }
const told: Told = { units: new Map([['Heating', T0], ['Street', T0]]), returns: [], now: T0 + 1e10 }
const shown = (clocks: readonly Intended[]): string[] => clocks.map(({ clock, subject, n, unit, startedAt, stoppedAt, stoppedBy }) =>
  `${clock}${subject && ` ${subject}`} ${n} (${unit}) ${(startedAt - T0) / 60_000}–${stoppedAt === null ? '' : `${(stoppedAt - T0) / 60_000} ${stoppedBy}`}`).sort()

/** Acts one minute apart, by the table of transitions; those that it does not allow are left out. */
function story(acts: readonly { act: Act, unit?: string, to?: string }[]): LifeEvent[] {
  const events: LifeEvent[] = []
  for (const { act, unit = 'Heating', to } of acts) {
    const life = foldLife(opening, events)
    const lead = life.parties.find((party) => party.kind === 'lead' && party.state !== 'released')?.unit
    const part = (act === 'reassign' || act === 'refuse_reassign' || unit === lead) ? 'lead' : 'other'
    const row = findTransition(act, life.state, part)
    if (!row) continue
    const minute = events.length + 1
    const open = life.open.find((item) => item.kind === 'task')
    if (act === 'finish_task' && !open) continue
    events.push({
      seq: minute, act, before: life.state, after: row.to === 'same' ? life.state : row.to === 'before' ? life.interrupted! : row.to, by: 'Li', unit, role: row.roles[0]!,
      party: part === 'lead' ? 'lead' : life.parties.find((party) => party.unit === unit)?.kind ?? null, why: 'note',
      detail: { ...(act === 'reassign' || act === 'add_unit' ? { unit: to ?? 'Roads' } : {}), ...(act === 'verify' ? { finding: 'true' } : {}), ...(act === 'add_task' ? { unit: 'Water', due: '2026-04-01' } : {}), ...(act === 'finish_task' ? { task: open!.id } : {}) },
      at: new Date(T0 + minute * 60_000).toISOString(), knownOn: '2026-03-02',
    })
  }
  return events
}

test('the clocks of a whole life', () => {
  const acts: Act[] = ['sign', 'verify', 'start', 'feedback', 'request_strike_off', 'refuse_strike_off', 'request_strike_off', 'take_review', 'strike_off', 'look_back_30', 'look_back_90']
  expect(shown(intendedClocks(opening, story(acts.map((act) => ({ act }))), told, DESK))).toEqual([
    'close 1 (Heating) 2–5 request_strike_off',
    'feedback 1 (Heating) 2–4 feedback',
    'feedback 2 (Heating) 4–5 request_strike_off',
    'feedback 3 (Heating) 6–7 request_strike_off',
    'look_back_30 1 (Desk) 9–10 look_back_30',
    'look_back_90 1 (Desk) 9–11 look_back_90',
    'review 1 (Desk) 5–6 refuse_strike_off',
    'review 2 (Desk) 7–9 strike_off',
    'rework 1 (Heating) 6–7 request_strike_off',
    'sign Heating 1 (Heating) 0–1 sign',
    'sign Street 1 (Street) 0–9 strike_off',
    'verify 1 (Heating) 0–2 verify',
  ])
})

test('another unit leads: its clocks begin, those of the unit before end; a refused 申请改派 begins them anew', () => {
  expect(shown(intendedClocks(opening, story([{ act: 'request_reassign' }, { act: 'reassign', to: 'Roads' }]), told, DESK))).toEqual([
    'reassign 1 (Desk) 1–2 reassign', 'sign Heating 1 (Heating) 0–1 request_reassign', 'sign Roads 1 (Roads) 2–', 'sign Street 1 (Street) 0–1 request_reassign', 'sign Street 2 (Street) 2–',
    'verify 1 (Heating) 0–1 request_reassign', 'verify 2 (Roads) 2–',
  ])
  expect(shown(intendedClocks(opening, story([{ act: 'request_reassign' }, { act: 'refuse_reassign', unit: DESK }]), told, DESK)).filter((line) => line.startsWith('verify'))).toEqual([
    'verify 1 (Heating) 0–1 request_reassign', 'verify 2 (Heating) 2–'])
})

test('a co-unit that nobody told has no clock until an act names it', () => {
  const clocks = (acts: Parameters<typeof story>[0]): string[] => shown(intendedClocks(opening, story(acts), told, DESK)).filter((line) => line.includes('Water'))
  expect(clocks([])).toEqual([])
  expect(clocks([{ act: 'add_unit', to: 'Water' }, { act: 'comment' }])).toEqual(['sign Water 1 (Water) 1–'])
  expect(clocks([{ act: 'add_unit', to: 'Water' }, { act: 'sign', unit: 'Water' }])).toEqual(['sign Water 1 (Water) 1–2 sign'])
})

test('a cause that comes back after 销号 begins a new round when its units are told, or when it is seen', () => {
  const events = story(['sign', 'verify', 'start', 'request_strike_off', 'strike_off'].map((act) => ({ act: act as Act })))
  const back = { ...opening, returned: ['2026-03-20'] }
  const at = T0 + 86_400_000 * 20
  const round = (more: Partial<Told>): string[] => shown(intendedClocks(back, events, { ...told, ...more }, DESK)).filter((line) => line.includes('verify 2') || line.includes('look_back'))
  expect(round({ returns: [at] })).toEqual(['look_back_30 1 (Desk) 5–28800 return', 'look_back_90 1 (Desk) 5–28800 return', 'verify 2 (Heating) 28800–'])
  expect(round({ now: at + 60_000 })).toEqual(['look_back_30 1 (Desk) 5–28801 return', 'look_back_90 1 (Desk) 5–28801 return', 'verify 2 (Heating) 28801–'])
})

const anyActs = fc.array(fc.record({ act: fc.constantFrom(...ACTS), unit: fc.constantFrom('Heating', 'Street', 'Water', 'Roads', DESK), to: fc.constantFrom('Roads', 'Water', 'Heating') }), { maxLength: 25 })

test('whatever happens: one clock of a kind at a time, in order, and what happens later changes no clock that has stopped', () => {
  fc.assert(fc.property(anyActs, (acts) => {
    const events = story(acts)
    const clocks = intendedClocks(opening, events, told, DESK)
    for (const own of Map.groupBy(clocks, ({ clock, subject }) => `${clock}|${subject}`).values()) {
      own.forEach((clock, i) => {
        const next = own[i + 1]
        expect(clock.stoppedAt === null || clock.stoppedAt > clock.startedAt).toBe(true)
        if (next) expect(clock.stoppedAt !== null && next.startedAt >= clock.stoppedAt && next.n > clock.n).toBe(true)
      })
    }
    for (const clock of clocks) expect(clock.startedAt).toBeGreaterThanOrEqual(T0)
    const before = intendedClocks(opening, events.slice(0, -1), told, DESK)
    const key = ({ clock, subject, n }: Intended): string => `${clock}|${subject}|${n}`
    const now = new Map(clocks.map((clock) => [key(clock), clock]))
    for (const clock of before) {
      const later = now.get(key(clock))
      if (clock.stoppedAt !== null) expect(later).toEqual(clock)
      else expect(later?.startedAt).toBe(clock.startedAt)
    }
  }), { seed: 20260101, numRuns: 400 })
})
