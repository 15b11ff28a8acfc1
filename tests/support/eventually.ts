/**
 * Waiting for another process without a fixed sleep: asks again until it holds, and fails with a reason when it never does.
 */
import { setTimeout as delay } from 'node:timers/promises'

/** @param what  finishes the sentence "never happened: …" */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never happened: ${what}`)
    await delay(20)
  }
}
