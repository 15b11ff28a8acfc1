/**
 * Dates that people typed.
 */
import { parseDay } from '../../core/days.ts'
import type { WebRequest } from '../request.ts'

/** Empty is no date and no error. */
export function dateField(request: WebRequest, typed: string): { value?: string, error?: string } {
  if (typed === '') return {}
  try {
    parseDay(typed)
    return { value: typed }
  } catch {
    return { error: request.text('operations.bad_date') }
  }
}

/** The same where a date must be given. */
export function neededDate(request: WebRequest, typed: string): { value?: string, error?: string } {
  return typed === '' ? { error: request.text('operations.date_missing') } : dateField(request, typed)
}
