/** The inbox in a real browser: a duty officer's walk by keyboard alone, phones, both languages and themes, no other host, no script, axe-core. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readLife } from '../../pipelines/alert-life/act.ts'
import { useDatabase } from '../support/database.ts'
import { axeViolations, clipped, NO_BROWSER, openBrowser } from '../support/browser.ts'
import type { TestBrowser } from '../support/browser.ts'
import { startWeb } from '../support/web.ts'
import type { TestWeb } from '../support/web.ts'
import { addToldAlert } from '../support/clocks.ts'
import { seedInbox } from '../web/inbox/city.ts'

const SHOTS = process.env.WEISU_SHOTS

describe.skipIf(NO_BROWSER)('the inbox in Chromium', () => {
  const db = useDatabase()
  let web: TestWeb
  let browser: TestBrowser

  beforeAll(async () => {
    await seedInbox(db())
    for (let i = 0; i < 10; i++) await addToldAlert(db(), { id: `ten-${i}`, lead: 'Ten', place: `City›South›House ${i}`, topic: 'Noise›Night', night: '2024-09-09' })
    web = await startWeb(db(), { other: 'Ten' })
    browser = await openBrowser(web)
  })
  afterAll(async () => {
    await browser?.close()
    await web?.close()
  })

  test('a duty officer signs for ten alerts by keyboard alone, and the list says so', async () => {
    const { page, noise, close } = await browser.visit('/inbox', { as: 'outsider' })
    expect(await page.locator('.alert-row').count()).toBe(10)
    const first = await page.locator('.alert-row').first().getAttribute('data-id')
    await page.keyboard.press('j')
    for (let i = 0; i < 10; i++) {
      const row = page.locator('.alert-row.here')
      const id = await row.getAttribute('data-id')
      await page.keyboard.press('e')
      await page.locator(`.alert-row[data-id="${id}"].gone .state`, { hasText: 'signed for' }).waitFor()
    }
    for (let i = 0; i < 10; i++) expect((await readLife(db(), `ten-${i}`)).life.state).toBe('signed')
    await page.keyboard.press('e')
    await page.locator('#said.bad').waitFor()
    for (let i = 0; i < 9; i++) await page.keyboard.press('k')
    expect(await page.locator('.alert-row.here').getAttribute('data-id')).toBe(first)
    await page.keyboard.press('1')
    await page.locator('#said.good', { hasText: 'noted: True' }).waitFor()
    await page.keyboard.press('o')
    await page.waitForURL(/\/alerts\/ten-/)
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await page.waitForURL(/\/inbox$/)
    expect(noise.filter((line) => !/400|409/.test(line))).toEqual([])
    await close()
  })

  test('selected ones are done together, each with its outcome; single keys can be switched off', async () => {
    const { page, close } = await browser.visit('/inbox', { as: 'outsider' })
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.locator('#bulk-act').selectOption('comment')
    await page.locator('#bulk-why').fill('seen by phone')
    await page.locator('.bulk button').press('Enter')
    expect(await page.locator('.message:not(.stale)').innerText()).toBe('2 done, 0 not')
    await page.goBack()
    await page.keyboard.press('?')
    await page.locator('#keys-toggle').press('Enter')
    await page.locator('#keys-close').press('Enter')
    await page.keyboard.press('j')
    expect(await page.locator('.alert-row.here').count()).toBe(0)
    await close()
  })

  test('what others change is announced and nothing moves', async () => {
    const { page, close } = await browser.visit('/inbox', { as: 'supervisor' })
    const before = await page.locator('.alert-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-id')))
    await web.request('/alerts/roads/acts', { as: 'admin', form: { act: 'comment', why: 'x', version: '0' } })
    await page.locator('#live a', { hasText: '1 changed – show' }).waitFor()
    expect(await page.locator('.alert-row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-id')))).toEqual(before)
    await close()
  })

  const PAGES = ['/inbox', '/inbox?state=archived', '/alerts/cold', '/supervision', '/supervision/silences?preview=1&place=North&level=red', '/supervision/withheld', '/supervision/dead-letters']
  test.each([['zh', 'light', 1440], ['zh', 'dark', 360], ['en', 'dark', 1440], ['en', 'light', 360]] as const)('%s, %s, %i px: nothing clipped, nothing from elsewhere, axe-core has nothing to say', async (lang, theme, width) => {
    const { page, noise, close } = await browser.visit(PAGES[0]!, { as: 'supervisor', lang, theme, width })
    for (const path of PAGES) {
      await page.goto(browser.origin + path)
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${path.replace(/\W+/g, '-')}-${lang}-${theme}-${width}.png`, fullPage: true })
      expect(await clipped(page), path).toEqual([])
      await page.evaluate(`for (const details of document.querySelectorAll('main details')) details.open = true`)
      expect(await axeViolations(page), path).toEqual([])
      if (lang === 'en') expect(await page.locator('main').innerText()).not.toMatch(/\p{Script=Han}/u)
      else expect(await page.locator('main h1').first().innerText()).toMatch(/\p{Script=Han}|cold|North/u)
    }
    expect(noise).toEqual([])
    await page.evaluate(`document.querySelector('main').append(document.createElement('input'))`)
    expect((await axeViolations(page)).join(), 'axe-core finds what is wrong').toContain('label')
    await close()
  })

  test('it is read and acted on without script', async () => {
    const { page, close } = await browser.visit('/inbox?level=orange', { as: 'liaison', javaScript: false })
    await page.locator('.row-title a').first().click()
    expect(await page.locator('h1').innerText()).toContain('Cold')
    expect(await page.locator('.plot.wide-only').isVisible()).toBe(true)
    await page.locator('.acts .first button').click()
    expect(await page.locator('.message.good').innerText()).toBe('Done: sign for')
    await page.locator('#back').click()
    await page.locator('.pick input').first().check()
    await page.locator('#bulk-act').selectOption('comment')
    await page.locator('#bulk-why').fill('without script')
    await page.locator('.bulk button').click()
    expect(await page.locator('.message:not(.stale)').innerText()).toBe('1 done, 0 not')
    await close()
  })

  test('paper has what was decided on it, and none of the buttons', async () => {
    const { page, close } = await browser.visit('/alerts/cold', { as: 'supervisor', theme: 'dark' })
    await page.emulateMedia({ media: 'print' })
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    expect(await page.locator('.acts').isVisible()).toBe(false)
    expect(await page.locator('.plot.wide-only').isVisible()).toBe(true)
    await close()
  })

  test('the inbox takes less than 150 kB of script', async () => {
    const { assetBytes } = await import('../../web/assets.ts')
    const bytes = ['inbox/list.js', 'inbox/alert.js', 'inbox/keys.js'].reduce((sum, name) => sum + assetBytes(name).plain, 0)
    expect(bytes).toBeLessThan(150_000)
  })
})
