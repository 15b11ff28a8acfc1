/** The report in a real browser, with the network cut off. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SILENT } from '../../core/log.ts'
import { writeReport } from '../../pipelines/report/report.ts'
import { BROWSER_FLAGS } from '../../pipelines/reports/browser.ts'
import { fixtureConfig, NIGHT, seedCity } from '../pipelines/report/fixture.ts'
import { useDatabase } from '../support/database.ts'

const CHROMIUM = '/usr/bin/chromium'
const isMissing = !existsSync(CHROMIUM) && !process.env.CI
if (isMissing) console.warn(`skipped: ${CHROMIUM} is not there`)

describe.skipIf(isMissing)('the report in Chromium', () => {
  const db = useDatabase()
  const directory = mkdtempSync(join(tmpdir(), 'weisu-report-'))
  let browser: Browser
  const paths = { zh: '', en: '', hostile: '' }

  beforeAll(async () => {
    const deps = { db: db(), config: fixtureConfig(directory), log: SILENT }
    await seedCity(db(), { hostile: true })
    paths.zh = (await writeReport(deps, { night: NIGHT, locale: 'zh' })).path
    paths.en = (await writeReport(deps, { night: NIGHT, locale: 'en' })).path
    browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_FLAGS })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  async function open(locale: 'zh' | 'en', width: number, colorScheme: 'light' | 'dark', javaScriptEnabled = true): Promise<{ page: Page, noise: string[], close: () => Promise<void> }> {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, javaScriptEnabled, offline: true })
    const page = await context.newPage()
    const noise: string[] = []
    page.on('console', (message) => noise.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => noise.push(`error: ${error.message}`))
    page.on('dialog', (dialog) => {
      noise.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) noise.push(`request: ${request.url()}`)
    })
    await page.goto(pathToFileURL(paths[locale]).href)
    return { page, noise, close: () => context.close() }
  }

  test.each([['zh', 360, 'light'], ['zh', 1280, 'dark'], ['en', 360, 'dark'], ['en', 3840, 'light']] as const)('%s at %i px, %s: complete, silent, no sideways scrolling', async (locale, width, scheme) => {
    const { page, noise, close } = await open(locale, width, scheme)
    expect(noise).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    expect(await page.locator('h1').innerText()).toBe(locale === 'zh' ? '今晚有 7 处需要关注' : '7 places need attention tonight')
    expect(await page.locator('article').count()).toBe(7)
    expect(await page.locator('svg[role=img]:visible').count()).toBe(8)
    expect(await page.getByText(locale === 'zh' ? '这份报告不能说明什么' : 'What this report cannot tell').isVisible()).toBe(true)
    await close()
  })

  test('hostile names become no elements', async () => {
    const { page, noise, close } = await open('zh', 1280, 'light')
    expect(await page.evaluate('document.querySelectorAll("img,script,iframe,[onload],[onerror]").length')).toBe(0)
    expect(noise).toEqual([])
    await close()
  })

  test('the page is whole without script, its details open by keyboard', async () => {
    const { page, close } = await open('en', 1280, 'light', false)
    const figures = page.locator('#alert-1 details').first()
    await figures.locator('summary').focus()
    await page.keyboard.press('Enter')
    expect(await figures.locator('tbody tr').count()).toBe(90)
    expect(await figures.locator('table').isVisible()).toBe(true)
    await close()
  })

  test('paper is white where the screen is dark', async () => {
    const { page, close } = await open('zh', 1280, 'dark')
    const ground = 'getComputedStyle(document.body).backgroundColor'
    expect(await page.evaluate(ground)).toBe('rgb(18, 22, 26)')
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await page.evaluate(ground)).toBe('rgb(255, 255, 255)')
    expect(await page.evaluate('getComputedStyle(document.documentElement).getPropertyValue("--c-text").trim()')).toBe('#1d2329')
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
    expect((pdf.toString('latin1').match(/\/Type \/Page\b/g) ?? []).length).toBeGreaterThan(2)
    await close()
  })

  test('every link leads to something on the page', async () => {
    const { page, close } = await open('en', 1280, 'light')
    expect(await page.evaluate('[...document.querySelectorAll("a")].filter((a) => !document.getElementById(a.hash.slice(1))).length')).toBe(0)
    await close()
  })
})
