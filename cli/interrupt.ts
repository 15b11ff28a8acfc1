/**
 * Ctrl-C and kill: the work is asked to stop, then made to. A second signal ends the process at once.
 *
 * What a command had committed stays, what it had not is rolled back; so every command can be run again.
 */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** How long the work may take to stop by itself; then its database connections are cut; then the process ends. */
const GRACE_MS = 1500
const CUT_MS = 2500

export const INTERRUPTED = 130

export interface Interrupts {
  readonly signal: AbortSignal
  /** What cuts the work's connections; the last one given counts. */
  onCut(cut: () => Promise<void>): void
  /** Resolves when a signal came and the work had its time. */
  readonly overdue: Promise<void>
  /** The work runs until it is told to stop: it may then take `graceMs` to, and that it stopped is its success. */
  serve(graceMs: number): void
  readonly isService: boolean
  stop(): void
}

/** @param onFirst called at once at the first signal, for a word to the user */
export function watchInterrupts(onFirst: () => void): Interrupts {
  const controller = new AbortController()
  let cut = async (): Promise<void> => {}
  let end: () => void = () => {}
  let grace = GRACE_MS
  let isService = false
  const overdue = new Promise<void>((resolve) => { end = resolve })
  const receive = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED)
    controller.abort()
    onFirst()
    setTimeout(() => void cut().catch(() => {}), grace).unref()
    setTimeout(() => end(), grace + CUT_MS)
  }
  for (const name of SIGNALS) process.on(name, receive)
  return {
    signal: controller.signal,
    onCut: (work) => { cut = work },
    overdue,
    serve: (graceMs) => {
      grace = graceMs
      isService = true
    },
    get isService() { return isService },
    stop: () => { for (const name of SIGNALS) process.off(name, receive) },
  }
}
