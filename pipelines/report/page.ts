/**
 * The report as one page that needs nothing else: no request to any host, no script.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { Frames } from '../../features/frames.ts'
import { alertsSection } from './alert-section.ts'
import { coverageSection } from './coverage-section.ts'
import type { ReportFacts } from './facts.ts'
import { headline } from './headline-section.ts'
import { html } from './html.ts'
import { mapSection } from './map-section.ts'
import type { AreaFacts, Outlines } from './map-section.ts'
import { methodSection } from './method-section.ts'
import { pageHead } from './page-head.ts'
import { pivotSection } from './pivot-section.ts'
import { seasonSection } from './season-section.ts'
import { wordsSection } from './words-section.ts'
import { STYLE } from './style.ts'
import { formatDate } from './words.ts'

export interface PageTools { echarts: typeof import('echarts'), frames: Frames }

/** The same facts give the same bytes. */
export function renderPage({ echarts, frames }: PageTools, locale: Locale, facts: ReportFacts, areas: AreaFacts[], outlines?: Outlines): string {
  const title = t(locale, 'report.title', { city: facts.city, night: formatDate(locale, facts.night, 'full') })
  return html`${pageHead(locale, { title, style: STYLE, schemes: true })}
<body>
<a class="skip" href="#content">${t(locale, 'report.skip')}</a>
<main id="content">
${headline(locale, facts)}
${mapSection(echarts, locale, facts, areas, outlines)}
${alertsSection(echarts, locale, facts)}
${wordsSection(locale, facts)}
${seasonSection(locale, facts)}
${pivotSection(frames, locale, facts)}
${coverageSection(locale, facts)}
${methodSection(locale, facts)}
</main>
<footer class="foot"><p>${t(locale, 'report.product')} ${facts.codeVersion}</p><p>${t(locale, 'report.footer')}</p></footer>
</body>
</html>
`.text
}
