/** The admin pages in Chromium: both languages, both themes, from phone to desk, without script. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listErrands } from '../../sql/errands.ts'
import { axeViolations, clipped, NO_BROWSER, openBrowser } from '../support/browser.ts'
import type { Look, TestBrowser, Visit } from '../support/browser.ts'
import { useDatabase } from '../support/database.ts'
import { seedOperationsCity } from '../support/operations-city.ts'
import type { OperationsCity } from '../support/operations-city.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'

describe.skipIf(NO_BROWSER)('the admin pages in Chromium', () => {
  const db = useDatabase()
  let web: TestWeb
  let browser: TestBrowser
  let city: OperationsCity

  beforeAll(async () => {
    city = await seedOperationsCity(db())
    web = await startWeb(db())
    browser = await openBrowser(web)
  })
  afterAll(async () => {
    await browser?.close()
    await web?.close()
  })
  const open = (path: string, look: Look = {}): Promise<Visit> => browser.visit(path, { as: 'admin', ...look })
  const paths = (): string[] => ['/admin', '/admin/rules', '/admin/rules/change', '/admin/rules/versions/1', '/admin/rules/diff?a=0&b=1', `/admin/rules/trials/${city.trial}`, '/admin/thresholds', '/admin/routing?place=柳河家园&topic=供水', '/admin/routing/change',
    '/admin/deadlines', '/admin/deadlines/change', '/admin/calendar?month=2026-10&amount=5', '/admin/units', `/admin/units/${city.unit}`, '/admin/places', '/admin/places/review', '/admin/places/history', `/admin/places/${city.place}`, '/admin/topics', '/admin/subscriptions', '/admin/subscriptions/add', '/admin/subscriptions/email-1a2b3c4d']

  test.each<[string, Look]>([['zh', { lang: 'zh' }], ['en on a phone, dark', { width: 360, theme: 'dark' }]])('%s: silent, nothing clipped, axe finds nothing', async (_, look) => {
    for (const path of paths()) {
      const { page, noise, close } = await open(path, look)
      expect({ path, noise, clipped: await clipped(page), axe: await axeViolations(page) }).toEqual({ path, noise: [], clipped: [], axe: [] })
      await close()
    }
  })

  test('without script a change of the rules is typed, corrected where it was wrong, and asked to be tried', async () => {
    const { page, close } = await open('/admin/rules/change', { javaScript: false })
    await page.locator('#recurrenceDays').fill('0')
    await page.locator('#name').fill('quieter')
    await page.locator('#source').fill('meeting')
    await page.locator('#reason').fill('too many')
    await page.locator('button', { hasText: 'Try on history' }).click()
    await page.locator('#recurrenceDays-error').waitFor()
    expect(await page.locator('#recurrenceDays').inputValue()).toBe('0')
    expect(await page.locator('#name').inputValue()).toBe('quieter')
    await page.locator('#recurrenceDays').fill('365')
    await page.locator('button', { hasText: 'Try on history' }).click()
    await page.waitForURL(/trials/)
    expect((await listErrands(db(), ['rules_trial'], 1))[0]).toMatchObject({ status: 'waiting', reason: 'too many', askedBy: 'The admin' })
    expect(await page.locator('main').innerText()).toContain('detection.recurrenceDays')
    await close()
  })
})
