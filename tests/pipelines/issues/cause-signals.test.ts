import { beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../../core/config.ts'
import { SILENT } from '../../../core/log.ts'
import { createRng } from '../../../core/rng.ts'
import { listAlerts } from '../../../pipelines/alerts.ts'
import { explainAlert } from '../../../pipelines/explanation.ts'
import { runNight, runNights } from '../../../pipelines/nightly.ts'
import type { NightDeps } from '../../../pipelines/nightly.ts'
import { initialRules } from '../../../pipelines/rules.ts'
import type { CauseMode } from '../../../pipelines/rules.ts'
import { useDatabase } from '../../support/database.ts'
import { useDirectory } from '../../support/directory.ts'
import { dumpStore } from '../../support/dump.ts'
import { addTickets } from '../../support/tickets.ts'
import type { TicketSpec } from '../../support/tickets.ts'

const FIRST = Date.parse('2024-03-01') / 86_400_000
const LAST = Date.parse('2024-09-08') / 86_400_000
const dateOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10)
/** Common families, and rare ones of which every place has a little. */
const COMMON = ['Heat', 'Noise', 'Roads', 'Waste', 'Water', 'Buses', 'Shops', 'Parks']
const RARE = ['Power', 'Property', 'Consumer', 'Permits']
const SAID = ['暖气不热室温低', '夜间施工吵闹', '路面坑洼积水', '垃圾无人清运', '自来水发黄', '公交车久等不来', '商家不给发票', '公园长椅损坏', '楼道跳闸', '物业收费不公示', '会员卡余额不退', '办证材料反复补']
const NEW = ['充电桩全部强制改用新能源卡扣费', '物业强制改用新能源卡否则停用充电桩', '新能源卡扣费混乱充电桩无法使用', '强制改用新能源卡充电桩办卡要押金', '小区充电桩强制改用新能源卡']

/** Five people of one compound within four days, filed under three rare families. */
function town(): TicketSpec[] {
  const rng = createRng('cause town')
  const places = ['City›North›Mill›Elm', 'City›North›Mill›Oak', 'City›North›Park›Ash', 'City›South›Port›Fir', 'City›South›Port›Yew', 'City›South›Hill›Bay']
  const topics = [...COMMON, ...RARE]
  const tickets: TicketSpec[] = []
  for (let day = FIRST; day <= LAST; day++) {
    for (let i = rng.poisson(12); i > 0; i--) {
      const at = rng.next() < 0.004 ? COMMON.length + rng.below(RARE.length) : rng.below(COMMON.length)
      tickets.push({ no: `n${tickets.length}`, at: `${dateOf(day)} ${10 + rng.below(9)}:00:00`, place: places[rng.below(places.length)]!, topic: topics[at]!, caller: `c${rng.below(100_000)}`, unit: 'Works', content: `反映${SAID[at]!}，请核实处理。` })
    }
  }
  NEW.forEach((said, i) => tickets.push({ no: `g${i}`, at: `${dateOf(LAST - 4 + i)} 1${i}:30:00`, place: places[0]!, topic: RARE[i % 3]!, caller: `g${i}`, unit: 'Works', content: `市民反映${said}，请核实处理。` }))
  // One person alone says the same thing again and again elsewhere.
  for (let i = 0; i < 5; i++) tickets.push({ no: `r${i}`, at: `${dateOf(LAST - 4 + i)} 1${i}:40:00`, place: places[3]!, topic: COMMON[i]!, caller: 'one', unit: 'Works', content: `市民反映${NEW[i]!}，请核实处理。` })
  return tickets
}

const db = useDatabase()
const config = loadConfig({ dataDir: useDirectory() }, {})
const deps = (mode: CauseMode): NightDeps => ({ db: db(), config, log: SILENT, rules: { ...initialRules(config.settings), causes: { mode } } })
const elm = async (day: number) => (await listAlerts(db(), { date: dateOf(day), locale: 'zh' })).filter(({ place }) => place.includes('Elm'))

beforeAll(async () => addTickets(db(), town()))

test('a cause that operators file under several topics is no alert of counts', async () => {
  await runNights(deps('list'), { from: dateOf(LAST - 3), until: dateOf(LAST + 1) })
  expect(await elm(LAST)).toEqual([])
})

test('as a signal it is an alert by its fifth caller, never above yellow, with its own tickets; one person who repeats is none', async () => {
  await runNights(deps('signal'), { from: dateOf(LAST - 3), until: dateOf(LAST + 1) })
  const [alert, ...others] = await elm(LAST)
  expect(others).toEqual([])
  expect(alert).toMatchObject({ kind: 'emerging', tickets: 5, callers: 5, lead_unit: 'Works' })
  expect(['blue', 'yellow']).toContain(alert!.level)
  expect((await listAlerts(db(), { date: dateOf(LAST), locale: 'zh' })).filter(({ place }) => place.includes('Fir'))).toEqual([])
  const explained = await explainAlert(db(), alert!.id, { locale: 'zh', settings: config.settings })
  expect(explained.detector).toBe('causes')
  expect(explained.groups[0]).toMatchObject({ tickets: 5, callers: 5, in_alert: 5 })
  expect(explained.groups[0]!.families).toHaveLength(3)
})

test('the same nights again leave the same bytes, and the next caller goes on with the same alert', async () => {
  const [before] = await elm(LAST)
  const dump = await dumpStore(db())
  for (let day = LAST - 3; day <= LAST; day++) await runNight(deps('signal'), { date: dateOf(day), force: true })
  expect(await dumpStore(db())).toBe(dump)
  await addTickets(db(), [{ no: 'g5', at: `${dateOf(LAST + 1)} 10:00:00`, place: 'City›North›Mill›Elm', topic: 'Power', caller: 'g5', unit: 'Works', content: '充电桩强制改用新能源卡，无法充电。' }])
  await runNight(deps('signal'), { date: dateOf(LAST + 1) })
  expect((await elm(LAST + 1)).map(({ id, tickets }) => [id, tickets])).toEqual([[before!.id, 6]])
})
