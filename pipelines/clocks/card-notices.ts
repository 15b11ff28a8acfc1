/**
 * Who is told of a card or an escalation: the unit that must act; from red on its territory; then leaders and supervisors, as the rule says.
 */
import { createHash } from 'node:crypto'
import { formatDay, localDay } from '../../core/days.ts'
import type { CardNoticeRow, ClockAlertRow, ClockRow } from '../../sql/clocks.ts'
import type { Rung } from '../alert-state.ts'
import type { Step } from './due.ts'
import type { StepRole } from './rules.ts'

/**
 * Their words are made where they are sent (pipelines/notice-note.ts). Two sweeps that told the same would write the same ids.
 *
 * @param rung to which the alert was raised
 * @param now  milliseconds, the database's clock
 */
export function cardNotices(alert: ClockAlertRow, clock: ClockRow, { step, escalation }: Step, rung: Rung | null, desk: string, now: number): CardNoticeRow[] {
  const card = step === 'yellow' || step === 'red' ? step : null
  const reason = escalation ? 'escalated' : 'card'
  // Without the family: a night tells nobody twice of one family at one place, and this is no such news.
  const payload = {
    alert: alert.id, event: reason, level: alert.level, place: alert.place, clock: clock.clock, subject: clock.subject, unit: clock.unit,
    due_at: new Date(clock.dueAt).toISOString(), due_on: clock.dueOn, certain: clock.certain, time_zone: clock.timeZone,
    overdue_hours: Math.max(0, Math.floor((now - clock.dueAt) / 3_600_000)), ...(card ? { card } : {}), ...(escalation ? { to: escalation.to, raised_to: rung } : {}),
  }
  return [...new Set(unitsOf(alert, clock, step, escalation?.to, desk))].map((unit) => {
    const key = createHash('sha256').update(`${alert.id}\n${reason}\n${clock.clock}\n${clock.subject}\n${clock.n}\n${step}\n${clock.extensions}\n${unit}`).digest('hex').slice(0, 12)
    return { id: `${alert.id}-${key}`, alertId: alert.id, night: formatDay(localDay(now, clock.timeZone)), reason, unit, payload }
  })
}

function unitsOf({ territory }: ClockAlertRow, { unit, clock }: ClockRow, step: string, to: StepRole | undefined, desk: string): string[] {
  if (to === 'supervisor') return [desk]
  if (to === 'territory_lead') return [territory ?? unit]
  const joint = step === 'red' && territory !== null && unit !== desk && clock !== 'sign'
  return joint ? [unit, territory] : [unit]
}
