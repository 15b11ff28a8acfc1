/**
 * Small ticket files of the Chinese layout, all invented.
 */
export interface TicketOptions { from?: string, days?: number, perDay?: number, prefix?: string }

const TOPICS = ['城乡建设>房地产>延期交房', '环境保护>噪声>夜间施工噪声', '市政公用>供水>停水']
const STREETS = ['柳河街道', '松林街道']

/** @returns a CSV with `days * perDay` tickets, one every few minutes from 08:00 */
export function ticketsCsv({ from = '2026-10-01', days = 10, perDay = 6, prefix = 'T' }: TicketOptions = {}): string {
  const lines = ['工单编号,受理时间,问题分类,区县,街道,小区,标题,来电号码,承办单位']
  for (let day = 0; day < days; day++) {
    const date = new Date(Date.parse(`${from}T00:00:00Z`) + day * 86400000).toISOString().slice(0, 10)
    for (let i = 0; i < perDay; i++) {
      const number = `${prefix}${date.replaceAll('-', '')}${String(i).padStart(4, '0')}`
      const minute = String(i % 60).padStart(2, '0')
      const hour = String(8 + (Math.floor(i / 60) % 12)).padStart(2, '0')
      lines.push([number, `${date} ${hour}:${minute}:00`, TOPICS[i % TOPICS.length], '青石区', STREETS[i % STREETS.length], `云水家园${i % 4}期`,
        '反映问题', `139${String(10000000 + (day * perDay + i) % 977).padStart(8, '0')}`, '住建局'].join(','))
    }
  }
  return `${lines.join('\n')}\n`
}
