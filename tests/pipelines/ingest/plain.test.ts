import { expect, test } from 'vitest'
import { isPlain } from '../../../pipelines/ingest/cells.ts'

const plain = (text: string): boolean => isPlain(Buffer.from(text), 0, Buffer.byteLength(text))

test('plain English text is copied as it is, personal data never', () => {
  expect(plain('POTHOLE ON 1100 MAIN ST')).toBe(false)
  expect(plain('Pothole on 110 Main St, large')).toBe(true)
  // These were copied past redaction: no four digits, no @.
  for (const text of ['Mr. Smith called', 'my name is John Smith', 'leak in Apt 5B', 'UNIT 12', 'Caller: Mary Lee', 'plate ABC-123']) expect(plain(text), text).toBe(false)
})
