/**
 * Ten months of a small town with a week's rhythm, and heating failing at one compound in the last days.
 */
import { createRng } from '../../../core/rng.ts'
import type { TicketSpec } from '../../support/tickets.ts'

export const LAST = '2024-09-20'

export function smallTown(days = 300, perDay = 8): TicketSpec[] {
  const rng = createRng('forecast town')
  const tickets: TicketSpec[] = []
  const places = ['City›North›Mill', 'City›North›Park', 'City›South›Port']
  const topics = ['Heat›Cold', 'Noise›Night', 'Roads›Hole']
  for (let day = 0; day < days; day++) {
    const date = new Date(Date.UTC(2024, 8, 20) + (day - days + 1) * 86400000)
    const text = date.toISOString().slice(0, 10)
    const weekend = date.getUTCDay() % 6 === 0
    for (let i = rng.poisson(weekend ? perDay / 4 : perDay); i > 0; i--) {
      tickets.push({ no: `n${tickets.length}`, at: `${text} 10:00:00`, place: places[rng.below(3)]!, topic: topics[rng.below(3)]!, caller: `c${tickets.length}` })
    }
    if (day < days - 4) continue
    for (let i = 0; i < 4; i++) tickets.push({ no: `h${day}-${i}`, at: `${text} 12:00:00`, place: 'City›North›Mill', topic: 'Heat›Cold', caller: `h${day}-${i}` })
  }
  return tickets
}
