/**
 * What all commands share: an example before everything else in their help, and one way to run.
 */
import { statSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { chooseLocale } from '../core/config.ts'
import type { Locale } from '../core/config.ts'
import { parseDay } from '../core/days.ts'
import { t } from '../core/texts.ts'
import type { TextKey } from '../core/texts.ts'
import type { GlobalFlags, Session } from './session.ts'

/** Runs one command; returns its exit code, 0 if none. */
export type Work = (session: Session, args: unknown[], options: Record<string, unknown>) => Promise<number | void>

/** What runs a command's work: the process's real session, or nothing when only the grammar is wanted. */
export type Runner = (flags: GlobalFlags, work: (session: Session) => Promise<number | void>) => Promise<void>

export interface Setup { locale: Locale, run: Runner }

export interface CommandSpec {
  name: string
  /** Whole command lines, the commonest first. */
  examples: readonly string[]
  work: Work
}

/**
 * Adds a command described by the text `cli.<name>.about`, or `cli.<parent>.<name>.about` below another command.
 *
 * @param parent  the program, or the command that this one belongs to
 */
export function addCommand(parent: Command, setup: Setup, spec: CommandSpec): Command {
  const path = parent.parent ? `${parent.name()}.${spec.name}` : spec.name
  const command = parent.command(spec.name)
    .description(t(setup.locale, `cli.${path}.about` as TextKey))
    .addHelpText('before', exampleText(setup.locale, spec.examples))
  command.action(async (...given: unknown[]) => {
    const options = command.optsWithGlobals() as Record<string, unknown>
    const args = given.slice(0, -2)
    await setup.run(options as GlobalFlags, (session) => spec.work(session, args, options))
  })
  return command
}

export function exampleText(locale: Locale, examples: readonly string[]): string {
  return `${t(locale, 'cli.help.examples')}\n${examples.map((example) => `  ${example}`).join('\n')}\n`
}

/** An option whose description stands in the texts. */
export function option(locale: Locale, flags: string, key: TextKey, parse?: (value: string) => unknown): Option {
  const made = new Option(flags, t(locale, key))
  return parse ? made.argParser(parse) : made
}

/** Parser of a day; keeps the text. */
export function dayOption(locale: Locale): (value: string) => string {
  return (value) => {
    try {
      parseDay(value)
    } catch {
      throw new InvalidArgumentError(t(locale, 'cli.usage.day'))
    }
    return value
  }
}

/** Parser of a whole number within bounds. */
export function wholeOption(locale: Locale, min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value)
    if (!/^\d+$/.test(value) || number < min || number > max) {
      throw new InvalidArgumentError(t(locale, 'cli.usage.whole', { min: String(min), max: String(max) }))
    }
    return number
  }
}

/** Parser of a file to be written. */
export function outOption(locale: Locale): (value: string) => string {
  return (value) => {
    if (statSync(value, { throwIfNoEntry: false })?.isDirectory()) throw new InvalidArgumentError(t(locale, 'cli.usage.not_directory'))
    return value
  }
}

/** Parser of one of the given words. */
export function wordOption(locale: Locale, words: readonly string[]): (value: string) => string {
  return (value) => {
    if (!words.includes(value)) throw new InvalidArgumentError(t(locale, 'cli.usage.word', { words: words.join(', ') }))
    return value
  }
}

/** The language of help and complaints, before commander has read the flags. */
export function localeOf(argv: readonly string[]): Locale {
  const end = argv.indexOf('--')
  const flags = end < 0 ? argv : argv.slice(0, end)
  const at = flags.findLastIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const given = at < 0 ? undefined : flags[at]!.includes('=') ? flags[at]!.slice('--lang='.length) : flags[at + 1]
  return chooseLocale(given !== undefined && /^(zh|en)/i.test(given) ? given : undefined)
}
