/**
 * Entry point of `weisu`: reads the command line, runs one command, ends with its exit code.
 */
import { CommanderError } from 'commander'
import { loadVersion } from '../core/config.ts'
import { logPath } from '../core/log.ts'
import { t } from '../core/texts.ts'
import { localeOf } from './command.ts'
import type { Runner } from './command.ts'
import { describeError, EXIT, logError, stackOf } from './failure.ts'
import { shellWord } from './format.ts'
import { watchInterrupts } from './interrupt.ts'
import { createProgram } from './program.ts'
import { openSession } from './session.ts'
import type { Session } from './session.ts'
import { describeUsage } from './usage.ts'

// A reader that went away (`weisu alerts | head`) must not stop a night: what remains to be said is dropped.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const code = await main(process.argv.slice(2))
await Promise.all([process.stdout, process.stderr].map(flush))
// Ends the process whatever is still open, so that the embedded server's keeper sees its client go.
process.exit(code)

/** Writing to a pipe is not done when it returns: without waiting, what is longer than the pipe's 64 kB is cut off. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) return resolve()
    stream.once('error', () => resolve())
    stream.once('close', () => resolve())
    stream.write('', () => resolve())
  })
}

async function main(argv: readonly string[]): Promise<number> {
  const locale = localeOf(argv)
  let code: number = EXIT.ok
  const run: Runner = async (flags, work) => { code = await runWork(flags, work) }
  const program = createProgram({ locale, run }, loadVersion())
  try {
    if (argv.length === 0) program.help({ error: true })
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    if (!(error instanceof CommanderError)) return fail(undefined, locale, error)
    if (error.exitCode === 0) return EXIT.ok
    if (error.code !== 'commander.help') process.stderr.write(`${describeUsage(locale, error)}\n${t(locale, 'cli.usage.see_help')}\n`)
    return EXIT.usage
  }
}

async function runWork(flags: Parameters<Runner>[0], work: Parameters<Runner>[1]): Promise<number> {
  const locale = localeOf(process.argv.slice(2))
  const interrupts = watchInterrupts(() => process.stderr.write(`\n${t(locale, 'cli.interrupt.stopping')}\n`))
  let session: Session | undefined
  let code: number
  try {
    session = openSession(flags, interrupts)
    const done = work(session)
    done.catch(() => {}) // it may fail after it was given up
    code = await Promise.race([done.then((value) => value ?? EXIT.ok), interrupts.overdue.then(() => (interrupts.isService ? EXIT.ok : EXIT.interrupted))])
  } catch (error) {
    code = interrupts.signal.aborted && !interrupts.isService ? EXIT.interrupted : fail(session, locale, error)
  }
  if (!interrupts.signal.aborted || interrupts.isService) {
    interrupts.stop()
    return code
  }
  const command = session?.resume && session.resume + (flags.dataDir === undefined ? '' : ` --data-dir ${shellWord(flags.dataDir)}`)
  process.stderr.write(`${t(locale, 'cli.interrupt.stopped')}${command ? ` ${t(locale, 'cli.interrupt.resume', { command })}` : ''}\n`)
  return EXIT.interrupted
}

function fail(session: Session | undefined, locale: Session['locale'], error: unknown): number {
  const { message, exitCode, expected } = describeError(locale, error)
  process.stderr.write(`${t(locale, 'cli.error')}${message}\n`)
  if (session) {
    logError(session.log, error, exitCode)
    if (!expected) process.stderr.write(`${t(locale, 'cli.error.see_log', { path: logPath(session.config.dataDir) })}\n`)
  }
  const asked = session?.debug || process.argv.includes('--debug')
  if (asked && error instanceof Error) process.stderr.write(`${stackOf(error)}\n`)
  return exitCode
}
