/**
 * What pages weigh, and how soon they can be read and used, against budgets: each page opened for the first time in Chromium with four times less processor and a slow mobile line
 * (1.6 Mbit/s, 150 ms there and back), as Lighthouse takes its figures; other hosts are cut off and counted. Largest paint, shifts and long tasks are the browser's own entries.
 */
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { loadConfig } from '../core/config.ts'
import { openSession } from '../pipelines/accounts/sessions.ts'
import { BROWSER_FLAGS, BROWSERS, findBrowser } from '../pipelines/reports/browser.ts'
import { findScope, grantRole, insertAccount } from '../sql/accounts.ts'
import { openDb } from '../sql/db.ts'
import type { Db } from '../sql/db.ts'
import { seedInbox } from './inbox-seed.ts'
import { removeOnceStopped, serveStore } from './store.ts'

/** Of any page: kilobytes sent, of them script; requests; elements; ms to the first and the largest paint; layout shift; ms in which the page could not answer. */
const BUDGETS = { kB: 400, 'script kB': 150, requests: 15, elements: 3000, 'first paint ms': 1800, 'largest paint ms': 2500, shift: 0.1, 'blocked ms': 200, 'other hosts': 0 } as const
type Figures = Record<keyof typeof BUDGETS, number>
type Row = { page: string, 'over budget': string } & Figures

const LINE = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 }
const SLOWER = 4
const SETTLED_MS = 1500

/** @returns one row a page; the exit code is 1 where one is over a budget */
export async function benchPages(quick: boolean): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'weisu-bench-pages-'))
  const db = await openDb(loadConfig({ dataDir }), 'bench')
  let web: ReturnType<typeof serveStore> | undefined
  const browser = await chromium.launch({ executablePath: findBrowser() ?? BROWSERS[0], args: BROWSER_FLAGS })
  try {
    await seedInbox(db, quick ? { alerts: 400, tickets: 4000 } : { alerts: 20_000, tickets: 100_000 }, () => {})
    web = serveStore(dataDir)
    const [port] = await once(createInterface(web.stdout), 'line') as [string]
    const rows: Row[] = []
    for (const [role, paths] of Object.entries(await pagesOf(db, quick))) {
      const cookie = await signIn(db, role)
      for (const [page, path] of paths) rows.push(judged(page, await visit(browser, `http://127.0.0.1:${port}`, path, cookie)))
    }
    if (rows.some((row) => row['over budget'] !== '')) process.exitCode = 1
    return rows
  } finally {
    await browser.close()
    web?.stdin.end()
    if (web?.exitCode === null) await once(web, 'exit')
    await db.close()
    await removeOnceStopped(dataDir)
  }
}

async function pagesOf(db: Db, quick: boolean): Promise<Record<string, [page: string, path: string][]>> {
  const { rows: [alert] } = await db.query<{ id: string }>('select alert_id as id from inbox_items where open order by due_at, rank, alert_id limit 1')
  const inbox: [string, string][] = [['inbox', '/inbox'], ['alert', `/alerts/${alert!.id}`]]
  if (quick) return { supervisor: inbox }
  return {
    anyone: [['sign in', '/sign-in']],
    supervisor: [...inbox, ['search', '/inbox?q=District%203'], ['supervision', '/supervision'], ['withheld', '/supervision/withheld'], ['account', '/account']],
    policy_reader: [['report, night', '/reports/night'], ['report, month', '/reports/month'], ['report, coverage', '/reports/coverage'], ['report, quality', '/reports/quality']],
    admin: [['operations', '/operations'], ['rules', '/admin/rules'], ['places', '/admin/places'], ['users', '/users']],
  }
}

async function signIn(db: Db, role: string): Promise<string | undefined> {
  if (role === 'anyone') return undefined
  const id = (await insertAccount(db, { name: role, fullName: role, createdBy: 'bench' }))!
  await grantRole(db, id, { role, ...await findScope(db, [], [], []) } as Parameters<typeof grantRole>[2], 'bench')
  return (await openSession(db, id, 'password', { address: '127.0.0.1', agent: 'bench' })).token
}

async function visit(browser: Browser, origin: string, path: string, session: string | undefined): Promise<Figures> {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 }, locale: 'zh-CN' })
  try {
    await context.addCookies([{ name: 'lang', value: 'zh', url: origin }, ...(session ? [{ name: 'sid', value: session, url: origin }] : [])])
    let elsewhere = 0
    await context.route((url) => url.origin !== origin, (route) => {
      elsewhere++
      return route.abort()
    })
    const page = await context.newPage()
    const tools = await context.newCDPSession(page)
    await tools.send('Network.enable')
    await tools.send('Network.emulateNetworkConditions', LINE)
    await tools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
    const kinds = new Map<string, string>()
    const sizes = { all: 0, script: 0, requests: 0 }
    tools.on('Network.responseReceived', ({ requestId, type }) => { kinds.set(requestId, type) })
    tools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      sizes.requests++
      sizes.all += encodedDataLength
      if (kinds.get(requestId) === 'Script') sizes.script += encodedDataLength
    })
    await page.addInitScript(WATCH)
    const answer = await page.goto(origin + path, { waitUntil: 'load' })
    if (answer?.status() !== 200) throw new Error(`${path}: ${answer?.status()}`)
    await page.waitForTimeout(SETTLED_MS)
    const seen = await page.evaluate<{ first: number, largest: number, shift: number, blocked: number, elements: number }>('globalThis.weisuSeen()')
    return {
      kB: sizes.all / 1000, 'script kB': sizes.script / 1000, requests: sizes.requests, elements: seen.elements, 'first paint ms': seen.first, 'largest paint ms': seen.largest,
      shift: seen.shift, 'blocked ms': seen.blocked, 'other hosts': elsewhere,
    }
  } finally {
    await context.close()
  }
}

function judged(page: string, figures: Figures): Row {
  const over = (Object.keys(BUDGETS) as (keyof Figures)[]).filter((key) => !(figures[key] <= BUDGETS[key]))
  const rounded = Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, key === 'shift' ? Number(value.toFixed(3)) : Math.round(value)])) as Figures
  return { page, ...rounded, 'over budget': over.join(', ') }
}

/** Runs in the page before its own script. Of a task longer than 50 ms the rest counts as blocked, after the first paint. */
const WATCH = `(() => {
  const seen = { largest: 0, shift: 0, tasks: [] }
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.largest = Math.max(seen.largest, entry.startTime) }).observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value }).observe({ type: 'layout-shift', buffered: true })
  new PerformanceObserver((list) => { seen.tasks.push(...list.getEntries()) }).observe({ type: 'longtask', buffered: true })
  globalThis.weisuSeen = () => {
    const first = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN
    const blocked = seen.tasks.filter((task) => task.startTime >= first).reduce((sum, task) => sum + task.duration - 50, 0)
    return { first, largest: seen.largest, shift: seen.shift, blocked, elements: document.querySelectorAll('*').length }
  }
})()`
