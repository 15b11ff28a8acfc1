/**
 * When the city's building projects are to be handed over: those that stall and many that do not, as `weisu import --watch` reads it.
 */
import { formatDay, parseDay } from '../../core/days.ts'
import type { Day } from '../../core/days.ts'
import type { Rng } from '../../core/rng.ts'
import type { DemoLabel } from './episode-plan.ts'
import type { CityMap } from './layout.ts'

/** Share of the projects whose date is known, and of these of those that are put off once, by notice and without a word from anybody. */
const KNOWN_SHARE = 0.6
const PUT_OFF_SHARE = 0.08
/** Dates lie from some weeks before the city's first day to a year and a half after its last. */
const EARLIEST = -60
const LATEST = 540

/** CSV, one line a promise, in the order of the map; draws from its own stream, so that no ticket depends on it. */
export function promiseTable(map: CityMap, labels: readonly DemoLabel[], from: Day, until: Day, rng: Rng): string {
  const stalled = new Map(labels.filter((label) => label.kind === 'housing').map((label) => [label.places[0]!.join('›'), label]))
  const lines = ['place,promised_on,kind,households,note,known_on']
  for (const site of map.sites) {
    if (site.kind !== '在建项目') continue
    const path = site.place.path.join('›')
    const label = stalled.get(path)
    const isKnown = rng.next() < KNOWN_SHARE
    const ordinary = from + EARLIEST + rng.below(until - from + LATEST - EARLIEST)
    // People fear for a date before it is there, and their calls go on beyond it.
    const fearedFor = label && parseDay(label.until) - 30 + rng.below(70)
    const isPutOff = rng.next() < PUT_OFF_SHARE
    const notice = 500 + rng.below(400)
    const put = 60 + rng.below(90)
    if (!isKnown && !label) continue
    const due = label?.due_on ? parseDay(label.due_on) : fearedFor ?? ordinary
    const add = (date: Day, note: string, known: Day): void => {
      if (known < until) lines.push(`${path},${formatDay(date)},交房,${site.households},${note},${formatDay(known)}`)
    }
    add(due, '', due - notice)
    if (isPutOff && !label) add(due + put, '延期交付公告', due - 40)
  }
  return `${lines.join('\n')}\n`
}
