/**
 * Style sheets, scripts and pictures: read once, served under a path that holds the hash of all of them, kept by browsers for a year.
 * Modules import each other by relative paths.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { takesGzip } from './squeeze.ts'

const DIRECTORY = new URL('static/', import.meta.url)

/** Files of packages, under the names they are asked by. */
const LIBRARIES: Readonly<Record<string, string>> = { 'lib/echarts.js': 'echarts/dist/echarts.esm.min.mjs' }

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml', '.png': 'image/png', '.json': 'application/json', '.webmanifest': 'application/manifest+json', '.woff2': 'font/woff2',
}

interface Asset { body: Buffer<ArrayBuffer>, zipped: Buffer<ArrayBuffer>, type: string }

let loaded: { hash: string, files: Map<string, Asset> } | undefined

function load(): { hash: string, files: Map<string, Asset> } {
  if (loaded) return loaded
  const files = new Map<string, Asset>()
  const hash = createHash('sha256')
  const add = (name: string, body: Buffer<ArrayBuffer>): void => {
    const type = TYPES[extname(name)]
    if (type === undefined) return
    hash.update(name).update('\0').update(body)
    files.set(name, { body, zipped: gzipSync(body), type })
  }
  for (const entry of readdirSync(DIRECTORY, { recursive: true, encoding: 'utf8' }).sort()) {
    const name = entry.replaceAll('\\', '/')
    if (extname(name) in TYPES) add(name, readFileSync(new URL(name, DIRECTORY)))
  }
  const resolve = createRequire(import.meta.url).resolve
  for (const [name, path] of Object.entries(LIBRARIES)) add(name, readFileSync(resolve(path)))
  return loaded = { hash: hash.digest('hex').slice(0, 12), files }
}

/** Address of a file of web/static/ or a library. @throws there is no such file */
export function asset(name: string): string {
  const { hash, files } = load()
  if (!files.has(name)) throw new Error(`no such file in web/static: ${name}`)
  return `/static/${hash}/${name}`
}

/** Bytes of a file as browsers get them, for budgets. */
export function assetBytes(name: string): { plain: number, zipped: number } {
  const { body, zipped } = load().files.get(name)!
  return { plain: body.byteLength, zipped: zipped.byteLength }
}

/** Answers /static/…; undefined where there is no such file. The name is looked up, never a path on the disk. */
export function serveAsset(path: string, acceptEncoding: string): Response | undefined {
  const { hash, files } = load()
  const [, asked, name] = /^\/static\/([0-9a-f]+)\/(.+)$/.exec(path) ?? []
  const file = asked === hash ? files.get(name!) : undefined
  if (!file) return undefined
  const zip = takesGzip(acceptEncoding)
  return new Response(zip ? file.zipped : file.body, {
    headers: { 'content-type': file.type, 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding', ...(zip ? { 'content-encoding': 'gzip' } : {}) },
  })
}
