/**
 * How a command's failure is told: one line in the user's language, and the exit code of docs/cli.md.
 */
import { basename } from 'node:path'
import { PipelineError } from '../core/errors.ts'
import { t, TEXTS } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import type { Locale } from '../core/config.ts'
import type { Log } from '../core/log.ts'
import { printable, truncate } from './width.ts'
import { expectedWord, subjectWord } from '../core/wording.ts'

/** Cells; a header may have a hundred columns. */
const LONGEST_DETAIL = 300

export const EXIT = { ok: 0, unexpected: 1, usage: 2, locked: 3, badInput: 4, partial: 5, unavailable: 6, interrupted: 130 } as const

export interface Failure { message: string, exitCode: number, expected: boolean }

/**
 * The message in the locale where core/texts knows the error's code, else as thrown.
 *
 * @param nameFile  a fault of a file says which, where its words do not
 */
export function describeError(locale: Locale, error: unknown, nameFile = true): Failure {
  if (error instanceof PipelineError) {
    const told = printable(translate(locale, error))
    const input = error.details.input ?? error.details.path ?? error.details.file
    const message = nameFile && error.exitCode === EXIT.badInput && typeof input === 'string' && !told.includes(basename(input)) ? `${printable(input)}${locale === 'zh' ? '：' : ': '}${told}` : told
    return { message, exitCode: error.exitCode, expected: true }
  }
  const system = error as NodeJS.ErrnoException
  // 53100: the server's disk.
  if (system?.code === 'ENOSPC' || system?.code === '53100') return { message: t(locale, 'error.disk_full'), exitCode: EXIT.unavailable, expected: true }
  if ((system?.code === 'EACCES' || system?.code === 'EPERM' || system?.code === 'EROFS') && system.path) {
    return { message: t(locale, 'error.no_permission', { path: system.path }), exitCode: EXIT.unavailable, expected: true }
  }
  return { message: printable(withoutData(error)), exitCode: EXIT.unexpected, expected: false }
}

/** Keeps the whole story where an operator finds it. */
export function logError(log: Log, error: unknown, exitCode: number): void {
  const known = error instanceof PipelineError
  log.error('command_failed', {
    exitCode,
    ...(known ? { code: error.code } : {}),
    message: withoutData(error),
    stack: error instanceof Error ? stackOf(error) : undefined,
  })
}

/** Frames only: the first lines of a stack repeat the message, with the data that withoutData took out of it. */
export function stackOf(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).join('\n')
  const cause = error.cause instanceof Error ? `\ncaused by ${withoutData(error.cause)}\n${stackOf(error.cause)}` : ''
  return frames + cause
}

/** Details that are identifiers with a wording of their own. */
const CODED = [['state', 'alert_state'], ['act', 'act'], ['role', 'role'], ['level', 'cli.level']] as const

function translate(locale: Locale, error: PipelineError): string {
  // Nothing was given: there is no value to call invalid.
  const key = error.code === 'invalid_option' && error.details.value === '' ? 'error.no_value' : `error.${error.code}`
  if (!(key in TEXTS)) return error.message
  const params: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(error.details)) {
    params[name] = wordOf(locale, value)
  }
  for (const [name, prefix] of CODED) {
    const words = `${prefix}.${String(params[name])}`
    if (words in TEXTS) params[name] = t(locale, words as TextKey)
  }
  if (error.code === 'invalid_option') params.name = subjectWord(locale, String(params.name))
  if (error.code === 'invalid_option' || error.code === 'bad_rules') params.expected = expectedWord(locale, String(params.expected))
  const text = t(locale, key as TextKey, params)
  // A text whose parameters the thrower did not give says less than the thrower's own words.
  return /\{\w+\}/.test(text) ? error.message : text
}

/** Numbers here are lines, ports and versions, which have no grouping. */
function wordOf(locale: Locale, value: unknown): string {
  const text = Array.isArray(value) ? value.map((item) => wordOf(locale, item)).join(locale === 'zh' ? '、' : ', ')
    : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
  return truncate(text, LONGEST_DETAIL)
}

/** PostgreSQL quotes the offending value in its messages; a value may be a citizen's. */
function withoutData(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const text = 'severity' in error ? error.message.replace(/: ".*"/gs, ': "…"') : error.message
  return text || (error as NodeJS.ErrnoException).code || error.name
}
