/**
 * A replay in progress on stderr: a bar that is redrawn on a terminal, a plain line now and then elsewhere, nothing with --quiet or --json.
 */
import type { ReplayProgress } from '../pipelines/replay/replay.ts'
import { formatSeconds } from './format.ts'
import type { Session } from './session.ts'
import { truncate } from './width.ts'

const REDRAW_MS = 100
const PLAIN_MS = 10_000
const BAR_CELLS = 20

export interface NightBar {
  update(progress: ReplayProgress): void
  /** Removes the bar; call before anything else is printed. */
  clear(): void
}

export function startNightBar(session: Session): NightBar {
  if (session.quiet || session.json) return { update: () => {}, clear: () => {} }
  const terminal = process.stderr.isTTY
  const began = performance.now()
  let last = terminal ? -Infinity : began
  // Nights that an earlier attempt ran took no time now.
  let before: number | undefined
  return {
    update: ({ night, done, of }) => {
      before ??= done - 1
      const now = performance.now()
      if (now - last < (terminal ? REDRAW_MS : PLAIN_MS)) return
      last = now
      const rate = (done - before) / ((now - began) / 1000)
      const line = session.text('cli.replay.progress', { night, done, of, rate: rate.toFixed(1), left: formatSeconds((of - done) / rate) })
      if (!terminal) return void process.stderr.write(`${line}\n`)
      const full = Math.round((done / of) * BAR_CELLS)
      process.stderr.write(`\r\x1b[2K${truncate(`${'█'.repeat(full)}${'░'.repeat(BAR_CELLS - full)}  ${line}`, (process.stderr.columns || 80) - 1)}`)
    },
    clear: () => { if (terminal) process.stderr.write('\r\x1b[2K') },
  }
}
