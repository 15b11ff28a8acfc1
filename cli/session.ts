/**
 * What a command needs besides its options: configuration, language, where to print, and the signal to stop.
 * Data goes to stdout, every word about it to stderr.
 */
import { styleText } from 'node:util'
import { loadConfig } from '../core/config.ts'
import type { Config, Locale } from '../core/config.ts'
import type { Log } from '../core/log.ts'
import { t } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import type { Interrupts } from './interrupt.ts'
import { openLogFile } from './log-file.ts'
import { renderTable } from './table.ts'
import type { Column } from './table.ts'

/** Flags every command has. */
export interface GlobalFlags { dataDir?: string, lang?: string, json?: boolean, color?: boolean, quiet?: boolean, debug?: boolean, wait?: number }

export type Paint = Parameters<typeof styleText>[0]

export interface Session {
  readonly config: Config
  readonly locale: Locale
  readonly json: boolean
  readonly quiet: boolean
  readonly debug: boolean
  /** How long a writer waits for another one. */
  readonly waitMs: number
  readonly log: Log
  readonly interrupts: Interrupts
  /** Cells of the terminal; Infinity where stdout is none. */
  readonly width: number
  /** A text in the session's language. */
  text(key: TextKey, params?: Record<string, string | number>): string
  paint(style: Paint, text: string): string
  /** One line of data to stdout. */
  print(line: string): void
  printJson(value: unknown): void
  printTable(columns: readonly Column[], rows: readonly (readonly string[])[], indent?: string): void
  /** A message to stderr, unless --quiet. */
  say(key: TextKey, params?: Record<string, string | number>): void
  /** A message to stderr that --quiet does not silence: something needs attention. */
  warn(key: TextKey, params?: Record<string, string | number>): void
  /** What to run again after an interruption. */
  resume?: string
}

/** @throws {InvalidOptionError} a bad --lang or setting */
export function openSession(flags: GlobalFlags, interrupts: Interrupts): Session {
  // Commander gives `color: true` where --no-color is absent; the environment decides then.
  const config = loadConfig({ dataDir: flags.dataDir, lang: flags.lang, color: flags.color === false ? false : undefined })
  const { locale } = config
  const quiet = flags.quiet === true
  const text = (key: TextKey, params?: Record<string, string | number>): string => t(locale, key, params)
  const paint = (style: Paint, value: string): string => (config.color ? styleText(style, value, { validateStream: false }) : value)
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  const width = process.stdout.isTTY ? process.stdout.columns || 80 : Infinity
  return {
    config, locale, quiet, text, paint, print, interrupts, width,
    json: flags.json === true,
    debug: flags.debug === true,
    waitMs: (flags.wait ?? 60) * 1000,
    log: openLogFile(config.dataDir, flags.debug === true),
    printJson: (value) => print(JSON.stringify(value, null, 2)),
    printTable: (columns, rows, indent = '') => print(renderTable(columns, rows, { width, indent, paintTitle: (line) => paint('dim', line) })),
    say: (key, params) => { if (!quiet) process.stderr.write(`${text(key, params)}\n`) },
    warn: (key, params) => void process.stderr.write(`${paint('yellow', text('cli.warning'))}${text(key, params)}\n`),
  }
}
