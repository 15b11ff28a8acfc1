/** The operators' pages in Chromium: both languages, both themes, from phone to desk, by keyboard, without script. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { finishErrand, listErrands, noteProgress, takeErrand } from '../../sql/errands.ts'
import { axeViolations, clipped, NO_BROWSER, openBrowser } from '../support/browser.ts'
import type { Look, TestBrowser, Visit } from '../support/browser.ts'
import { useDatabase } from '../support/database.ts'
import { FAILED_NIGHT, seedOperationsCity } from '../support/operations-city.ts'
import type { OperationsCity } from '../support/operations-city.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'

describe.skipIf(NO_BROWSER)('the operators’ pages in Chromium', () => {
  const db = useDatabase()
  const dataDir = mkdtempSync(join(tmpdir(), 'weisu-operations-e2e-'))
  let web: TestWeb
  let browser: TestBrowser
  let city: OperationsCity

  beforeAll(async () => {
    city = await seedOperationsCity(db())
    writeFileSync(join(dataDir, 'weisu.log'), `${JSON.stringify({ at: '2026-11-21T20:00:00.000Z', level: 'error', event: 'night_failed', night: FAILED_NIGHT, attempt: 1, error: 'No space left on device' })}\n`)
    web = await startWeb(db(), { config: { dataDir } })
    browser = await openBrowser(web)
  })
  afterAll(async () => {
    await browser?.close()
    await web?.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const open = (path: string, look: Look = {}): Promise<Visit> => browser.visit(path, { as: 'operator', ...look })
  const paths = (): string[] => ['/operations', '/operations/runs', `/operations/runs/${FAILED_NIGHT}`, '/operations/sources', `/operations/sources/${city.source}`, `/operations/batches/${city.batch}`, '/operations/errands', `/operations/errands/${city.backfill}`, `/operations/errands/${city.running}`, '/operations/backfill', '/operations/outbox']

  test.each<[string, Look]>([['zh on a phone', { lang: 'zh', width: 360 }], ['en, dark', { theme: 'dark' }]])('%s: silent, nothing clipped, axe finds nothing', async (_, look) => {
    for (const path of paths()) {
      const { page, noise, close } = await open(path, look)
      expect({ path, noise, clipped: await clipped(page), axe: await axeViolations(page) }).toEqual({ path, noise: [], clipped: [], axe: [] })
      await close()
    }
  })

  test('without script and by keyboard alone a failed night is found, understood, and asked for again', async () => {
    const { page, close } = await open('/operations', { javaScript: false })
    expect(await page.locator('.stale').innerText()).toContain(FAILED_NIGHT)
    const night = page.locator(`a[href="/operations/runs/${FAILED_NIGHT}"]`).first()
    await night.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/runs/)
    expect(await page.locator('main').innerText()).toContain('free space')
    expect(await page.locator('main').innerText()).toContain('night_failed')
    await page.locator('summary', { hasText: 'Run again' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.type('disk was cleaned')
    await page.locator('button', { hasText: 'Run again' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/errands/)
    expect((await listErrands(db(), ['rerun'], 1))[0]).toMatchObject({ reason: 'disk was cleaned', status: 'waiting', request: { from: FAILED_NIGHT } })
    await close()
  })

  test('progress moves while one watches, and the page shows the result when it is done', async () => {
    const { page, noise, close } = await open('/operations/backfill')
    await page.locator('#from').fill('2026-11-10')
    await page.locator('#until').fill('2026-11-17')
    await page.locator('#reason').fill('history')
    await page.locator('button', { hasText: 'Ask for the backfill' }).click()
    await page.waitForURL(/errands\/\d+/)
    const id = page.url().split('/').at(-1)!
    for (let errand; errand?.id !== id;) errand = (await takeErrand(db(), ['backfill'], 'w'))!
    await noteProgress(db(), id, { done: 3, total: 8, at: 'night:2026-11-13' })
    await page.locator('[data-where]', { hasText: '2026-11-13' }).waitFor()
    await page.locator('[data-count]', { hasText: '3 / 8' }).waitFor()
    await noteProgress(db(), id, { done: 6, total: 8, at: 'night:2026-11-16' })
    await page.locator('[data-count]', { hasText: '6 / 8' }).waitFor()
    await finishErrand(db(), id, { nights: [{ date: '2026-11-10', reused: false, warnings: [] }] })
    await page.locator('a[href="/operations/runs/2026-11-10"]').waitFor()
    expect(noise).toEqual([])
    await close()
  })
})
