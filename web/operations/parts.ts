/**
 * Small parts of the operators' pages: times, durations, states, the bar of a night's steps, the tabs.
 */
import { html } from 'hono/html'
import type { TextKey } from '../../core/texts.ts'
import type { LedgerRun } from '../../sql/run-ledger.ts'
import { badge } from '../components.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'

export const READERS = ['batch_operator', 'admin', 'analyst', 'supervisor'] as const
export const OPERATORS = ['batch_operator', 'admin'] as const

const TABS = [
  ['/operations', 'operations.home', 'operations.tab.home'],
  ['/operations/runs', 'operations.runs', 'operations.tab.runs'],
  ['/operations/sources', 'operations.sources', 'operations.tab.sources'],
  ['/operations/errands', 'operations.errands', 'operations.tab.errands'],
  ['/operations/outbox', 'operations.outbox', 'operations.tab.outbox'],
] as const

/** @param current path of the tab */
export function tabs(request: WebRequest, current: (typeof TABS)[number][0]): Html {
  return html`<nav class="tabs" aria-label="${request.text('operations.tabs')}">${TABS.filter(([, operation]) => request.may(operation)).map(([path, , label]) =>
    html`<a href="${path}"${path === current ? html` aria-current="page"` : ''}>${request.text(label)}</a>`)}</nav>`
}

/** '2026-11-23 04:05', in the zone of the deployment. */
export function formatTime(instant: Date | string | number | null, timeZone: string): string {
  if (instant === null) return '–'
  const time = Temporal.Instant.fromEpochMilliseconds(new Date(instant).getTime()).toZonedDateTimeISO(timeZone)
  return `${time.toPlainDate().toString()} ${String(time.hour).padStart(2, '0')}:${String(time.minute).padStart(2, '0')}`
}

/** '0.4 s', '12 s', '3 min 5 s', '2 h 10 min'. */
export function formatDuration(request: WebRequest, seconds: number | null): string {
  if (seconds === null) return '–'
  const { text } = request
  if (seconds < 60) return text('operations.seconds', { n: seconds < 10 ? seconds.toFixed(1) : String(Math.round(seconds)) })
  const whole = Math.round(seconds)
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? text('operations.minutes', { m: String(minutes), s: String(whole % 60) }) : text('operations.hours', { h: String(Math.floor(minutes / 60)), m: String(minutes % 60) })
}

const TONES = { succeeded: 'good', running: 'info', failed: 'bad' } as const

export function runBadge(request: WebRequest, status: LedgerRun['status']): Html {
  return badge(request.text(status === 'running' ? 'operations.status.running' : `cli.status.${status}` as TextKey), TONES[status])
}

/** Seconds of a night over all steps; null before one ended. */
export function secondsOf(run: Pick<LedgerRun, 'steps'>): number | null {
  const known = run.steps.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]))
  return known.length === 0 ? null : known.reduce((sum, n) => sum + n, 0)
}

/** Longer than so many times the usual is told. */
export const SLOW = 2

/** The steps of a night as one small bar, each as wide as its share of the time. The same stands in words behind it. */
export function stepBar(request: WebRequest, run: Pick<LedgerRun, 'steps' | 'night'>): Html {
  const total = Math.max(secondsOf(run) ?? 0, 0.001)
  let at = 0
  const parts = run.steps.map((step) => {
    const width = Math.max(1, (step.seconds ?? 0) / total * 100)
    const part = { x: at, width, step }
    at += width
    return part
  })
  const scale = 100 / Math.max(at, 1)
  const words = run.steps.map((step) => `${request.text(`operations.step.${step.name}` as TextKey)} ${step.status === 'failed' ? request.text('cli.status.failed') : formatDuration(request, step.seconds)}`)
  return html`<svg class="step-bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${words.join('; ')}"><title>${words.join('; ')}</title>${parts.map(({ x, width, step }) =>
    html`<rect class="step-${step.status === 'succeeded' ? step.name : step.status}" x="${(x * scale).toFixed(2)}" y="0" width="${(Math.max(0.2, width * scale - 0.4)).toFixed(2)}" height="10"/>`)}</svg>`
}

/** A word of a list of texts, or the word itself where there is none. */
export function wordOr(request: WebRequest, key: string, known: Readonly<Record<string, unknown>>, otherwise: string): string {
  return key in known ? request.text(key as TextKey) : otherwise
}
