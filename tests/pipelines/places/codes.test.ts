import { expect, test } from 'vitest'
import { readCode } from '../../../pipelines/places/codes.ts'

test.each([
  ['370102011201009', 'grid', '370102011201', { code: '370102011201009' }],
  ['370102011201', 'community', '370102011000', { code: '370102011201' }],
  ['370102011', 'street', '370102000000', { code: '370102011000' }],
  ['370102', 'district', '370100000000', { code: '370102000000' }],
  ['3701', 'city', null, { code: '370100000000' }],
  ['370102011201009', 'grid', '370102011202', { fault: 'code_parent' }],
  ['37010201120100', 'grid', null, { fault: 'code_length' }],
  ['370102011201', 'street', null, { fault: 'code_level' }],
  ['370100000000', 'district', null, { fault: 'code_level' }],
  ['990102011201', 'community', null, { fault: 'code_province' }],
  ['A-17', 'compound', '370102011201', { code: 'A-17' }],
])('%s for a %s below %s', (code, kind, parent, result) => {
  expect(readCode(code, kind, parent)).toEqual(result)
})
