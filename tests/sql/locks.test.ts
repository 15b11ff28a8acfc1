import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { LockedError } from '../../core/errors.ts'
import { openUrl, withWriteLock } from '../../sql/db.ts'
import { useDatabase } from '../support/database.ts'

const db = useDatabase()

/** A door that the test opens. */
function door(): { opened: Promise<void>, open(): void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => { open = resolve })
  return { opened, open }
}

test('a second writer is told who holds the lock, and by which process', async () => {
  const other = await openUrl(db().url, 'import', false, () => {})
  const [entered, leave] = [door(), door()]
  const first = withWriteLock(other, 0, () => {}, async () => {
    entered.open()
    await leave.opened
  })
  await entered.opened
  const refused = withWriteLock(db(), 0, () => {}, async () => 'written')
  await expect(refused).rejects.toThrow(LockedError)
  await expect(refused).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining(`weisu import (pid ${process.pid} on ${hostname()})`.slice(0, 63)) })
  leave.open()
  await first
  await other.close()
})

test('a writer that waits says for whom, once, and then has its turn', async () => {
  const other = await openUrl(db().url, 'nightly', false, () => {})
  const [entered, leave] = [door(), door()]
  const first = withWriteLock(other, 0, () => {}, async () => {
    entered.open()
    await leave.opened
  })
  await entered.opened
  const told: string[] = []
  const second = withWriteLock(db(), 30_000, (holder) => {
    told.push(holder)
    leave.open()
  }, async () => 'written')
  expect(await second).toBe('written')
  expect(told).toEqual([expect.stringContaining('weisu nightly')])
  await first
  await other.close()
})

test('the lock is free again after work that failed, and after a holder that died', async () => {
  await expect(withWriteLock(db(), 0, () => {}, async () => { throw new Error('no') })).rejects.toThrow('no')
  const other = await openUrl(db().url, 'dying', false, () => {})
  const [entered, leave] = [door(), door()]
  const first = withWriteLock(other, 0, () => {}, async () => {
    entered.open()
    await leave.opened
  })
  await entered.opened
  await db().query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'weisu dying%'`)
  expect(await withWriteLock(db(), 10_000, () => {}, async () => 'written')).toBe('written')
  leave.open()
  await first.catch(() => {})
  await other.close()
})
