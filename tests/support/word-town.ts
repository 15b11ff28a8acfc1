/**
 * A small town whose tickets say something: everyday sentences of three topics, and at one compound a new trouble that operators file
 * under three topics and that no category knows.
 */
import { createRng } from '../../core/rng.ts'
import type { TicketSpec } from './tickets.ts'

export const WORD_FIRST = '2024-03-01'
/** Its last day: the fifth caller of the new trouble. */
export const WORD_LAST = '2024-09-07'
export const WORD_PLACE = 'City›North›Mill'

const EVERYDAY: readonly (readonly [topic: string, sentences: readonly string[]])[] = [
  ['Heat›Cold', ['暖气不热室温很低', '换热站维修没有通知', '家里老人怕冷']],
  ['Noise›Night', ['夜间施工吵闹无法入睡', '楼上装修电钻声音很大', '广场舞音响扰民']],
  ['Roads›Hole', ['路面坑洼积水', '井盖松动车辆颠簸', '人行道地砖破损']],
]
/** What is new: three people of one compound and two more a day later, under three topics. */
const NEW = ['充电桩全部强制改用新能源卡扣费', '物业强制改用新能源卡否则停用充电桩', '新能源卡扣费混乱充电桩无法使用', '强制改用新能源卡办卡要押金', '小区充电桩强制改用新能源卡']

/** @param options.planted whether the new trouble is there */
export function wordTown({ planted = true, seed = 'word town' }: { planted?: boolean, seed?: string } = {}): TicketSpec[] {
  const rng = createRng(seed)
  const tickets: TicketSpec[] = []
  const places = [WORD_PLACE, 'City›North›Park', 'City›North›Lake', 'City›South›Port', 'City›South›Hill', 'City›South›Dock']
  const first = Date.parse(WORD_FIRST) / 86_400_000
  const last = Date.parse(WORD_LAST) / 86_400_000
  for (let day = first; day <= last; day++) {
    const date = new Date(day * 86_400_000).toISOString().slice(0, 10)
    for (let i = rng.poisson(12); i > 0; i--) {
      const [topic, sentences] = EVERYDAY[rng.below(EVERYDAY.length)]!
      tickets.push({
        no: `n${tickets.length}`, at: `${date} ${String(8 + rng.below(10)).padStart(2, '0')}:00:00`, place: places[rng.below(places.length)]!, topic, caller: `c${rng.below(100_000)}`,
        unit: 'Works', content: `来电人反映${sentences[rng.below(sentences.length)]!}，${rng.next() < 0.5 ? '请核实处理' : '希望尽快解决'}。`,
      })
    }
    const spoken = day === last - 1 ? [0, 1, 2] : day === last ? [3, 4] : []
    for (const i of planted ? spoken : []) {
      tickets.push({ no: `w${i}`, at: `${date} 1${i}:30:00`, place: WORD_PLACE, topic: EVERYDAY[i % 3]![0], caller: `w${i}`, unit: 'Works', content: `市民反映${NEW[i]!}，请核实处理。` })
    }
  }
  return tickets
}
