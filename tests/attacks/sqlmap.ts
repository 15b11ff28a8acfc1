/**
 * sqlmap (https://sqlmap.org, of Debian) against routes of the web: which parameters each route reads is learned by asking it once, then every one of them is attacked.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Route } from '../../web/route.ts'
import type { WebRequest } from '../../web/request.ts'
import { Form } from '../../web/form.ts'

const SQLMAP = '/usr/bin/sqlmap'
/** Where it is not installed, and this is no CI, its tests are skipped aloud. */
export const NO_SQLMAP = !existsSync(SQLMAP) && !process.env.CI
if (NO_SQLMAP) console.warn(`skipped: ${SQLMAP} is not there`)

export interface Known { queries: Set<string>, fields: Set<string> }

/** The routes, noting in `known` what each asks of its request. */
export function watched(routes: readonly Route[], known: Map<string, Known>): Route[] {
  return routes.map((route) => ({
    ...route,
    handle: (request) => {
      const seen: Known = known.get(route.operation) ?? { queries: new Set(), fields: new Set() }
      known.set(route.operation, seen)
      return route.handle(listening(request, seen))
    },
  }))
}

function listening(request: WebRequest, { queries, fields }: Known): WebRequest {
  const searchParams = new Proxy(request.url.searchParams, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (['get', 'getAll', 'has'].includes(String(name))) queries.add(String(args[0]))
        return (value as (...all: unknown[]) => unknown).apply(target, args)
      }
    },
  })
  const url = new Proxy(request.url, { get: (target, name) => (name === 'searchParams' ? searchParams : Reflect.get(target, name, target)) })
  const own: Partial<WebRequest> = {
    url,
    query: (name) => { queries.add(name); return request.query(name) },
    form: async () => new Proxy(await request.form(), {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          if (typeof args[0] === 'string') fields.add(args[0])
          return (value as (...all: unknown[]) => unknown).apply(target, args)
        }
      },
    }) satisfies Form,
  }
  return new Proxy(request, { get: (target, name) => (name in own ? own[name as keyof WebRequest] : Reflect.get(target, name, target) as unknown) })
}

export interface Target { operation: string, method: string, path: string, data: string | undefined, points: number }

/** Requests whose every parameter is marked for attack. @param valueOf a value that the route takes for a name */
export function targetOf(route: Route, { queries, fields }: Known, valueOf: (name: string) => string): Target {
  let points = 0
  const marked = (name: string): string => {
    points++
    return `${encodeURIComponent(valueOf(name))}*`
  }
  const path = route.path.replace(/:(\w+)(?:\{[^}]*\})?\??/g, (_, name: string) => marked(name)).replace(/\/\*$/, () => `/${marked('rest')}`)
  const pairs = (names: ReadonlySet<string>): string => [...names].map((name) => `${encodeURIComponent(name)}=${marked(name)}`).join('&')
  const query = queries.size > 0 ? `?${pairs(queries)}` : ''
  return { operation: route.operation, method: route.method, path: path + query, data: fields.size > 0 ? pairs(fields) : undefined, points }
}

export interface Verdict { operation: string, outcome: 'clean' | 'injectable' | 'unsure', requests: number, said: string }

/** @param technique letters of sqlmap: B boolean, E error, U union, S stacked, T time */
export async function attack(origin: string, { operation, method, path, data }: Target, { cookie, directory, technique, seconds }: { cookie: string, directory: string, technique: string, seconds: number }): Promise<Verdict> {
  const args = ['-u', origin + path, '--method', method, '--headers', `Sec-Fetch-Site: same-origin\nCookie: ${cookie}`, '--batch', '--level', '2', '--risk', '1', '--dbms', 'PostgreSQL', '--technique', technique, '--time-sec', '2', '--disable-coloring',
    '--flush-session', '--ignore-redirects', '--ignore-code', '400,401,403,404,405,409,413,415,422,429,500,503', '--output-dir', directory, '--timeout', '30', '--retries', '1', '-v', '1', ...(data === undefined ? [] : ['--data', data])]
  const child = spawn(SQLMAP, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: directory } })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => { said += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { said += chunk.toString() })
  const late = setTimeout(() => child.kill('SIGKILL'), seconds * 1000)
  await new Promise((resolve) => child.on('close', resolve))
  clearTimeout(late)
  const outcome = /identified the following injection point/.test(said) ? 'injectable' : /all tested parameters do not appear to be injectable/.test(said) ? 'clean' : 'unsure'
  return { operation, outcome, requests: 0, said: said.split('\n').filter((line) => !/^\s*$|legal disclaimer|___|\{1\.|\|_/.test(line)).slice(-12).join('\n') }
}
