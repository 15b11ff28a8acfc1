/**
 * Pages in a real browser: the web of a test on a port of this machine, Chromium with every other host cut off, as persons of every role; and axe-core.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { serve } from '@hono/node-server'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { BROWSER_FLAGS } from '../../pipelines/reports/browser.ts'
import type { Persona, TestWeb } from './web.ts'

const CHROMIUM = '/usr/bin/chromium'

/** Where no Chromium is installed, and this is no CI, tests in a browser are skipped aloud. */
export const NO_BROWSER = !existsSync(CHROMIUM) && !process.env.CI
if (NO_BROWSER) console.warn(`skipped: ${CHROMIUM} is not there`)

export interface Look { as?: Persona, lang?: 'zh' | 'en', theme?: 'light' | 'dark', width?: number, height?: number, javaScript?: boolean }

export interface Visit {
  page: Page
  context: BrowserContext
  /** What should not have been: messages of the console, errors, requests to other hosts, dialogs. */
  noise: string[]
  close(): Promise<void>
}

export interface TestBrowser {
  readonly origin: string
  readonly browser: Browser
  /** Opens a path as somebody; English and light unless told otherwise. */
  visit(path: string, look?: Look): Promise<Visit>
  close(): Promise<void>
}

export async function openBrowser(web: Pick<TestWeb, 'fetch' | 'cookieOf'>): Promise<TestBrowser> {
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const opened = serve({ fetch: (request) => web.fetch(request), hostname: '127.0.0.1', port: 0 }, () => resolve(opened))
  })
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_FLAGS })
  return {
    origin, browser,
    visit: async (path, { as, lang = 'en', theme = 'light', width = 1280, height = 800, javaScript = true } = {}) => {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, javaScriptEnabled: javaScript, locale: lang === 'zh' ? 'zh-CN' : 'en-GB' })
      const cookies = [`lang=${lang}`, ...(as ? [await web.cookieOf(as)] : [])].map((cookie) => cookie.split('='))
      await context.addCookies(cookies.map(([name, value]) => ({ name: name!, value: value!, url: origin })))
      const noise: string[] = []
      await context.route((url) => url.origin !== origin, (route) => {
        noise.push(`request: ${route.request().url()}`)
        return route.abort()
      })
      const page = await context.newPage()
      page.on('console', (message) => { if (message.type() !== 'info') noise.push(`console: ${message.text()}`) })
      page.on('pageerror', (error) => noise.push(`error: ${error.message}`))
      page.on('dialog', (dialog) => {
        noise.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      await page.goto(origin + path)
      return { page, context, noise, close: () => context.close() }
    },
    close: async () => {
      await browser.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise<void>((resolve) => { server.close(() => resolve()) })
    },
  }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Violations of WCAG 2.2 AA and good practice on the page as it is, each as 'rule: element'; none on a good page. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(async (tags) => {
    interface Found { violations: { id: string, nodes: { html: string, failureSummary: string }[] }[] }
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<Found> } }
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } })
    return violations.flatMap(({ id, nodes }) => nodes.slice(0, 5).map((node) => `${id}: ${node.html.slice(0, 160)} | ${node.failureSummary.replace(/\s+/g, ' ').slice(0, 160)}`))
  }, TAGS)
}

/** Elements wider than the window or cut off within their box, as text; none on a good page. Boxes that scroll by themselves are left out. */
export async function clipped(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(CLIPPED)
}

/** Runs in the page, which has types of its own. */
const CLIPPED = `(() => {
  const found = []
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page is ' + document.documentElement.scrollWidth + ' wide in ' + innerWidth)
  for (const element of document.querySelectorAll('main :is(h1, h2, h3, p, a, button, label, td, th, dd, dt, summary, li)')) {
    const box = element.getBoundingClientRect()
    if (box.width === 0 || box.height === 0 || element.closest('.scroll, .unseen, [hidden], details:not([open]) > :not(summary), .tabs')) continue
    if (box.right > innerWidth + 1 || box.left < -1) found.push(element.tagName + ' ' + element.className + ': ' + element.textContent.trim().slice(0, 60))
  }
  return found
})()`
