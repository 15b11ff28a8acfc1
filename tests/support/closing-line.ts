/**
 * Ends a test run with the one line that scripts read: `N passed, N failed`, and `, N skipped` where there are any.
 * A file that could not be loaded and an error outside of tests count as failed; a run of nothing is a failure.
 */
import type { Reporter, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let [passed, failed, skipped] = [0, unhandled.length, 0]
    for (const module of modules) {
      failed += module.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed++
        else if (state === 'skipped') skipped++
        else failed++ // 'pending' too: it never came to an end
      }
      for (const suite of module.children.allSuites()) failed += suite.errors().length
    }
    const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
    // At exit, so that nothing of the other reporters or of the clean-up comes after it.
    process.once('exit', () => {
      if (failed > 0 || passed === 0) process.exitCode ||= 1
      process.stdout.write(`${line}\n`)
    })
  }
}
