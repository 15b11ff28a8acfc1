import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { t, TEXTS } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LAYERS = ['cli', 'core', 'features', 'jobs', 'models', 'pipelines', 'sql', 'web']
const entries = Object.entries(TEXTS) as [TextKey, readonly [zh: string, en: string]][]

const source = LAYERS.flatMap((folder) => {
  try {
    return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  } catch {
    return [] // a layer that does not exist yet
  }
}).filter((file) => file.endsWith('.ts') && !file.includes('core/texts')).map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n')

const quoted = new Set([...source.matchAll(/'([a-z][\w.-]*)'/g)].map((match) => match[1]!))
/** Keys put together as `prefix.${word}` or `prefix_${word}`: what stands before and after the word. */
const built = [...source.matchAll(/`([a-z][\w.]*)\$\{[^`}]*\}([\w.]*)`/g)].map((match) => ({ before: match[1]!, after: match[2]! }))
  .filter(({ before }) => before.includes('.'))

test('every text is in both languages', () => {
  expect(entries.filter(([, texts]) => texts.length !== 2 || texts.some((text) => text === '')).map(([key]) => key)).toEqual([])
})

test('both languages of a text have the same parameters', () => {
  const names = (text: string): string => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort().join()
  expect(entries.filter(([, [zh, en]]) => names(zh) !== names(en)).map(([key]) => key)).toEqual([])
})

test('the Chinese texts are Chinese and the English ones are not', () => {
  const plain = (text: string): string => text.replace(/\{\w+\}/g, '')
  const noHan = entries.filter(([, [zh, en]]) => zh !== en && /[a-z]{3}/.test(plain(zh)) && !/\p{Script=Han}/u.test(plain(zh)))
  const han = entries.filter(([, [, en]]) => /\p{Script=Han}/u.test(en.replaceAll('ticket_no=单号', '')))
  expect(noHan.map(([key]) => key)).toEqual([])
  expect(han.map(([key]) => key)).toEqual([])
})

// Half of the list of `weisu --help` were sentences, half were not, and tables had titles of both kinds.
test('what commands do is told in sentences, and titles of their tables begin small', () => {
  const abouts = entries.filter(([key]) => /^cli\..*\.about$/.test(key) && key !== 'cli.life.about')
  expect(abouts.length).toBeGreaterThan(40)
  expect(abouts.filter(([, [zh, en]]) => !zh.endsWith('。') || !/^[A-Z].*\.$/s.test(en)).map(([key]) => key)).toEqual([])
  expect(entries.filter(([key, [, en]]) => /^cli\..*column/.test(key) && /^[A-Z][a-z]/.test(en) && en !== 'Brier').map(([key]) => key)).toEqual([])
})

test('every text is used', () => {
  expect(entries.map(([key]) => key).filter((key) => !isUsed(key))).toEqual([])
})

function isUsed(key: string): boolean {
  if (quoted.has(key) || built.some(({ before, after }) => key.startsWith(before) && key.endsWith(after))) return true
  // Failures are looked up by the code of the error that was thrown.
  if (key.startsWith('error.') && quoted.has(key.slice('error.'.length))) return true
  // The stem of a family of texts is passed on: `${stem}.other`.
  const words = key.split('.')
  return words.some((_, i) => i >= 2 && quoted.has(words.slice(0, i).join('.')))
}

test('every failure is worded in both languages', () => {
  const thrown = [...source.matchAll(/new (?:BadInput|Unavailable|Locked|Pipeline)Error\(\s*'([a-z_]+)'/g)].map((match) => match[1]!)
  expect(thrown.length).toBeGreaterThan(20)
  expect([...new Set(thrown)].filter((code) => !(`error.${code}` in TEXTS))).toEqual([])
})

test('parameters are filled in, numbers in the locale', () => {
  expect(t('en', 'cli.nightly.alerts', { new: 1234, continued: 0, ended: 2 })).toBe('Alerts: 1,234 new, 0 continued, 2 ended')
  expect(t('zh', 'cli.nightly.alerts', { new: 1234, continued: 0, ended: 2 })).toBe('预警：新增 1,234，延续 0，结束 2')
})
