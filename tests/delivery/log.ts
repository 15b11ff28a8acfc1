/**
 * A log that remembers.
 */
import type { Log } from '../../core/log.ts'

export interface LogEvent { event: string, fields: Record<string, unknown> }

export function recordLog(): { log: Log, events: LogEvent[] } {
  const events: LogEvent[] = []
  const note = (event: string, fields: Record<string, unknown> = {}): void => void events.push({ event, fields })
  return { log: { info: note, warn: note, error: note }, events }
}
