import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEMO_PASSWORD } from '../../pipelines/accounts/demo-accounts.ts'
import { codeAt, matchCode, stepAt } from '../../pipelines/accounts/totp.ts'
import { qrCode } from '../../web/accounts/qr.ts'
import { TRIES } from '../../pipelines/accounts/sign-in.ts'
import { checkPassword, createPasswordHasher } from '../../pipelines/accounts/password.ts'
import { addAccount, useWelcomeLink } from '../../pipelines/accounts/people.ts'
import { useDatabase } from '../support/database.ts'
import { modulesOf, readQr } from '../support/read-qr.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'

const db = useDatabase()
let web: TestWeb
const PASSWORD = 'three green chairs 9'
const hasher = createPasswordHasher()

/** An account with its password, as a link leaves it. */
async function person(name: string, role = 'analyst'): Promise<void> {
  const { token } = await addAccount(db(), { name, fullName: `Person ${name}` }, [{ role }], { id: null, name: 'test', role: '' })
  await useWelcomeLink(db(), hasher, token, { password: PASSWORD })
}
const signIn = (name: string, password = PASSWORD, headers: Record<string, string> = {}): Promise<Response> => web.request('/sign-in', { form: { name, password, next: '/account' }, headers })
const sid = (response: Response): string | undefined => response.headers.getSetCookie().find((line) => /^(__Host-)?sid=[^;]/.test(line))?.split(';')[0]

beforeAll(async () => { web = await startWeb(db()) })
afterAll(() => web.close())

test('a password is an argon2id hash of its own salt, and fits itself alone', async () => {
  const [one, two] = [await hasher.hash(PASSWORD), await hasher.hash(PASSWORD)]
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one).not.toBe(two)
  expect(await hasher.verify(PASSWORD, one)).toBe(true)
  expect(await hasher.verify('three green chairs 8', one)).toBe(false)
  expect(await hasher.verify(PASSWORD, null)).toBe(false)
})

test('never more than two hashes at once, and not more wait than can be served', async () => {
  const many = await Promise.allSettled(Array.from({ length: 60 }, () => hasher.verify('x', null)))
  const refused = many.filter((one) => one.status === 'rejected')
  expect(refused.length).toBe(18)
  expect(refused.every((one) => (one.reason as { code: string }).code === 'too_many_requests')).toBe(true)
})

test('weak passwords are not taken', () => {
  for (const weak of ['short', 'aaaaaaaaaaaaaaaa', 'password12345', 'chenchenchen1 chen', '１２３４５６７８９０１', 'x'.repeat(300)]) expect(() => checkPassword(weak, 'chen')).toThrow(/weak/)
  for (const good of [PASSWORD, '春江潮水连海平海上明月共潮', 'correct horse battery']) checkPassword(good, 'chen')
})

test('signing in opens a session under a new cookie that scripts cannot read', async () => {
  await person('chen')
  const answer = await signIn('chen')
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('/account')
  const line = answer.headers.getSetCookie().find((one) => one.startsWith('sid='))!
  expect(line).toContain('HttpOnly')
  expect(line).toContain('SameSite=Lax')
  expect(await web.text('/account', { headers: { cookie: sid(answer)! } })).toContain('Person chen')
  const { rows } = await db().query<{ n: number }>('select count(*)::int as n from web_sessions where encode(token_hash, \'base64\') like $1', [`%${sid(answer)!.slice(4, 20)}%`])
  expect(rows[0]!.n).toBe(0)
})

test('behind TLS the cookie is bound to the host', async () => {
  const secure = await startWeb(db(), { config: { delivery: { ...web.config.delivery, publicUrl: 'https://hotline.city.example' } } })
  try {
    const answer = await secure.request('/sign-in', { form: { name: 'chen', password: PASSWORD } })
    expect(answer.headers.getSetCookie().find((line) => line.startsWith('__Host-sid='))).toMatch(/; Path=\/;.*Secure/)
    expect(answer.headers.get('strict-transport-security')).toContain('max-age')
  } finally {
    await secure.close()
  }
})

test('a session that somebody planted before signing in is worth nothing after it', async () => {
  await person('planted')
  const theirs = sid(await signIn('planted'))!
  const mine = await signIn('planted', PASSWORD, { cookie: theirs })
  expect(sid(mine)).not.toBe(theirs)
  expect((await web.request('/account', { headers: { cookie: theirs } })).status).toBe(303)
  const chosen = 'sid=chosen-by-somebody-else'
  await signIn('planted', PASSWORD, { cookie: chosen })
  expect((await web.request('/account', { headers: { cookie: chosen } })).status).toBe(303)
})

test('a wrong password and an unknown name are told alike', async () => {
  const [wrong, unknown] = [await signIn('chen', 'wrong wrong wrong'), await signIn('nobody-at-all', 'wrong wrong wrong')]
  expect([wrong.status, unknown.status]).toEqual([400, 400])
  expect((await wrong.text()).replaceAll('chen', 'X')).toBe((await unknown.text()).replaceAll('nobody-at-all', 'X'))
})

test('guessing ends after five tries, also when they come at once, and the right password does not help then', async () => {
  await person('target')
  const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => signIn('target', `guess number ${i}`)))
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(TRIES.account)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(12 - TRIES.account)
  const right = await signIn('target')
  expect(right.status).toBe(429)
  expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(60)
  expect((await signIn('TARGET')).status).toBe(429)
  await db().query(`update sign_in_failures set first_at = first_at - interval '16 minutes'`)
  expect((await signIn('target')).status).toBe(303)
})

test('one address cannot try every name', async () => {
  const answers: number[] = []
  for (let i = 0; i < TRIES.address + 3; i++) {
    // Names that lock at once cost no hash: the address is what is counted here.
    answers.push((await signIn('', '', { 'x-test-address': '10.9.8.7' })).status)
  }
  expect(answers.slice(TRIES.address)).toEqual([429, 429, 429])
  expect((await signIn('chen', PASSWORD, { 'x-test-address': '10.9.8.8' })).status).toBe(303)
})

test('sessions end by idleness, by age, by signing out, by being disabled', async () => {
  await person('shortlived')
  const open = async (): Promise<string> => sid(await signIn('shortlived'))!
  const alive = async (cookie: string): Promise<boolean> => (await web.request('/account', { headers: { cookie } })).status === 200
  const age = (column: string, by: string): Promise<unknown> => db().query(`update web_sessions set ${column} = ${column} - interval '${by}' where account_id = (select id from accounts where name = 'shortlived') and ended_at is null`)
  const idle = await open()
  await age('seen_at', '29 minutes')
  expect(await alive(idle)).toBe(true)
  await age('seen_at', '31 minutes')
  expect(await alive(idle)).toBe(false)
  const old = await open()
  await age('expires_at', '13 hours')
  expect(await alive(old)).toBe(false)
  const left = await open()
  expect((await web.request('/sign-out', { method: 'POST', headers: { cookie: left } })).headers.get('clear-site-data')).toContain('storage')
  expect(await alive(left)).toBe(false)
  const disabled = await open()
  await web.request('/users/change', { as: 'admin', form: { account: 'shortlived', act: 'disable' } })
  expect(await alive(disabled)).toBe(false)
  expect((await signIn('shortlived')).status).toBe(400)
})

test('a changed password ends the other sessions and renews this one', async () => {
  await person('changing')
  const [here, there] = [sid(await signIn('changing'))!, sid(await signIn('changing'))!]
  const wrong = await web.request('/account/password', { form: { present: 'not mine at all', next: 'seven brown doors', again: 'seven brown doors' }, headers: { cookie: here } })
  expect(wrong.status).toBe(400)
  const done = await web.request('/account/password', { form: { present: PASSWORD, next: 'seven brown doors', again: 'seven brown doors' }, headers: { cookie: here } })
  expect(done.status).toBe(303)
  expect((await web.request('/account', { headers: { cookie: there } })).status).toBe(303)
  expect((await web.request('/account', { headers: { cookie: here } })).status).toBe(303)
  expect((await web.request('/account', { headers: { cookie: sid(done)! } })).status).toBe(200)
  expect((await signIn('changing')).status).toBe(400)
})

test('the second factor: a code of the authenticator, once', async () => {
  await person('careful')
  const cookie = sid(await signIn('careful'))!
  const page = await web.text('/account', { headers: { cookie }, lang: 'zh' })
  const link = /href="(otpauth:[^"]+)"/.exec(page)![1]!.replaceAll('&amp;', '&')
  // What a phone scans says what the link says, and the key in words is the same.
  expect(readQr(modulesOf(/<svg class="qr".*?<\/svg>/s.exec(page)![0]))).toBe(link)
  expect(page).toContain(new URL(link).searchParams.get('secret')!.replace(/(.{4})/g, '$1 ').trim())
  const { rows } = await db().query<{ secret: Buffer }>(`select totp_pending as secret from accounts where name = 'careful'`)
  const code = (): string => codeAt(rows[0]!.secret, stepAt(Date.now()))
  expect((await web.request('/account/totp', { form: { code: '000000' }, headers: { cookie } })).status).toBe(400)
  expect((await web.request('/account/totp', { form: { code: code() }, headers: { cookie } })).status).toBe(303)
  const first = await signIn('careful')
  expect(first.headers.get('location')).toMatch(/^\/sign-in\/code/)
  const waiting = sid(first)!
  expect((await web.request('/account', { headers: { cookie: waiting } })).status).toBe(303)
  const used = code()
  const done = await web.request('/sign-in/code', { form: { code: used, next: '/account' }, headers: { cookie: waiting } })
  expect(done.headers.get('location')).toBe('/account')
  expect((await web.request('/account', { headers: { cookie: sid(done)! } })).status).toBe(200)
  const again = sid(await signIn('careful'))!
  expect((await web.request('/sign-in/code', { form: { code: used }, headers: { cookie: again } })).status).toBe(400)
  for (let i = 0; i < 4; i++) await web.request('/sign-in/code', { form: { code: `11111${i}` }, headers: { cookie: again } })
  expect((await web.request('/sign-in/code', { form: { code: '222222' }, headers: { cookie: again } })).status).toBe(429)
})

test.each([1, 14, 60, 120, 200])('a code of %i signs is read as it was drawn, and one wrong module is seen', (n) => {
  const text = '未a'.repeat(n).slice(0, n)
  const grid = modulesOf(String(qrCode(text, '')))
  expect(readQr(grid)).toBe(text)
  // Among the first bits: the length, or the first sign.
  const [x, y] = [grid.length - 1, grid.length - 7]
  grid[y]![x] = !grid[y]![x]
  let read = ''
  try { read = readQr(grid) } catch { /* no text at all */ }
  expect(read).not.toBe(text)
})

test('codes are those of RFC 6238', () => {
  const secret = Buffer.from('12345678901234567890')
  expect([59, 1111111109, 1234567890].map((s) => codeAt(secret, stepAt(s * 1000)))).toEqual(['287082', '081804', '005924'])
  expect(matchCode(secret, '287082', 59_000, 0)).toBe(1)
  expect(matchCode(secret, '287 082', 59_000, 0)).toBe(1)
  expect(matchCode(secret, '287082', 59_000, 1)).toBeUndefined()
  expect(matchCode(secret, '', 59_000, 0)).toBeUndefined()
})

test('the first administrator comes by a link, once, and no second one by another', async () => {
  await db().query(`delete from account_roles where role = 'admin'`)
  const link = (await web.accounts.setupLink())!
  const path = `/welcome/${link.token}`
  expect(await web.text(path)).toContain('first administrator')
  expect((await web.request(path, { form: { name: 'root', full_name: 'The first', password: 'short', again: 'short' } })).status).toBe(400)
  const both = await Promise.all(['root', 'intruder'].map((name) => web.request(path, { form: { name, full_name: 'The first', password: 'nine yellow boats', again: 'nine yellow boats' } })))
  expect(both.map(({ status }) => status).sort()).toEqual([303, 400])
  expect((await web.request(path)).status).toBe(400)
  expect(await web.accounts.setupLink()).toBeUndefined()
  expect((await web.request('/users', { headers: { cookie: sid(both.find(({ status }) => status === 303)!)! } })).status).toBe(200)
})

test('a link of yesterday is too old', async () => {
  await person('forgetful')
  const { token } = await web.accounts.resetLink('forgetful', { id: null, name: 'test', role: '' })
  await db().query(`update one_time_links set expires_at = expires_at - interval '25 hours' where used_at is null`)
  expect((await web.request(`/welcome/${token}`)).status).toBe(400)
})

test('the last administrator stays', async () => {
  const admins = await db().query<{ name: string }>(`select a.name from accounts a join account_roles r on r.account_id = a.id and r.role = 'admin' where a.disabled_at is null`)
  for (const { name } of admins.rows.slice(1)) await web.accounts.setDisabled(name, true, { id: null, name: 'test', role: '' })
  const { name } = admins.rows[0]!
  await expect(web.accounts.setDisabled(name, true, { id: null, name: 'test', role: '' })).rejects.toMatchObject({ code: 'last_admin' })
  await expect(web.accounts.changeRoles(name, { role: 'admin' }, true, { id: null, name: 'test', role: '' })).rejects.toMatchObject({ code: 'last_admin' })
})

test('a role is only what was given', async () => {
  await person('modest')
  const cookie = sid(await signIn('modest'))!
  expect((await web.request('/account/role', { form: { role: 'admin' }, headers: { cookie } })).status).toBe(403)
  await web.accounts.changeRoles('modest', { role: 'supervisor' }, false, { id: null, name: 'test', role: '' })
  expect((await web.request('/account', { headers: { cookie } })).status).toBe(303)
  const fresh = sid(await signIn('modest'))!
  const changed = await web.request('/account/role', { form: { role: 'supervisor' }, headers: { cookie: fresh } })
  expect(changed.status).toBe(303)
  expect((await web.request('/account', { headers: { cookie: fresh } })).status).toBe(303)
  expect(await web.text('/account', { headers: { cookie: sid(changed)! } })).toContain('supervisor')
})

test('nobody ends the session of another', async () => {
  await person('victim')
  const theirs = sid(await signIn('victim'))!
  const { rows } = await db().query<{ id: string }>(`select s.id from web_sessions s join accounts a on a.id = s.account_id where a.name = 'victim' order by s.id desc limit 1`)
  expect((await web.request(`/account/sessions/${rows[0]!.id}/end`, { method: 'POST', headers: { cookie: sid(await signIn('chen'))! } })).status).toBe(404)
  expect((await web.request('/account', { headers: { cookie: theirs } })).status).toBe(200)
})

test('outside a demo there are no demo accounts', async () => {
  expect(web.accounts.demoAccounts()).toEqual([])
  await web.accounts.prepare()
  for (const name of ['supervisor', 'admin', 'street', 'liaison']) expect((await signIn(name, DEMO_PASSWORD)).status).toBe(400)
  expect(await web.text('/sign-in')).not.toContain(DEMO_PASSWORD)
})
