/**
 * Words of the layers below in the user's language: what an InvalidOptionError is about, what would have been right, what a
 * night warns of. Below all are plain English; a phrase that is not listed here is shown as it is.
 */
import type { Locale } from './config.ts'
import { t } from './texts.ts'
import type { TextKey } from './texts.ts'

/** Named groups of the pattern are the parameters of the text. */
type Phrase = readonly [pattern: RegExp, key: TextKey]

const EXPECTED: readonly Phrase[] = [
  [/^a whole number from (?<min>\S+) to (?<max>\S+)$/, 'expected.whole'],
  [/^a number from (?<min>\S+) to (?<max>\S+)$/, 'expected.number'],
  [/^a date as YYYY-MM-DD$/, 'expected.day'],
  [/^a mapping saved in (?<dir>.+)$/, 'expected.profile'],
  [/^a name of letters/, 'expected.profile_name'],
  [/^a file with "preset"/, 'expected.profile_file'],
  [/^auto or one of (?<names>.+)$/, 'expected.preset'],
  [/^zh-CN or en$/, 'expected.lang'],
  [/^an e-mail address$/, 'expected.mail'],
  [/^where it is found: env:NAME/, 'expected.reference'],
  [/^no secret$/, 'expected.no_secret'],
  [/^none but of a webhook$/, 'expected.no_format'],
  [/^a time of day as HH:MM$/, 'expected.time'],
  [/^times of day as HH:MM-HH:MM$/, 'expected.times'],
  [/^an IANA time zone$/, 'expected.zone'],
  [/^number$/, 'expected.type_number'],
  [/^string$/, 'expected.type_string'],
  [/^up to 40 of a-z, 0-9 and _$/, 'expected.replay_name'],
  [/^none, days, shares as/, 'expected.delay_model'],
  [/Chinese characters$/, 'expected.chinese'],
  [/^two (?:capital )?letters, ISO 3166$/, 'expected.country'],
  [/^a day after (?<day>\S+)$/, 'expected.day_after'],
  [/^a day from (?<from>\S+) on and before (?<until>\S+)$/, 'expected.day_within'],
  [/^(?<least>\d) or more where the last day is not included$/, 'expected.not_included'],
  [/^an id that no other rule has$/, 'expected.other_id'],
  [/^at least one a district$/, 'expected.streets'],
  [/^at least five a street$/, 'expected.sites'],
]

const SUBJECTS: readonly Phrase[] = [
  [/^setting in (?<path>.+)$/, 'subject.setting_of'],
  [/^setting[ .](?<name>\S+)$/, 'subject.setting'],
  [/^option of demo params$/, 'subject.demo_option'],
  [/^demo params\.(?<name>\w+)$/, 'subject.demo'],
  [/^field in --map$/, 'subject.map'],
  [/^night$/, 'subject.night'],
]

const WARNINGS: readonly Phrase[] = [
  [/^later nights up to (?<last>\S+) were run/, 'cli.nightly.later_nights'],
  [/^(?<count>\d+) notices are still/, 'cli.nightly.still_waiting'],
  [/^not read from the inbox: (?<names>.+)$/, 'cli.nightly.inbox_failed'],
]

export function warningWord(locale: Locale, warning: string): string {
  return reword(locale, WARNINGS, warning)
}

export function expectedWord(locale: Locale, expected: string): string {
  return reword(locale, EXPECTED, expected)
}

export function subjectWord(locale: Locale, name: string): string {
  return reword(locale, SUBJECTS, name)
}

function reword(locale: Locale, phrases: readonly Phrase[], words: string): string {
  for (const [pattern, key] of phrases) {
    const match = pattern.exec(words)
    if (match) return t(locale, key, match.groups ?? {})
  }
  return words
}
