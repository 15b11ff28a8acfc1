/** F51 and beyond: whatever people do with an alert, in whatever order, it stays an alert with one owner and a history that explains it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PipelineError } from '../../../core/errors.ts'
import { decide, eventFor } from '../../../pipelines/alert-life/decide.ts'
import type { Actor, ActRequest } from '../../../pipelines/alert-life/decide.ts'
import { foldLife, isLive, leadOf, partyOf } from '../../../pipelines/alert-life/fold.ts'
import type { ActDetail, Life, LifeEvent, Opening } from '../../../pipelines/alert-life/fold.ts'
import { ACTS, ALERT_STATES, findTransition, FINDINGS, RUNGS, STRUCK_OFF_STATES } from '../../../pipelines/alert-state.ts'
import type { Act, AlertState } from '../../../pipelines/alert-state.ts'
import { addDays } from '../../support/days.ts'

const OPENING: Opening = { alertId: 'a', lead: 'Heating', territory: 'Street', co: ['Roads'], opened: '2026-01-01', returned: [] }
const PEOPLE: readonly Actor[] = [
  { name: 'Li', unit: 'Heating', role: 'unit_liaison' }, { name: 'Chen', unit: 'Roads', role: 'unit_liaison' }, { name: 'Zhao', unit: 'Street', role: 'territory_lead' },
  { name: 'Sun', unit: 'Water', role: 'unit_lead' }, { name: 'Wang', unit: 'Hotline', role: 'supervisor' }, { name: 'Li', unit: 'Hotline', role: 'analyst' }, { name: 'Ma', unit: 'Institute', role: 'policy_reader' },
]
const [li, chen, , , wang] = PEOPLE as readonly [Actor, Actor, Actor, Actor, Actor, ...Actor[]]

/** An alert in memory: what act() does with the store. */
class Story {
  events: LifeEvent[] = []
  returned: string[] = []
  day = '2026-01-01'

  get life(): Life {
    return foldLife({ ...OPENING, returned: this.returned }, this.events)
  }

  /** The code of the refusal, or null. */
  attempt(act: Act, actor: Actor, detail: ActDetail = {}, version: number | null = null, why = 'why'): string | null {
    const request: ActRequest = { alertId: 'a', act, actor, version, why, detail }
    const { life } = this
    try {
      const decision = decide(life, this.events, request, { day: this.day, standing: { level: 'orange', asked: ['blue'] }, target: { live: true }, unitKnown: ['Heating', 'Roads', 'Street', 'Water'].includes(detail.unit ?? '') })
      this.events.push({ ...eventFor(life, this.events.length + 1, request, decision, this.day), at: '' })
      return null
    } catch (error) {
      if (error instanceof PipelineError) return error.code
      throw error
    }
  }
}

/** Every order of the sequences' steps that keeps each sequence's own. */
function* interleavings<T>(sequences: readonly (readonly T[])[]): Generator<T[]> {
  if (sequences.every((sequence) => sequence.length === 0)) yield []
  for (const [i, [first, ...rest]] of sequences.entries()) {
    if (first === undefined) continue
    for (const tail of interleavings(sequences.with(i, rest))) yield [first, ...tail]
  }
}

type Step = readonly [act: Act, actor: Actor, detail?: ActDetail]
const parties = (story: Story): string[] => story.life.parties.map((party) => `${party.unit} ${party.kind} ${party.state}`).sort()

test('one unit refuses, one signs and works, one is silent: in every order the parts end the same (F51)', () => {
  const lead: Step[] = [['sign', li], ['verify', li, { finding: 'true' }], ['start', li], ['feedback', li]]
  const co: Step[] = [['request_reassign', chen]]
  const desk: Step[] = [['reassign', wang, { from: 'Roads', unit: 'Water' }], ['comment', wang]]
  let orders = 0
  for (const order of interleavings([lead, co, desk])) {
    orders++
    const story = new Story()
    const codes = order.map(([act, actor, detail]) => story.attempt(act, actor, detail))
    expect(codes.filter((code) => code !== null && code !== 'not_a_party')).toEqual([])
    expect(story.life.state).toBe('handling')
    expect(parties(story)).toEqual(['Heating lead signed', 'Roads co released', 'Street territory unsigned', 'Water co unsigned'])
  }
  expect(orders).toBe(105)
})

test('the lead refuses, one assists, one is silent: in every order the desk\'s unit is the one owner and begins anew (F51)', () => {
  const lead: Step[] = [['sign', li], ['request_reassign', li]]
  const co: Step[] = [['sign', chen], ['feedback', chen]]
  const desk: Step[] = [['reassign', wang, { unit: 'Water' }]]
  for (const order of interleavings([lead, co, desk])) {
    const story = new Story()
    for (const [act, actor, detail] of order) story.attempt(act, actor, detail)
    expect(story.life.state).toBe('unsigned')
    expect(parties(story)).toEqual(['Heating lead released', 'Roads co signed', 'Street territory unsigned', 'Water lead unsigned'])
    expect(story.attempt('sign', { name: 'Sun', unit: 'Water', role: 'unit_lead' })).toBeNull()
    expect(story.life.state).toBe('signed')
  }
})

test('of two who saw the same version the second is refused, whoever is first', () => {
  for (const [first, second] of [[['sign', li], ['reassign', wang, { unit: 'Water' }]], [['reassign', wang, { unit: 'Water' }], ['sign', li]]] as const satisfies readonly (readonly [Step, Step])[]) {
    const story = new Story()
    expect(story.attempt(first[0], first[1], (first as Step)[2], 0)).toBeNull()
    expect(story.attempt(second[0], second[1], (second as Step)[2], 0)).toBe('conflict')
  }
})

const step = fc.record({
  act: fc.constantFrom(...ACTS.filter((act) => act !== 'absorb')), actor: fc.constantFrom(...PEOPLE), days: fc.constantFrom(0, 0, 0, 1, 30, 90), returns: fc.boolean(), seen: fc.constantFrom(null, 0, -1), why: fc.constantFrom('why', 'why', 'why', ' '),
  detail: fc.record({
    finding: fc.constantFrom(...FINDINGS), unit: fc.constantFrom('Roads', 'Water', 'Heating', 'Nobody'), from: fc.constantFrom(undefined, undefined, 'Roads', 'Street', 'Heating'), rung: fc.constantFrom(...RUNGS),
    until: fc.constantFrom('2026-01-20', '2026-06-01', 'soon'), into: fc.constantFrom('b', 'a'), level: fc.constantFrom('blue', 'red'), task: fc.integer({ min: 1, max: 12 }).map(String), text: fc.constantFrom('text', ''), due: fc.constantFrom('2026-02-01', 'never'),
    kept: fc.boolean(), file: fc.constant({ sha256: 'f', name: 'f', type: 't', bytes: 1 }),
  }),
})
/** Acts that lead on are tried more often, so that the end is reached. */
const FORWARD: Readonly<Partial<Record<AlertState, readonly [Act, Actor]>>> = {
  unsigned: ['sign', li], reopened: ['sign', li], signed: ['verify', li], verified: ['start', li], handling: ['request_strike_off', li], strike_off_requested: ['take_review', wang], under_review: ['strike_off', wang], struck_off: ['look_back_30', wang], looking_back: ['look_back_90', wang],
}

test('whatever is tried, the table is kept, there is one owner, nobody reviews his own work, and the history explains the state', () => {
  const reached = new Set<AlertState>()
  const codes = new Set<string>()
  fc.assert(fc.property(fc.array(fc.tuple(step, fc.constantFrom(true, true, false)), { minLength: 1, maxLength: 60 }), (steps) => {
    const story = new Story()
    const silent = new Set(['Street'])
    for (const [{ act, actor, days, detail, returns, seen, why }, forward] of steps) {
      story.day = addDays(story.day, days)
      const before = story.life
      const next = before.state === 'verified' && before.finding === 'false' ? ['dismiss', wang] as const : FORWARD[before.state]
      const [name, person] = forward && next ? next : [act, actor] as const
      const version = seen === null || forward ? null : before.version + seen
      const given = { ...detail, ...(detail.from === undefined ? {} : { from: detail.from }) } as ActDetail
      if (detail.from === undefined) delete given.from
      const code = story.attempt(name, person, given, version, forward ? 'why' : why)
      const { life } = story
      reached.add(life.state)
      if (code !== null) {
        codes.add(code)
        expect(life).toEqual(before)
        if (seen === -1 && !forward) expect(code).toBe('conflict')
        continue
      }
      const event = story.events.at(-1)!
      if (person.unit === 'Street' || given.from === 'Street' || given.unit === 'Street' || life.round > 1) silent.delete('Street')
      // The table, and nothing else.
      const row = findTransition(name, before.state, event.party === 'lead' ? 'lead' : 'other') ?? findTransition(name, before.state, 'lead')
      expect(row!.roles).toContain(person.role)
      expect(row!.to === 'same' ? life.state === before.state : row!.to === 'before' ? life.state === before.interrupted : life.state === row!.to).toBe(true)
      expect([event.before, event.after, life.version]).toEqual([before.state, life.state, before.version + 1])
      // One owner, always.
      expect(life.parties.filter((party) => party.kind === 'lead' && party.state !== 'released')).toHaveLength(1)
      expect(new Set(life.parties.map((party) => party.unit)).size).toBe(life.parties.length)
      expect(leadOf(life)).not.toBeNull()
      // Another unit's refusal moves nothing.
      if (name === 'request_reassign' && event.party !== 'lead') expect(life.state).toBe(before.state)
      if (silent.has('Street')) expect(partyOf(life, 'Street')?.state).toBe('unsigned')
      if (name === 'strike_off') {
        expect(before.handlers).not.toContain(person.name)
        expect(before.evidence).toBeGreaterThan(0)
        expect(before.open.filter((item) => item.kind === 'task')).toEqual([])
        expect(event.why.trim()).not.toBe('')
      }
      if (life.state === 'false_alarm') expect(life.finding).toBe('false')
      if ((STRUCK_OFF_STATES as readonly AlertState[]).includes(life.state)) expect(life.struckOffOn).not.toBeNull()
      // The same events give the same state, and a part of them the state that was.
      expect(foldLife({ ...OPENING, returned: story.returned }, story.events.slice(0, -1))).toEqual(before)
      // A night sees the cause again.
      if (returns && life.state === 'struck_off') {
        story.returned.push(story.day)
        story.day = addDays(story.day, 1)
        const back = story.life
        expect([back.state, back.round, back.version, back.handlers.length, isLive(back)]).toEqual(['reopened', life.round + 1, life.version + 1, 0, true])
        reached.add(back.state)
        silent.delete('Street')
      }
    }
  }), { seed: 20261123, numRuns: 1500 })
  expect([...reached].sort()).toEqual([...ALERT_STATES].sort())
  expect([...codes]).toEqual(expect.arrayContaining(['conflict', 'act_not_now', 'role_may_not', 'not_lead_unit', 'not_a_party', 'same_person', 'act_needs_why', 'tasks_open', 'too_early', 'no_such_unit', 'already_a_party', 'not_refused', 'no_such_task']))
})
