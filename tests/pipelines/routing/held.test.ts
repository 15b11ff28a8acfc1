import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { LEVELS } from '../../../pipelines/levels.ts'
import { inhibitedBy, SAME_ONSET_DAYS } from '../../../pipelines/routing/held.ts'
import type { Member } from '../../../pipelines/routing/held.ts'
import { ownershipOf } from '../../../pipelines/routing/refusals.ts'
import type { OwnerAct } from '../../../pipelines/routing/refusals.ts'
import { suggest } from '../../../pipelines/routing/learned.ts'

/** A forest: the parent of each is one before it. */
const members = fc.array(fc.record({
  kind: fc.constantFrom('emerging', 'common'), level: fc.constantFrom(...LEVELS), begins: fc.integer({ min: 0, max: 12 }), parent: fc.option(fc.nat(30)), before: fc.boolean(), silent: fc.boolean(),
}), { minLength: 1, maxLength: 12 }).map((rows) => {
  const all = rows.map(({ parent, before, silent: _, ...row }, i): Member => {
    const parentId = parent === null || i === 0 ? null : String(parent % i)
    return { id: String(i), ...row, parentId, heldByParent: before ? parentId : null }
  })
  return { all, silenced: new Set(rows.flatMap(({ silent }, i) => (silent ? [String(i)] : []))) }
})

test('who speaks for another is told itself, is at least as high, and nobody is held who began long before or is silenced', () => {
  fc.assert(fc.property(members, ({ all, silenced }) => {
    const byId = new Map(all.map((member) => [member.id, member]))
    const held = inhibitedBy(all, silenced)
    for (const [id, by] of held) {
      const [member, speaker] = [byId.get(id)!, byId.get(by)!]
      expect(held.has(by) || silenced.has(by) || silenced.has(id)).toBe(false)
      expect(LEVELS.indexOf(member.level)).toBeLessThanOrEqual(LEVELS.indexOf(speaker.level))
      expect(member.kind).toBe(speaker.kind)
      expect(Number(by)).toBeLessThan(Number(id))
    }
    for (const member of all) {
      const parent = member.parentId === null ? undefined : byId.get(member.parentId)
      if (!parent || member.heldByParent !== null || Math.abs(member.begins - parent.begins) > SAME_ONSET_DAYS) continue
      const isPart = !silenced.has(member.id) && !silenced.has(parent.id) && member.kind === parent.kind && LEVELS.indexOf(member.level) <= LEVELS.indexOf(parent.level)
      expect(held.has(member.id)).toBe(isPart)
    }
  }), { seed: 20261127 })
})

const act = (name: string, unit: string, detail: Record<string, unknown> = {}): OwnerAct => ({ act: name, unit, party: 'lead', detail, why: 'w', knownOn: '2024-09-01' })

test.each<[string, OwnerAct[], string | null, string[], string[]]>([
  ['nobody did anything', [], null, [], []],
  ['who signs owns', [act('sign', 'A')], 'A', [], ['A']],
  ['who refuses owns no more', [act('sign', 'A'), act('request_reassign', 'A')], null, ['A'], ['A']],
  ['who is named owns', [act('request_reassign', 'A'), act('reassign', 'Desk', { unit: 'B' })], 'B', ['A'], ['A', 'B']],
  ['a refusal that is not accepted never was', [act('request_reassign', 'A'), act('refuse_reassign', 'Desk', { from: 'A' })], 'A', [], ['A']],
  ['without a name it is the last one that is not accepted', [act('request_reassign', 'A'), act('reassign', 'Desk', { unit: 'B' }), act('request_reassign', 'B'), act('refuse_reassign', 'Desk')], 'B', ['A'], ['A', 'B']],
  ['helpers own nothing', [{ ...act('sign', 'C'), party: 'co' }, { ...act('request_reassign', 'C'), party: 'co' }], null, [], []],
  ['back to who refused', [act('request_reassign', 'A'), act('reassign', 'Desk', { unit: 'B' }), act('request_reassign', 'B'), act('reassign', 'Desk', { unit: 'A' })], 'A', ['A', 'B'], ['A', 'B', 'A']],
  ['a new round begins without refusals', [act('request_reassign', 'A'), { ...act('reopen', 'Desk'), party: null }], null, [], ['A']],
])('%s', (_, acts, owner, refused, path) => {
  const got = ownershipOf(acts)
  expect([got.owner, got.refusals.map(({ unit }) => unit), got.path]).toEqual([owner, refused, path])
})

test('a suggestion needs its tickets, is surer with more of them, and less so with every refusal', () => {
  const rows = (n: number): { unitId: number, closed: number, returned: number }[] => [{ unitId: 1, closed: n, returned: 1 }, { unitId: 2, closed: Math.floor(n / 4), returned: 0 }]
  const name = String
  expect(suggest([{ unitId: 1, closed: 19, returned: 9 }], () => 0, name)).toBeNull()
  expect(suggest([], () => 0, name)).toBeNull()
  fc.assert(fc.property(fc.integer({ min: 20, max: 5000 }), fc.integer({ min: 0, max: 20 }), (n, refusals) => {
    const plain = suggest(rows(n), () => 0, name)!
    expect(plain).toMatchObject({ unit: '1', closed: n, of: n + Math.floor(n / 4), returned: 1 })
    expect(plain.low).toBeLessThanOrEqual(n / plain.of)
    expect(plain.high).toBeGreaterThanOrEqual(n / plain.of)
    expect(suggest(rows(4 * n), () => 0, name)!.low).toBeGreaterThan(plain.low)
    const refused = suggest(rows(n), (unit) => (unit === 1 ? refusals : 0), name)!
    if (refusals > 0 && refused.unit === '1') expect(refused.low).toBeLessThan(plain.low)
    expect(suggest(rows(n), (unit) => (unit === 1 ? n : 0), name)!.unit).toBe('2')
  }), { seed: 20261128 })
})
