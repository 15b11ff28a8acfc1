/**
 * How work in progress is shown on stderr: a line that is redrawn on a terminal, a plain line now and then elsewhere,
 * nothing with --quiet or --json.
 */
import { formatNumber } from '../core/texts.ts'
import type { NightDeps } from '../pipelines/nightly.ts'
import { formatBytes, formatSeconds } from './format.ts'
import type { Session } from './session.ts'
import { stepAbout } from './steps.ts'
import { truncate, truncateStart } from './width.ts'

const REDRAW_MS = 100
const PLAIN_MS = 10_000
const BAR_CELLS = 20
const LABEL_CELLS = 24

export interface ByteProgress { bytes: number, totalBytes?: number, rows: number }

export interface ProgressBar {
  update(progress: ByteProgress): void
  /** Removes the bar; call before anything else is printed. */
  clear(): void
}

/** @param label what is read, a file's name */
export function startBar(session: Session, label: string): ProgressBar {
  const terminal = process.stderr.isTTY
  const name = truncateStart(label, terminal ? LABEL_CELLS : Infinity)
  const began = performance.now()
  const line = startLine(session)
  return { update: (progress) => line.update(() => describe(session, name, progress, (performance.now() - began) / 1000, terminal)), clear: line.clear }
}

/** A line of words in place of the bar. */
export function startLine(session: Session): { update(words: () => string): void, clear(): void } {
  if (session.quiet || session.json) return { update: () => {}, clear: () => {} }
  const terminal = process.stderr.isTTY
  let last = terminal ? -Infinity : performance.now()
  return {
    update: (words) => {
      const now = performance.now()
      if (now - last < (terminal ? REDRAW_MS : PLAIN_MS)) return
      last = now
      process.stderr.write(terminal ? `\r\x1b[2K${truncate(words(), (process.stderr.columns || 80) - 1)}` : `${words()}\n`)
    },
    clear: () => { if (terminal) process.stderr.write('\r\x1b[2K') },
  }
}

function describe(session: Session, label: string, { bytes, totalBytes, rows }: ByteProgress, seconds: number, withBar: boolean): string {
  const share = totalBytes ? Math.min(1, bytes / totalBytes) : undefined
  const rate = seconds > 0 ? Math.round(rows / seconds) : 0
  const facts = session.text('cli.import.progress', {
    rows, rate, bytes: formatBytes(bytes), share: share === undefined ? '' : ` ${formatNumber(session.locale, Math.floor(share * 100))}%`,
  })
  if (!withBar || share === undefined) return `${label}  ${facts}`
  const full = Math.round(share * BAR_CELLS)
  return `${label}  ${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)}  ${facts}`
}

/**
 * For NightDeps: the running step on a terminal; elsewhere each finished one, or in a range of nights one now and then.
 */
export function watchSteps(session: Session, range: boolean): NonNullable<NightDeps['onStep']> {
  if (session.quiet || session.json) return () => {}
  if (process.stderr.isTTY) {
    return ({ name, status }) => {
      process.stderr.write(status === 'start' ? `\r\x1b[2K  ${name}  ${stepAbout(session, name)} …` : '\r\x1b[2K')
    }
  }
  let last = performance.now()
  return (step) => {
    if (step.status !== 'done' || (range && performance.now() - last < PLAIN_MS)) return
    last = performance.now()
    process.stderr.write(`${step.name}: ${step.in ?? 0} → ${step.out ?? 0}, ${formatSeconds(step.seconds ?? 0)}\n`)
  }
}
