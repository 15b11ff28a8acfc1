import { expect, test } from 'vitest'
import { useDatabase } from '../support/database.ts'

const db = useDatabase()

test('a test file has a migrated database of its own', async () => {
  const { rows } = await db().query<{ path: string, day: string }>(`select path, date '2024-02-29' as day from topics`)
  expect(rows).toEqual([{ path: '', day: '2024-02-29' }])
})
