/** The pages of the reports in a real browser: no socket, every other host cut off. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BROWSER_FLAGS, findBrowser, printPdf } from '../../pipelines/reports/browser.ts'
import { computeDocument, saveDocuments } from '../../pipelines/reports/compute.ts'
import { renderBulletin } from '../../pipelines/reports/page.ts'
import { NIGHT, seedReportCity, testConfig } from '../pipelines/reports/store.ts'
import { useDatabase } from '../support/database.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'

const executablePath = findBrowser()
const isMissing = executablePath === undefined && !process.env.CI
if (isMissing) console.warn('skipped: Chromium is not there')
const ORIGIN = 'http://localhost:9'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe.skipIf(isMissing)('report pages in Chromium', () => {
  const db = useDatabase()
  let web: TestWeb
  let browser: Browser

  beforeAll(async () => {
    await seedReportCity(db())
    await saveDocuments(db(), testConfig(), NIGHT)
    web = await startWeb(db())
    browser = await chromium.launch({ executablePath: executablePath ?? '/usr/bin/chromium', args: BROWSER_FLAGS })
  })
  afterAll(async () => {
    await browser?.close()
    await web?.close()
  })

  interface Look { lang?: 'zh' | 'en', width?: number, scheme?: 'light' | 'dark', script?: boolean }

  async function open(path: string, { lang = 'en', width = 1280, scheme = 'light', script = true }: Look = {}): Promise<{ page: Page, noise: string[], close: () => Promise<void> }> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, javaScriptEnabled: script })
    const noise: string[] = []
    await context.route('**/*', async (route) => {
      const url = new URL(route.request().url())
      if (url.origin !== ORIGIN) {
        noise.push(`request: ${url.href}`)
        return await route.abort()
      }
      const response = await web.request(url.pathname + url.search, { as: 'policy', lang })
      await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) })
    })
    const page = await context.newPage()
    page.on('console', (message) => noise.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => noise.push(`error: ${error.message}`))
    const response = await page.goto(ORIGIN + path)
    expect(response?.status()).toBe(200)
    return { page, noise, close: () => context.close() }
  }

  const PAGES = ['night', 'week', 'month', 'calendar', 'outcome', 'coverage', 'quality'].map((name) => `/reports/${name}`)

  test.each<[string, Look]>([['zh', { lang: 'zh', width: 360 }], ['en', { width: 360, scheme: 'dark' }], ['zh', { lang: 'zh', width: 1280, scheme: 'dark' }], ['en', { width: 3840 }]])('in %s, %o: silent, nothing beside the page', async (_, look) => {
    for (const path of PAGES) {
      const { page, noise, close } = await open(path, look)
      expect({ path, noise }).toEqual({ path, noise: [] })
      expect({ path, width: await page.evaluate('document.documentElement.scrollWidth') }).toEqual({ path, width: look.width })
      expect(await page.locator('h1').count()).toBe(1)
      await close()
    }
  })

  // Colours are what differs in the dark, the layout on a phone: two pages have all of both.
  test.each<[string, Look, readonly string[]]>([['light', {}, PAGES], ['dark', { scheme: 'dark', lang: 'zh' }, ['/reports/week']], ['on a phone', { width: 360 }, ['/reports/week']]])('axe finds nothing, %s', async (_, look, paths) => {
    const { page: first, close: done } = await open('/reports/week', look)
    const list = await first.locator('#districts td a').first().getAttribute('href')
    await done()
    for (const path of [...paths, list!]) {
      const { page, close } = await open(path, look)
      await page.evaluate(AXE)
      const found = await page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then((result) => result.violations.map((one) => one.id + ': ' + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')))`)
      expect({ path, found }).toEqual({ path, found: [] })
      await close()
    }
  })

  test('without script and by keyboard alone a reader gets from the answer to the tickets', async () => {
    const { page, close } = await open('/reports/week', { script: false })
    expect(await page.locator('.report-answer h2').innerText()).toMatch(/attention|No place/)
    const number = page.locator('#districts td a').first()
    await number.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/tickets/)
    expect(await page.locator('table.behind tbody tr').count()).toBeGreaterThan(2)
    await close()
  })

  test('another night is chosen with a form', async () => {
    const { page, close } = await open('/reports/week', { script: false })
    await page.locator('form.reports-night button').click()
    await page.waitForURL(new RegExp(`night=${NIGHT}`))
    expect(await page.locator('h1').innerText()).toContain('2024-W38')
    await close()
  })

  test('the bulletin is printed on paper', async () => {
    const document = await computeDocument(db(), testConfig(), NIGHT, 'month')
    const bytes = await printPdf(renderBulletin('zh', document), 'zh', 'City')
    expect(new TextDecoder('latin1').decode(bytes.subarray(0, 5))).toBe('%PDF-')
    expect(bytes.length).toBeGreaterThan(20_000)
  })
})
