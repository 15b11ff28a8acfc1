import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatRulesCsv, formatRulesJson, readRuleFile } from '../../../pipelines/routing/rules-file.ts'
import type { Known, RuleFile } from '../../../pipelines/routing/rules-file.ts'
import { hashRoutingRules, TERRITORY } from '../../../pipelines/routing/rules.ts'
import type { RoutingRule } from '../../../pipelines/routing/rules.ts'
import { checkRoutingFile, importRouting, listRoutingVersions, readRoutingRules, readRoutingVersion } from '../../../pipelines/routing/versions.ts'
import { useDatabase } from '../../support/database.ts'
import { addTickets } from '../../support/tickets.ts'

const db = useDatabase()
const directory = mkdtempSync(join(tmpdir(), 'weisu-routing-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
beforeAll(() => addTickets(db(), [{ no: '1', at: '2024-09-01 10:00:00', place: 'City›North›Street›Mill', topic: 'Heat›Cold', unit: 'Heating' }]))

const node = (path: string): { name: string, path: string } => ({ path, name: path.split('›').at(-1)! })
const KNOWN: Known = {
  places: ['City', 'City›North', 'City›South', 'City›North›Mill', 'City›South›Mill'].map(node), topics: [{ path: '', name: '全部' }, ...['Heat', 'Heat›Cold', 'Noise'].map(node)], units: ['Heating', 'Roads "A", B', '市城管局'],
}
const HOUSE = { author: 'desk', source: 'meeting' }
let files = 0
async function read(text: string, ending = 'csv', defaults: { author: string, source: string } = HOUSE): Promise<RuleFile> {
  const path = join(directory, `${++files}.${ending}`)
  writeFileSync(path, text)
  return readRuleFile(path, KNOWN, defaults)
}

test('a file is read with the names that people type, and its rules name whole paths', async () => {
  const { rules, faults } = await read('\uFEFFid,place,topic,unit,co,note\r\na,city/north/mill,heat > cold,Heating,"市城管局;Roads ""A"", B",x\r\n,,,,,\r\nb,,Noise,@territory,,\r\n')
  expect(faults).toEqual([])
  expect(rules).toEqual([
    { id: 'a', place: 'City›North›Mill', topic: 'Heat›Cold', unit: 'Heating', co: ['市城管局', 'Roads "A", B'], ...HOUSE, effectiveFrom: null, effectiveUntil: null, note: 'x' },
    { id: 'b', place: null, topic: 'Noise', unit: TERRITORY, co: [], ...HOUSE, effectiveFrom: null, effectiveUntil: null, note: '' }])
})

// A row of the file, and what is said of it: column and reason, with what is near.
test.each<[string, string, string, RegExp]>([
  ['a b,,,Heating,,,', 'id', 'bad_id', /^$/],
  ['ok,,,Heating,,,', 'id', 'repeated_id', /^$/],
  ['x,,,,,,', 'unit', 'no_unit', /^$/],
  ['x,,,Heatin,,,', 'unit', 'unknown_unit', /Heating/],
  ['x,,,Heating,城管局,,', 'co', 'unknown_unit', /市城管局/],
  ['x,Mill,,Heating,,,', 'place', 'no_single_place', /City›North›Mill.*City›South›Mill/],
  ['x,City›Nort,,Heating,,,', 'place', 'no_single_place', /City›North/],
  ['x,,Hea,Heating,,,', 'topic', 'no_single_topic', /Heat/],
  ['x,,,Heating,,2024-02-30,', 'effective_from', 'bad_date', /^$/],
  ['x,,,Heating,,2024-03-01,2024-03-01', 'effective_until', 'ends_before', /2024-03-01/],
  ['x,City,Heat,市城管局,,,', 'place', 'same_scope', /ok/],
])('%s: %s, %s', async (row, column, reason, near) => {
  const { rules, faults } = await read(`id,place,topic,unit,co,effective_from,effective_until\nok,City,Heat,Heating,,,\n${row}\n`)
  expect(faults.map((fault) => [fault.line, fault.column, fault.reason])).toEqual([[3, column, reason]])
  expect(faults[0]!.near.join(', ')).toMatch(near)
  expect(rules.map(({ id }) => id)).toEqual(['ok'])
})

test('all faults are told at once, and rules of other times may share a place', async () => {
  const { rules, faults } = await read('id,unit,author,source,topic,effective_from,effective_until\na,X,,,,,\nb,Heating,,s,,,\nc,Heating,a,s,Noise,,2024-05-01\nd,Heating,a,s,Noise,2024-05-01,\n', 'csv', { author: '', source: '' })
  expect(faults.map(({ line, reason }) => [line, reason])).toEqual([[2, 'unknown_unit'], [2, 'no_author'], [2, 'no_source'], [3, 'no_author']])
  expect(rules.map(({ id }) => id)).toEqual(['c', 'd'])
})

test.each<[string, string, string]>([
  ['id,place\na,City\n', 'csv', 'routing_lacks_column'], ['id,unit,place_code\na,Heating,1\n', 'csv', 'routing_unknown_column'], ['', 'csv', 'empty_file'],
  ['{', 'json', 'bad_routing_json'], ['{"rule": []}', 'json', 'bad_routing_json'], ['{"rules": [7]}', 'json', 'bad_routing_json'], ['{"rules": [{"id": "a", "unti": "x"}]}', 'json', 'routing_unknown_column'],
])('%j is no file of rules', async (text, ending, code) => {
  await expect(read(text, ending)).rejects.toMatchObject({ code })
})

const anyRule = fc.record({
  place: fc.constantFrom(null, ...KNOWN.places.map(({ path }) => path)), topic: fc.constantFrom(null, 'Heat', 'Heat›Cold', 'Noise'), unit: fc.constantFrom(...KNOWN.units, TERRITORY),
  co: fc.subarray([...KNOWN.units]), author: fc.constantFrom('a', 'Amt "7", X'), source: fc.constantFrom('s', '第 3 号'), note: fc.constantFrom('', 'x,"y"', '=1+1'),
  dates: fc.constantFrom([null, null], ['2024-01-01', null], ['2024-01-01', '2024-02-01']),
})
const anyRules = fc.uniqueArray(anyRule, { maxLength: 20, selector: ({ place, topic }) => `${place}/${topic}` })
  .map((given) => given.map(({ dates, ...rule }, i): RoutingRule => ({ id: `规则-${i}`, ...rule, effectiveFrom: dates[0]!, effectiveUntil: dates[1]! })))

test('a file for a spreadsheet has no formula, and is read as it was meant', async () => {
  const bad = ['=cmd()', "'=cmd()", "''+1", '-1+2', '@x', '＝1', "it's"]
  const rules: RoutingRule[] = bad.map((note, i) => ({ id: `r${i}`, place: null, topic: null, unit: i === 0 ? TERRITORY : 'Heating', co: [], author: 'desk', source: note, effectiveFrom: `2024-0${i + 1}-01`, effectiveUntil: `2024-0${i + 2}-01`, note }))
  const text = formatRulesCsv(rules)
  expect(text).toContain(',@territory,')
  for (const line of text.trimEnd().split('\n')) for (const cell of line.split(',')) if (cell !== TERRITORY) expect(cell).not.toMatch(/^[=+\-@＝]/)
  expect(await read(text)).toEqual({ rules, faults: [] })
})

test('what is written is read as the same rules, as CSV and as JSON', async () => {
  await fc.assert(fc.asyncProperty(anyRules, fc.constantFrom('csv', 'json'), async (rules, ending) => {
    expect(await read(ending === 'csv' ? formatRulesCsv(rules) : formatRulesJson(rules), ending, { author: '', source: '' })).toEqual({ rules, faults: [] })
    expect(hashRoutingRules(rules.toReversed())).toBe(hashRoutingRules(rules))
  }), { seed: 20261126, numRuns: 40 })
})

test('an import is a version of all its rules or nothing, for nights to come', async () => {
  const path = join(directory, 'import.csv')
  const request = { from: '2024-09-02', author: 'desk', source: 'meeting', note: '', addUnits: false }
  writeFileSync(path, 'id,place,unit\na,Mill,Heating\nb,North,New office\n')
  expect((await checkRoutingFile(db(), path)).faults.map(({ reason }) => reason)).toEqual(['no_author', 'no_source', 'unknown_unit', 'no_author', 'no_source'])
  await expect(importRouting(db(), path, request)).rejects.toMatchObject({ code: 'routing_faults', details: { n: 1 } })
  expect(await listRoutingVersions(db())).toEqual([])
  const made = await importRouting(db(), path, { ...request, addUnits: true })
  expect(made).toMatchObject({ from: '2024-09-02', rules: 2, units_added: 1, author: 'desk' })
  expect((await readRoutingRules(db(), '2024-09-01')).version).toBe(null)
  expect((await readRoutingRules(db(), '2024-09-02')).rules.map(({ id, place }) => [id, place])).toEqual([['a', 'City›North›Street›Mill'], ['b', 'City›North']])
  expect((await readRoutingVersion(db(), null)).length).toBe(2)
  await expect(readRoutingVersion(db(), 77)).rejects.toMatchObject({ code: 'no_such_routing' })
  await db().query(`insert into runs (night, status, code_version, config_hash) values ('2024-09-03', 'succeeded', 'x', 'y')`)
  await expect(importRouting(db(), path, { ...request, from: '2024-09-03' })).rejects.toMatchObject({ code: 'rules_in_past' })
})
