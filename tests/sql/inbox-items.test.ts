/** The rows of the inbox are derived in SQL; what people's acts come to is folded in TypeScript. Both must say the same. */
import { beforeAll, expect, test } from 'vitest'
import { formatDay, parseDay } from '../../core/days.ts'
import { createRng } from '../../core/rng.ts'
import { PipelineError } from '../../core/errors.ts'
import { act, readLives } from '../../pipelines/alert-life/act.ts'
import type { ActDetail } from '../../pipelines/alert-life/fold.ts'
import { leadOf } from '../../pipelines/alert-life/fold.ts'
import { ACTS, FINDINGS, LIVE_STATES, ROLES, RUNGS, TRANSITIONS } from '../../pipelines/alert-state.ts'
import { addAlert } from '../support/alerts.ts'
import { useDatabase } from '../support/database.ts'
import { addToldAlert, perform, tick } from '../support/clocks.ts'

const db = useDatabase()
const UNITS = ['Heating', 'Roads', 'Mill Street', 'Water', 'Desk']
const FIRST = parseDay('2024-09-01')

interface ItemRow { id: string, state: string, version: number, finding: string | null, escalated: string | null, until: string | null, lead: string | null, territory: string | null, units: string[], open: boolean }

async function items(): Promise<Map<string, ItemRow>> {
  const { rows } = await db().query<ItemRow & Record<string, unknown>>(
    'select alert_id as id, state, version, finding, escalated, snoozed_until as until, lead, territory, units, open from inbox_items')
  return new Map(rows.map((row) => [row.id, row]))
}

beforeAll(async () => {
  for (const unit of UNITS) await addAlert(db(), { id: `unit-${unit}`, lead: unit, place: `City›U›${unit}` })
})

test('whatever people do in whatever order, and however often the cause returns, a row says what the fold says', async () => {
  const rng = createRng('inbox-items')
  const pick = <T>(list: readonly T[]): T => list[rng.below(list.length)]!
  const done = new Map<string, number>()
  for (let k = 0; k < 8; k++) {
    const id = `r${k}`
    await addAlert(db(), { id, place: `City›North›P${k}`, lead: pick(UNITS), co: [pick(UNITS), pick(UNITS)], ...(rng.below(2) === 0 ? { territory: pick(UNITS) } : {}) })
    let day = FIRST
    // Half of them go the long way to 销号 first, so that returns and new rounds are met.
    const lead = leadOf((await readLives(db(), [id])).get(id)!.life)!
    if (k % 2 === 0) {
      for (const name of ['sign', 'verify', 'start', 'request_strike_off'] as const) await perform(db(), id, name, { unit: lead }, { on: formatDay(day), detail: { finding: 'true' } })
      await perform(db(), id, 'strike_off', { by: 'Wang', unit: 'Desk', role: 'supervisor' }, { on: formatDay(day) })
    }
    for (let step = 0; step < 40; step++) {
      if (rng.below(6) === 0) day += rng.below(20)
      if (rng.below(12) === 0) {
        await db().query(`insert into alert_events (alert_id, night, kind, before, after) values ($1, $2, 'returned', null, 'yellow') on conflict do nothing`, [id, formatDay(day)])
      }
      const name = pick(ACTS)
      const detail: ActDetail = {
        finding: pick(FINDINGS), unit: pick(UNITS), kind: pick(['co', 'territory', 'lead'] as const), until: formatDay(day + 1 + rng.below(40)), rung: pick(RUNGS), text: 'text', due: '2025-01-01', task: '1',
        level: 'blue', kept: true, into: pick(['unit-Roads', 'unit-Water']), ...(rng.below(3) === 0 ? { from: pick(UNITS) } : {}),
      }
      const { life: now } = (await readLives(db(), [id])).get(id)!
      const fitting = TRANSITIONS.filter((row) => row.act === name).flatMap((row) => row.roles)
      const actor = { name: pick(['Li', 'Wang', 'Zhao']), unit: rng.below(2) === 0 ? leadOf(now) ?? 'Desk' : pick(UNITS), role: rng.below(4) === 0 ? pick(ROLES) : pick(fitting) }
      const request = { alertId: id, act: name, version: null, actor, why: 'note', detail, on: formatDay(day) }
      try {
        await db().transaction((client) => act(client, request))
        done.set(name, (done.get(name) ?? 0) + 1)
      } catch (error) {
        if (!(error instanceof PipelineError)) throw error
      }
    }
  }
  expect([...done.keys()]).toEqual(expect.arrayContaining(['sign', 'reassign', 'add_unit', 'snooze']))
  // Events of nights alone write no row: nights that write them write their alert too.
  await db().query('select inbox_refresh(array(select id from alerts))')
  const rows = await items()
  for (const [id, { life }] of await readLives(db(), [...rows.keys()])) {
    const parties = life.parties.filter((party) => party.state !== 'released')
    const row = rows.get(id)!
    expect({ ...row, units: [...row.units].sort() }, id).toEqual({
      id, state: life.state, version: life.version, finding: life.finding, escalated: life.escalated, until: life.snoozedUntil, lead: leadOf(life),
      territory: parties.find((party) => party.kind === 'territory')?.unit ?? null, units: parties.map((party) => party.unit).sort(), open: (LIVE_STATES as readonly string[]).includes(life.state),
    })
  }
})

test('a row follows an act, a clock and a night by itself', async () => {
  await addToldAlert(db(), { id: 'told', lead: 'Water', territory: 'Mill Street' })
  expect((await items()).get('told')).toMatchObject({ state: 'unsigned', version: 0, lead: 'Water', open: true })
  await tick(db())
  const due = async (): Promise<unknown> => (await db().query(`select due_clock as clock, due_unit as unit, isfinite(due_at) as set from inbox_items where alert_id = 'told'`)).rows[0]
  expect(await due()).toEqual({ clock: expect.stringMatching(/sign|verify/), unit: expect.stringMatching(/Water|Mill Street/), set: true })
  await perform(db(), 'told', 'sign', { unit: 'Water' })
  expect((await items()).get('told')).toMatchObject({ state: 'signed', version: 1 })
  await db().query(`update alerts set level = 'red' where id = 'told'`)
  expect((await db().query(`select rank, changed_by from inbox_items where alert_id = 'told'`)).rows).toEqual([{ rank: 0, changed_by: null }])
  await db().query(`delete from alerts where id = 'told'`)
  expect((await items()).has('told')).toBe(false)
})

test('an alert that ended by itself and that nobody touched is nobody\'s work', async () => {
  await addAlert(db(), { id: 'quiet' })
  await db().query(`update alerts set status = 'ended', ended_on = '2024-09-09' where id = 'quiet'`)
  expect((await items()).get('quiet')).toMatchObject({ state: 'unsigned', open: false })
  await perform(db(), 'quiet', 'sign', { unit: 'Heating' })
  expect((await items()).get('quiet')).toMatchObject({ state: 'signed', open: true })
})
