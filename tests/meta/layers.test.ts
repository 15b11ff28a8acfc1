import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Which folders' files a folder's files may import: core; on it sql, features and models; on these pipelines, jobs, then web and cli. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  sql: ['sql', 'core'],
  features: ['features', 'core'],
  models: ['models', 'core'],
  pipelines: ['pipelines', 'features', 'models', 'sql', 'core'],
  jobs: ['jobs', 'pipelines', 'sql', 'core'],
  web: ['web', 'jobs', 'pipelines', 'sql', 'core'],
  cli: ['cli', 'web', 'jobs', 'pipelines', 'sql', 'core'],
}
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)(['"`])([^'"`\n]+)\1/g
/** Packages that would give statistics a database, a network or a file. */
const NOT_IN_MODELS = /^(node:(fs|net|http|https|child_process|process|os|dgram)|pg|pg-.*|bullmq|ioredis|apache-arrow|danfojs-node|pino)(\/|$)/

interface Edge { file: string, folder: string, target: string }

function sourcesOf(folder: string): string[] {
  try {
    return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts')).map((name) => posix.join(folder, name.replaceAll('\\', '/')))
  } catch {
    return [] // a layer that does not exist yet
  }
}

function edgesOf(folder: string): Edge[] {
  return sourcesOf(folder).flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8').replace(/^\s*(\*|\/\/).*$/gm, '')
    return [...text.matchAll(IMPORT)].map((match) => ({ file, folder, target: match[2]! }))
  })
}

const edges = Object.keys(MAY_IMPORT).flatMap(edgesOf)

test('the imports are found', () => {
  expect(edges.length).toBeGreaterThan(100)
  expect(edges).toContainEqual({ file: 'cli/store.ts', folder: 'cli', target: '../sql/db.ts' })
})

test('imports run downward only', () => {
  const wrong = edges.filter(({ target }) => /^\.\.?\//.test(target)).filter(({ file, folder, target }) => {
    const at = posix.normalize(posix.join(dirname(file), target))
    const top = at.split('/')[0]!
    return top in MAY_IMPORT ? !MAY_IMPORT[folder]!.includes(top) : at.endsWith('.ts')
  })
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
})

test('models import core and pure packages only', () => {
  const wrong = edges.filter(({ folder, target }) => folder === 'models' && NOT_IN_MODELS.test(target))
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
})

test('relative imports name the file with its ending', () => {
  const wrong = edges.filter(({ target }) => /^\.\.?\//.test(target) && !/\.(ts|js|json|sql|html|css|svg|md)$|\/$/.test(target) && !target.includes('${'))
  expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
})

test('no file is a barrel or a drawer', () => {
  const names = Object.keys(MAY_IMPORT).flatMap(sourcesOf).filter((file) => /(^|\/)(utils?|types|index|helpers?|common|misc)\.ts$/.test(file))
  expect(names).toEqual([])
})
