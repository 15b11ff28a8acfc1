/**
 * A night's steps as a table, and as lines while it runs.
 */
import { TEXTS } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import { formatCount, formatSeconds } from './format.ts'
import type { Paint, Session } from './session.ts'

export interface StepLine { name: string, seconds: number, in: number, out: number, status?: string }

export const STATUS_PAINT: Readonly<Record<'running' | 'succeeded' | 'failed', Paint>> = { running: 'yellow', succeeded: 'green', failed: 'red' }

export function printSteps(session: Session, steps: readonly StepLine[]): void {
  const { locale } = session
  session.printTable([
    { title: session.text('cli.column.step') },
    { title: session.text('cli.column.does'), shrinkTo: 12, dropFirst: 1 },
    { title: session.text('cli.column.in'), align: 'right' },
    { title: session.text('cli.column.out'), align: 'right' },
    { title: session.text('cli.column.time'), align: 'right' },
  ], steps.map((step) => [
    step.name, stepAbout(session, step.name), formatCount(locale, step.in), formatCount(locale, step.out),
    step.status !== undefined && step.status !== 'succeeded' ? session.text(`cli.status.${step.status}` as TextKey) : formatSeconds(step.seconds),
  ]), '  ')
}

/** What a step does, in a few words; nothing for a step that the texts do not know. */
export function stepAbout(session: Session, name: string): string {
  const key = `cli.step.${name}`
  return key in TEXTS ? session.text(key as TextKey) : ''
}
