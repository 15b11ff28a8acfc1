import { expect, test } from 'vitest'
import { TEXTS } from '../../core/texts.ts'
import { actsOf, ACTS, ALERT_STATES, FINDINGS, findTransition, LIVE_STATES, NEEDS, PARTY_KINDS, PARTY_STATES, ROLES, RUNGS, STRUCK_OFF_STATES, TRANSITIONS } from '../../pipelines/alert-state.ts'
import type { AlertState } from '../../pipelines/alert-state.ts'

test('every state is reached from an unsigned alert, and every act has a row', () => {
  const reached = new Set<AlertState>(['unsigned'])
  for (let size = 0; size < reached.size;) {
    size = reached.size
    for (const { from, to } of TRANSITIONS) if (to !== 'same' && to !== 'before' && from.some((state) => reached.has(state))) reached.add(to)
  }
  expect([...reached].sort()).toEqual([...ALERT_STATES].sort())
  expect(ACTS.filter((act) => TRANSITIONS.every((row) => row.act !== act))).toEqual([])
  expect([...new Set(TRANSITIONS.flatMap((row) => row.needs))].sort()).toEqual([...NEEDS].sort())
})

test('no act has two rows for the same state and part', () => {
  const seen = TRANSITIONS.flatMap((row) => row.from.flatMap((state) => (row.part === 'any' ? ['lead', 'other'] : [row.part]).map((part) => `${row.act} ${state} ${part}`)))
  expect(seen.filter((line, i) => seen.indexOf(line) !== i)).toEqual([])
})

test('every word of the table is worded in both languages', () => {
  const keys = [
    ...ALERT_STATES.map((state) => `alert_state.${state}`), ...ACTS.map((act) => `act.${act}`), ...ROLES.map((role) => `role.${role}`), ...FINDINGS.map((finding) => `finding.${finding}`),
    ...RUNGS.map((rung) => `rung.${rung}`), ...PARTY_KINDS.map((kind) => `party.${kind}`), ...PARTY_STATES.map((state) => `party_state.${state}`),
  ]
  expect(keys.filter((key) => !(key in TEXTS))).toEqual([])
})

test('no state is a dead end, and none is both live and struck off', () => {
  const left = (state: AlertState): boolean => TRANSITIONS.some((row) => row.from.includes(state) && row.to !== 'same' && row.to !== state)
  expect(ALERT_STATES.filter((state) => !left(state))).toEqual([])
  expect(LIVE_STATES.filter((state) => (STRUCK_OFF_STATES as readonly AlertState[]).includes(state))).toEqual([])
})

test('an alert leaves the book of work only by a review, a dismissal or a merge, each by the desk with a reason', () => {
  const live = new Set<AlertState>(LIVE_STATES)
  const leaving = TRANSITIONS.filter((row) => row.from.some((state) => live.has(state)) && row.to !== 'same' && row.to !== 'before' && !live.has(row.to))
  expect(leaving.map((row) => row.act).sort()).toEqual(['dismiss', 'merge', 'strike_off'])
  for (const row of leaving) {
    expect(row.needs).toContain('why')
    expect(row.roles.some((role) => role.startsWith('unit_'))).toBe(false)
  }
  expect(findTransition('strike_off', 'handling', 'lead')).toBeUndefined()
  expect(findTransition('strike_off', 'under_review', 'lead')!.needs).toEqual(expect.arrayContaining(['other_person', 'evidence', 'tasks_done']))
})

test('a reader of policy comments and nothing else', () => {
  expect(new Set(ALERT_STATES.flatMap((state) => actsOf(state, 'other', 'policy_reader')))).toEqual(new Set(['comment']))
})
