/** docs/security/asvs.csv: every requirement of ASVS 5.0 of levels 1 and 2 has a line that names what is there. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
interface Row { id: string, level: string, subject: string, state: string, where: string, test: string, note: string }
const rows = parse(readFileSync(join(ROOT, 'docs/security/asvs.csv'), 'utf8'), { columns: true }) as Row[]
const listed = (cell: string): string[] => cell.split(';').map((one) => one.trim()).filter((one) => one !== '')

/** Requirements of levels 1 and 2 in each chapter of ASVS 5.0.0. */
const CHAPTERS: Readonly<Record<string, number>> = { 1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16, 17: 7 }

test('every requirement has one line', () => {
  const ids = rows.map(({ id }) => id)
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
  const counted = Object.fromEntries(Object.entries(Object.groupBy(ids, (id) => id.split('.')[0]!)).map(([chapter, of]) => [chapter, of!.length]))
  expect(counted).toEqual(CHAPTERS)
})

test('lines are whole: what is met says where, and by which test; what is open or does not apply says why', () => {
  const wrong = rows.filter(({ level, state, where, test: by, note }) => !/^[12]$/.test(level) || (state === 'met' ? where === '' || by === '' : !['open', 'not applicable'].includes(state) || note === '')).map(({ id }) => id)
  expect(wrong).toEqual([])
})

test('files and tests that lines name are there', () => {
  const wrong: string[] = []
  for (const { id, where, test: by } of rows) {
    for (const path of listed(where)) if (!existsSync(join(ROOT, path))) wrong.push(`${id}: ${path}`)
    for (const one of listed(by)) {
      const [path = '', title] = one.split(/: (.*)/s)
      if (!existsSync(join(ROOT, path))) wrong.push(`${id}: ${path}`)
      else if (title !== undefined && (!statSync(join(ROOT, path)).isFile() || !readFileSync(join(ROOT, path), 'utf8').includes(`'${title}`))) wrong.push(`${id}: ${one}`)
    }
  }
  expect(wrong).toEqual([])
})

test('the page on security names what is open', () => {
  const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8')
  expect(rows.filter(({ id, state }) => state === 'open' && !new RegExp(`(?<![\\d.])${id.replaceAll('.', '\\.')}(?![\\d.]*\\d)`).test(page)).map(({ id }) => id)).toEqual([])
})

/** Sources of the product, by path. */
function sources(folders: readonly string[]): [path: string, text: string][] {
  return folders.flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|js)$/.test(name)).map((name): [string, string] => [`${folder}/${name}`, readFileSync(join(ROOT, folder, name), 'utf8')]))
}
const ALL = sources(['core', 'sql', 'features', 'models', 'pipelines', 'jobs', 'web', 'cli'])
const having = (pattern: RegExp, but: readonly string[] = []): string[] => ALL.filter(([path, text]) => !but.includes(path) && pattern.test(text)).map(([path]) => path)

test('no shell is asked to run anything', () => {
  expect(having(/import \{[^}]*\b(exec|execSync)\b[^}]*\} from 'node:child_process'|shell: true/)).toEqual([])
  // It would be seen.
  expect(having(/from 'node:child_process'/).length).toBeGreaterThan(1)
})

test('nothing is made into code', () => {
  expect(having(/\beval\(|new Function\(|'node:vm'|setTimeout\(\s*['"`]/, ['pipelines/reports/explore.ts'])).toEqual([])
})

test('no weak digest or cipher is named', () => {
  expect(having(/create(Hash|Hmac)\('(md5|sha1)'|createCipher|'aes-\d+-(ecb|cbc)'/, ['pipelines/accounts/totp.ts'])).toEqual([])
})

test('scripts keep nothing in the browser but what they show', () => {
  expect(ALL.filter(([path, text]) => path.startsWith('web/static/') && /localStorage|sessionStorage|indexedDB|document\.cookie/.test(text)).map(([path]) => path)).toEqual(['web/static/inbox/keys.js'])
})
