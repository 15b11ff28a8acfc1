/**
 * Commander's complaints in the user's language. Commander words them in English and gives each a code.
 */
import type { CommanderError } from 'commander'
import { t } from '../core/texts.ts'
import type { Locale } from '../core/config.ts'

const TITLES = {
  'Usage:': 'cli.help.usage', 'Arguments:': 'cli.help.arguments', 'Options:': 'cli.help.options',
  'Global Options:': 'cli.help.globals', 'Commands:': 'cli.help.commands',
} as const

/** Heading of a section of a command's help. */
export function helpTitle(locale: Locale, title: string): string {
  return title in TITLES ? t(locale, TITLES[title as keyof typeof TITLES]) : title
}

/** The placeholders that commander words in English. */
export function helpUsage(locale: Locale, usage: string): string {
  return usage.replace('[options]', t(locale, 'cli.help.any_options')).replace('[command]', t(locale, 'cli.help.any_command'))
}

/** @returns the complaint with a suggestion where commander found a near name */
export function describeUsage(locale: Locale, error: CommanderError): string {
  const [line = ''] = error.message.replace(/^error: /, '').split('\n')
  const near = /\(Did you mean (?:one of )?(.*?)\?\)/.exec(error.message)?.[1]
  const name = /'([^']*)'/.exec(line)?.[1] ?? ''
  const problem = describeCode(locale, error.code, name, line)
  return near ? `${problem}\n${t(locale, 'cli.usage.near', { near })}` : problem
}

function describeCode(locale: Locale, code: string, name: string, line: string): string {
  switch (code) {
    case 'commander.unknownCommand': return t(locale, 'cli.usage.unknown_command', { name })
    case 'commander.unknownOption': return t(locale, 'cli.usage.unknown_option', { name })
    case 'commander.missingArgument': return t(locale, 'cli.usage.missing_argument', { name })
    case 'commander.optionMissingArgument': return t(locale, 'cli.usage.option_without_value', { name })
    case 'commander.missingMandatoryOptionValue': return t(locale, 'cli.usage.missing_option', { name })
    case 'commander.excessArguments': return t(locale, 'cli.usage.excess_arguments', { given: /: ([^:]*)\.$/.exec(line)?.[1] ?? '' })
    case 'commander.invalidArgument': {
      const [, value = '', option = '', reason = ''] = /option '([^']*)' argument '([^']*)' is invalid\. ?(.*)/s.exec(line) ?? []
      return value ? t(locale, 'cli.usage.invalid_value', { option: value, value: option, reason }) : line
    }
    default: return line
  }
}
