import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkSchema } from '../../core/json-schema.ts'
import type { JsonSchema } from '../../core/json-schema.ts'

const problems = (value: unknown, schema: JsonSchema): string[] => checkSchema(value, schema).map(({ pointer, problem }) => `${pointer} ${problem}`).sort()

test('each keyword refuses what it should, and says where', () => {
  const schema: JsonSchema = {
    type: 'object', required: ['a'], additionalProperties: false,
    properties: { a: { type: 'integer', minimum: 1, maximum: 9 }, b: { type: 'array', items: { type: 'string', minLength: 2, maxLength: 3, pattern: '^x' }, maxItems: 2 }, c: { type: ['string', 'null'], enum: ['p', null] }, d: { type: 'string', format: 'date' } },
  }
  expect(problems({ a: 5, b: ['xy'], c: null, d: '2024-02-29' }, schema)).toEqual([])
  expect(problems({ b: ['x', 'abcd', 'xy'], c: 'q', d: '2024-02-30', e: 1 }, schema)).toEqual([
    ' a is missing', ' e is not known', '/b expected at most 2 items', '/b/0 expected at least 2 characters', '/b/1 expected ^x', '/b/1 expected at most 3 characters', '/c expected one of p, ', '/d expected a date',
  ])
  expect(problems({ a: 1.5 }, schema)).toEqual(['/a expected integer'])
  expect(problems({ a: 10 }, schema)).toEqual(['/a expected at most 9'])
  expect(problems([], schema)).toEqual([' expected object'])
})

test('a keyword or reference that is not known is an error of the schema', () => {
  expect(() => checkSchema(1, { oneOf: [] } as JsonSchema)).toThrow('unknown keyword oneOf')
  expect(() => checkSchema(1, { $ref: '#/none' })).toThrow('no schema')
  expect(checkSchema('x', { $ref: '#/a' }, { '#/a': { type: 'integer' } } satisfies Record<string, JsonSchema>)).toEqual([{ pointer: '', problem: 'expected integer' }])
})

test('any JSON value is judged without an error, and names of objects are no trap', () => {
  const named = Object.fromEntries([['constructor', { type: 'string' } satisfies JsonSchema]])
  const schema: JsonSchema = { type: 'object', required: ['toString'], properties: { ...named }, additionalProperties: { type: 'integer' } }
  fc.assert(fc.property(fc.jsonValue(), (value) => { checkSchema(value, schema) }), { seed: 3 })
  expect(problems({}, schema)).toEqual([' toString is missing'])
  expect(problems(JSON.parse('{"__proto__": "x", "toString": 1}'), schema)).toEqual(['/__proto__ expected integer'])
})
