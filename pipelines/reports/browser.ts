/**
 * Paper from a page, by Chromium's own printing. Loaded at the first use only; a machine without a browser gets a clear answer instead.
 */
import { existsSync } from 'node:fs'
import type { Locale } from '../../core/config.ts'
import { UnavailableError } from '../../core/errors.ts'

/** Where Linux distributions put it. */
export const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome-stable', '/usr/bin/google-chrome', '/snap/bin/chromium'] as const

/** A browser that asks nobody for anything, in a container as well. */
export const BROWSER_FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage']

/** Path of the first browser found; undefined where there is none. */
export function findBrowser(candidates: readonly string[] = BROWSERS): string | undefined {
  return candidates.find((path) => existsSync(path))
}

/**
 * A4, tagged, with page numbers, without script and without the network.
 *
 * @throws {UnavailableError} no browser
 */
export async function printPdf(page: string, locale: Locale, footer: string, candidates: readonly string[] = BROWSERS): Promise<Uint8Array<ArrayBuffer>> {
  const executablePath = findBrowser(candidates)
  if (executablePath === undefined) throw new UnavailableError('no_browser', 'no Chromium found, so no PDF: install one (such as apt-get install chromium), or print the file of --format html')
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS })
  try {
    const context = await browser.newContext({ javaScriptEnabled: false, offline: true, locale: locale === 'zh' ? 'zh-CN' : 'en-GB' })
    const sheet = await context.newPage()
    await sheet.setContent(page, { waitUntil: 'load' })
    const escaped = footer.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    const bytes = await sheet.pdf({
      format: 'A4', preferCSSPageSize: true, printBackground: true, tagged: true, outline: true, displayHeaderFooter: true, headerTemplate: '<span></span>',
      footerTemplate: `<div style="width:100%;font-size:7.5pt;color:#555;padding:0 14mm;display:flex;justify-content:space-between;font-family:'Noto Sans CJK SC',sans-serif"><span>${escaped}</span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>`,
    })
    return Uint8Array.from(bytes)
  } finally {
    await browser.close()
  }
}
