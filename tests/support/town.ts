/**
 * A small town whose tickets give one alert.
 */
import { createRng } from '../../core/rng.ts'
import type { TicketSpec } from './tickets.ts'

/** Its last day: heating has failed at one compound for five days. */
export const LAST = '2024-09-20'

/** Ten months of a small town: a quiet background, and heating failing at one compound in the last five days. */
export function town(): TicketSpec[] {
  const rng = createRng('town')
  const tickets: TicketSpec[] = []
  const places = ['City›North›Mill', 'City›North›Park', 'City›North›Lake', 'City›South›Port', 'City›South›Hill', 'City›South›Dock']
  const topics = ['Heat›Cold', 'Heat›Leak', 'Noise›Night', 'Noise›Day', 'Roads›Hole']
  for (let day = 0; day < 300; day++) {
    const date = new Date(Date.UTC(2023, 10, 26) + day * 86400000).toISOString().slice(0, 10)
    for (let i = rng.poisson(4); i > 0; i--) {
      tickets.push({
        no: `n${tickets.length}`, at: `${date} ${String(8 + rng.below(10)).padStart(2, '0')}:${String(rng.below(60)).padStart(2, '0')}:00`,
        place: places[rng.below(6)]!, topic: topics[rng.below(5)]!, caller: `c${rng.below(100000)}`, unit: 'Works',
      })
    }
    if (day < 295) continue
    for (let i = 0; i < 3; i++) {
      tickets.push({ no: `h${day}-${i}`, at: `${date} 12:0${i}:00`, place: 'City›North›Mill', topic: 'Heat›Cold', caller: `h${day}-${i}`, unit: 'Heating' })
      // One caller, many tickets: never an alert.
      tickets.push({ no: `k${day}-${i}`, at: `${date} 13:0${i}:00`, place: 'City›South›Port', topic: 'Noise›Day', caller: 'crank', unit: 'Works' })
    }
  }
  return tickets
}
