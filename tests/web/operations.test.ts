import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { finishErrand, insertErrand, listErrands, noteProgress, takeErrand } from '../../sql/errands.ts'
import { failDueRun, planRuns } from '../../sql/due-runs.ts'
import { noteBeat } from '../../sql/service-beats.ts'
import { useDatabase } from '../support/database.ts'
import { addTickets } from '../support/tickets.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'

const db = useDatabase()
const dataDir = mkdtempSync(join(tmpdir(), 'weisu-operations-'))
let web: TestWeb

beforeAll(async () => {
  await addTickets(db(), [{ no: '1', at: '2026-11-01 10:00:00', place: 'City›North', topic: 'Heat', caller: 'a' }, { no: '2', at: '2026-11-20 10:00:00', place: 'City›North', topic: 'Heat', caller: 'b' }])
  await db().query(`insert into import_batches (source_id, file_name, file_hash, bytes, preset, mapping, status, read, new, first_day, last_day, finished_at)
    select id, 'a.csv', 'a', 1, 'p', '{}', 'done', 2, 2, '2026-11-01', '2026-11-20', now() from sources`)
  web = await startWeb(db(), { config: { dataDir } })
})
beforeEach(async () => {
  await db().query('truncate runs, due_runs, errands, service_beats cascade')
})
afterAll(async () => {
  await web?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

async function noteRun(night: string, status = 'succeeded', error: string | null = null): Promise<void> {
  await db().query(`insert into runs (night, status, code_version, config_hash, input_hash, error, finished_at) values ($1, $2, '0.1.0/3', 'cfg', 'inp', $3, now())`, [night, status, error])
  await db().query(`insert into run_steps (night, name, position, status, rows_in, rows_out, seconds, detail) values ($1, 'count', 2, 'succeeded', 12, 34, 1.5, '{"days": 3}'), ($1, 'detect', 3, $2, 0, 0, 8, '{}')`, [night, status])
}

describe('nights', () => {
  test('the overview says that nothing runs here, what is owed, and retries it', async () => {
    await noteRun('2026-11-18')
    await planRuns(db(), 'nightly', '2026-11-19', 1)
    await failDueRun(db(), 'nightly', '2026-11-19', 'gate <b>', Date.now() + 60_000)
    const home = await web.text('/operations', { as: 'operator' })
    expect(home).toContain('No service process')
    expect(home).toContain('gate &lt;b&gt;')
    expect(home).toContain('/operations/due/2026-11-19/retry')
    const reply = await web.request('/operations/due/2026-11-19/retry', { as: 'operator', form: {} })
    expect([reply.status, reply.headers.get('location')]).toEqual([303, '/operations'])
    expect((await db().query<{ waits: boolean }>('select retry_at is not null as waits from due_runs')).rows).toEqual([{ waits: false }])
    // Nothing waits any more: told, not failed.
    expect((await web.request('/operations/due/2026-11-19/retry', { as: 'operator', form: {} })).status).toBe(303)
    await noteBeat(db(), { worker: '7 on host', version: '0.1.0', startedAt: new Date(), hour: 5, state: { backend: 'postgres', queueProblem: null, jobs: { nights: 2, notices: 0 }, events: {} } })
    const served = await web.text('/operations', { as: 'operator' })
    expect(served).toContain('7 on host')
    expect(served).not.toContain('No service process')
    expect(served).toContain('nights 2')
  })

  test('the list is filtered by state and range, and keeps a wrong date beside its error', async () => {
    for (const night of ['2026-11-16', '2026-11-17', '2026-11-18']) await noteRun(night, night === '2026-11-17' ? 'failed' : 'succeeded')
    const nights = (page: string): string[] => [...page.matchAll(/\/operations\/runs\/(\d{4}-\d\d-\d\d)"/g)].map((match) => match[1]!)
    expect(nights(await web.text('/operations/runs', { as: 'analyst' }))).toEqual(['2026-11-18', '2026-11-17', '2026-11-16'])
    expect(nights(await web.text('/operations/runs?status=failed', { as: 'analyst' }))).toEqual(['2026-11-17'])
    expect(nights(await web.text('/operations/runs?from=2026-11-17&until=2026-11-17', { as: 'analyst' }))).toEqual(['2026-11-17'])
    const wrong = await web.text('/operations/runs?from=2026-13-45', { as: 'analyst' })
    expect(wrong).toContain('value="2026-13-45"')
    expect(wrong).toContain('a date as YYYY-MM-DD')
    expect(await web.text('/operations/runs?from=2026-11-18&until=2026-11-17', { as: 'analyst' })).toContain('2026-11-17 is before 2026-11-18')
  })

  test('a night shows steps, inputs, what failed and how to mend it, and its log', async () => {
    await noteRun('2026-11-17', 'failed', 'could not extend file: No space left on device')
    writeFileSync(join(dataDir, 'weisu.log'), `${JSON.stringify({ at: '2026-11-18T04:00:00.000Z', level: 'error', event: 'night_failed', night: '2026-11-17', error: '<script>' })}\n${JSON.stringify({ at: '2026-11-18T04:00:01.000Z', level: 'info', event: 'other_night', night: '2026-11-16' })}\n`)
    const night = await web.text('/operations/runs/2026-11-17', { as: 'operator' })
    for (const words of ['Failed at the step: detect', 'free space', 'cfg', 'inp', '0.1.0/3', 'night_failed', '&lt;script&gt;', 'days']) expect(night).toContain(words)
    expect(night).not.toContain('other_night')
    expect(night).not.toContain('<script>')
    expect((await web.request('/operations/runs/2026-11-16', { as: 'operator' })).status).toBe(404)
    expect((await web.request('/operations/runs/nonsense', { as: 'operator' })).status).toBe(404)
  })
})

// The operator, who sees no alerts, was told that a night had found none.
test('a night’s alerts are counted for whoever runs nights', async () => {
  await noteRun('2026-11-17')
  await db().query(`insert into run_steps (night, name, position, status, rows_in, rows_out, seconds, detail) values ('2026-11-17', 'alert', 5, 'succeeded', 13, 13, 1, '{"new": 4}')`)
  for (const as of ['operator', 'admin'] as const) expect(await web.text('/operations/runs/2026-11-17', { as })).toContain('13, of them 4 new')
})

// Whoever tried the demo a day after its last was told that a night was late.
test('above the pages of a demo city it says where its data end, and elsewhere that a night is late', async () => {
  await noteRun('2026-11-17')
  const directory = mkdtempSync(join(tmpdir(), 'weisu-operations-demo-'))
  try {
    for (const [name, words, others] of [['other.json', /The night of [\d-]+ is late: what is shown is as of 2026-11-17/, 'demo city'], ['demo.json', /demo city of invented data that end on 2026-11-17/, 'is late']] as const) {
      writeFileSync(join(directory, name), '{}')
      const city = await startWeb(db(), { config: { dataDir: directory } })
      const page = await city.text('/operations/runs', { as: 'operator' })
      await city.close()
      expect(page).toMatch(words)
      expect(page).not.toContain(others)
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

describe('what is asked of the service', () => {
  test('running a night again needs a reason, and writes an errand that nobody here executes', async () => {
    await noteRun('2026-11-17')
    const refused = await web.request('/operations/runs/2026-11-17/rerun', { as: 'operator', form: { reason: ' ', force: '1' } })
    expect(refused.status).toBe(422)
    const page = await refused.text()
    expect(page).toContain('say why')
    expect(page).toMatch(/name="force" value="1" checked/)
    const reply = await web.request('/operations/runs/2026-11-17/rerun', { as: 'operator', form: { reason: 'late files', force: '1' } })
    expect(reply.status).toBe(303)
    const [errand] = await listErrands(db(), ['rerun'], 5)
    expect(errand).toMatchObject({ status: 'waiting', askedBy: 'The operator', reason: 'late files', request: { from: '2026-11-17', until: '2026-11-17', force: true, notify: false } })
    expect(reply.headers.get('location')).toBe(`/operations/errands/${errand!.id}`)
    expect((await db().query<{ act: string, object: string }>(`select act, object from audit_log where act = 'operations.rerun'`)).rows).toEqual([{ act: 'operations.rerun', object: '2026-11-17' }])
    expect(await web.text(reply.headers.get('location')!, { as: 'operator' })).toContain('No service process')
    expect((await web.request('/operations/runs/2026-11-18/rerun', { as: 'operator', form: { reason: 'x' } })).status).toBe(400)
  })

  test.each([
    [{ from: '', until: '2026-11-18', reason: 'x' }, 'a date is needed'],
    [{ from: '2026-11-31', until: '2026-11-18', reason: 'x' }, 'a date as YYYY-MM-DD'],
    [{ from: '2026-11-18', until: '2026-11-16', reason: 'x' }, '2026-11-16 is before 2026-11-18'],
    [{ from: '2020-01-01', until: '2026-11-16', reason: 'x' }, 'at most 400'],
    [{ from: '2026-10-01', until: '2026-11-16', reason: 'x' }, 'can be run'],
    [{ from: '2026-11-02', until: '2026-11-16', reason: '' }, 'say why'],
  ])('a backfill of %o is refused with what was typed', async (form, words) => {
    const reply = await web.request('/operations/backfill', { as: 'operator', form })
    expect(reply.status).toBe(422)
    const page = await reply.text()
    expect(page).toContain(words)
    expect(page).toContain(`value="${form.from}"`)
    expect(page).toContain('aria-invalid="true"')
    expect(await listErrands(db(), ['backfill'], 5)).toEqual([])
  })

  test('a backfill is asked for, followed and cancelled', async () => {
    const reply = await web.request('/operations/backfill', { as: 'admin', form: { from: '2026-11-02', until: '2026-11-04', reason: 'history' } })
    const path = reply.headers.get('location')!
    const id = path.split('/').at(-1)!
    await takeErrand(db(), ['backfill'], 'w')
    await noteProgress(db(), id, { done: 1, total: 3, at: 'night:2026-11-03' })
    expect(await (await web.request(`${path}/state`, { as: 'admin' })).json()).toEqual({ status: 'running', done: 1, total: 3, where: 'runs the night of 2026-11-03' })
    expect(await web.text(path, { as: 'admin' })).toContain('1 / 3')
    expect((await web.request(`${path}/cancel`, { as: 'operator', form: {} })).status).toBe(303)
    expect((await listErrands(db(), ['backfill'], 1))[0]).toMatchObject({ cancelledBy: 'The operator', status: 'running' })
    await finishErrand(db(), id, { nights: [{ date: '2026-11-02', reused: true, warnings: [] }] })
    expect(await web.text(path, { as: 'admin' })).toContain('nothing of its input had changed')
    expect((await web.request('/operations/errands/999', { as: 'admin' })).status).toBe(404)
    expect((await web.request('/operations/errands/x%27', { as: 'admin' })).status).toBe(404)
  })

  test('who may not, may not; readers have no buttons', async () => {
    await noteRun('2026-11-17')
    expect((await web.request('/operations', { as: 'liaison' })).status).toBe(403)
    expect((await web.request('/operations/backfill', { as: 'supervisor', form: { from: '2026-11-02', until: '2026-11-04', reason: 'x' } })).status).toBe(403)
    expect(await web.text('/operations/runs/2026-11-17', { as: 'supervisor' })).not.toContain('/rerun')
    // Also past the pages the database refuses: an analyst asks for trials alone.
    await insertErrand(db(), 'rerun', {}, 'x', '')
    expect(await web.text('/operations/errands', { as: 'analyst' })).toMatch(/Run\s+again/)
  })
})

test('sources: a batch’s rejects by reason and line, and as a file that no spreadsheet executes', async () => {
  const { rows } = await db().query<{ id: string, source: number }>(
    `insert into import_batches (source_id, file_name, file_hash, bytes, preset, mapping, status, read, new, rejected, first_day, last_day, finished_at)
     select id, 'tickets <1>.csv', 'h', 1, 'p', '{}', 'done', 3, 1, 2, '2026-11-01', '2026-11-02', now() from sources limit 1 returning id::text as id, source_id as source`)
  const { id, source } = rows[0]!
  await db().query(`insert into import_rejects (batch_id, line, reason, detail, raw) values ($1, 7, 'accepted_at_missing', 'x', '{"时间": "=cmd()"}'), ($1, 9, 'unheard_of', null, null)`, [id])
  expect(await web.text('/operations/sources', { as: 'analyst' })).toContain('test')
  const page = await web.text(`/operations/sources/${source}`, { as: 'operator' })
  expect(page).toContain('tickets &lt;1&gt;.csv')
  expect(page).toContain(`/operations/batches/${id}`)
  expect(await web.text(`/operations/sources/${source}`, { as: 'analyst' })).not.toContain(`/operations/batches/${id}`)
  const rejects = await web.text(`/operations/batches/${id}`, { as: 'operator' })
  expect(rejects).toContain('no accepted time')
  expect(rejects).toContain('unheard_of')
  const file = await web.request(`/operations/batches/${id}/rejects.csv`, { as: 'operator' })
  expect(file.headers.get('content-disposition')).toContain('attachment')
  expect(await file.text()).toContain("7,no accepted time,x,'=cmd()")
  expect((await web.request(`/operations/batches/${id}/rejects.csv`, { as: 'analyst' })).status).toBe(403)
  for (const path of ['/operations/sources/9999', '/operations/sources/x', '/operations/batches/9999999', '/operations/batches/..%2f']) expect((await web.request(path, { as: 'operator' })).status, path).toBe(404)
})

test('the outbox says what waits and what was given up', async () => {
  const page = await web.text('/operations/outbox', { as: 'operator' })
  expect(page).toContain('Nothing that could leave now waits.')
  expect(await web.text('/operations/outbox', { as: 'operator', lang: 'zh' })).toContain('队列与发件箱')
})
