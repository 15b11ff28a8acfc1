import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROUTES } from '../../web/routes.ts'
import { useDatabase } from '../support/database.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'

const db = useDatabase()
let web: TestWeb
beforeAll(async () => { web = await startWeb(db()) })
afterAll(() => web.close())

const notes = async (): Promise<{ act: string, object: string }[]> => (await db().query<{ act: string, object: string }>(`select act, object from audit_log where act <> 'sign-in' order by id`)).rows

// A changed role stood there twice, once under the name of the form.
test('each change stands in the audit once, whoever writes the line', async () => {
  await web.cookieOf('analyst')
  const account = (await web.actor('analyst')).account
  await web.cookieOf('admin')
  const before = (await notes()).length
  await web.request('/users/role', { as: 'admin', form: { account, role: 'policy_reader' } })
  expect((await notes()).slice(before)).toEqual([{ act: 'account.grant', object: `account:${account}` }])
  await web.request('/users/change', { as: 'admin', form: { account, act: 'disable' } })
  await web.request('/admin/units', { as: 'admin', form: { name: 'Water', kind: 'bureau', territory: '', topics: '', reason: 'founded' } })
  await web.request('/inbox/views', { as: 'supervisor', form: { name: 'Mine', query: 'view=mine' } })
  expect((await notes()).slice(before + 1).map(({ act }) => act)).toEqual(['account.disable', 'admin.units.save', 'inbox.views.save'])
})

test('what changes something and writes no line of its own is known', () => {
  const silent = ROUTES.filter((route) => route.method !== 'GET' && !route.ownNote && !/^(alerts|clocks|inbox|supervision|api)\./.test(route.operation)).map((route) => route.operation)
  expect(silent).toEqual(['sign-out', 'account.role', 'account.end-session'])
})
