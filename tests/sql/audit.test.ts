import { expect, test } from 'vitest'
import { insertAudit, listAudit, verifyChain } from '../../sql/audit.ts'
import { useDatabase } from '../support/database.ts'

const db = useDatabase()
const note = (act: string): Promise<void> => insertAudit(db(), { accountId: null, name: 'x', role: '', act, detail: { b: 1, a: '"\n' } })

test('rows that come at once are one chain without a gap', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, i) => note(`act-${i}`)))
  const state = await verifyChain(db())
  expect(state).toMatchObject({ rows: 20, broken: null })
  expect((await listAudit(db(), { limit: 5 })).map(({ id }) => id)).toEqual([20, 19, 18, 17, 16])
})

test('nothing is changed, taken out or emptied by statements', async () => {
  await expect(db().query(`update audit_log set name = 'y' where id = 3`)).rejects.toThrow(/append-only/)
  await expect(db().query('delete from audit_log where id = 3')).rejects.toThrow(/append-only/)
  await expect(db().query('truncate audit_log')).rejects.toThrow(/append-only/)
})

/** As somebody with the owner's rights could. */
async function tamper(sql: string): Promise<number | null> {
  const client = await db().pool.connect()
  try {
    await client.query('begin; alter table audit_log disable trigger user')
    await client.query(sql)
    return (await verifyChain(client)).broken
  } finally {
    await client.query('rollback')
    client.release()
  }
}

test('whoever gets past that is found out, at the row', async () => {
  expect(await tamper(`update audit_log set purpose = 'another' where id = 7`)).toBe(7)
  expect(await tamper(`update audit_log set at = at + interval '1 microsecond' where id = 9`)).toBe(9)
  expect(await tamper('delete from audit_log where id = 5')).toBe(6)
  expect(await tamper('delete from audit_log where id = 1')).toBe(2)
  expect(await tamper(`update audit_log set purpose = 'another', hash = sha256(before_hash || convert_to(audit_text(audit_log), 'UTF8')) where id = 7`)).toBe(7)
})

test('another time zone of the session changes no hash', async () => {
  const client = await db().pool.connect()
  try {
    await client.query(`set time zone 'Asia/Shanghai'; set datestyle = 'German'; set extra_float_digits = 0`)
    expect((await verifyChain(client)).broken).toBeNull()
  } finally {
    await client.query('reset all')
    client.release()
  }
})
