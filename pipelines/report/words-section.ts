/**
 * What people began to say by the night, whatever the category. Words of fewer than three callers are not found, so none are shown.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import { describeExpected, describeRecurrence } from '../alert-text.ts'
import { FEWEST_CALLERS } from './facts.ts'
import type { ReportFacts } from './facts.ts'
import { html } from './html.ts'
import type { Markup } from './html.ts'
import { placeName, topicName } from './marks.ts'
import { joined, named } from './words.ts'

/** Rows of the table; `weisu words` has them all. */
const MOST_ROWS = 30

/** Nothing where the night did not look for words, or found none. */
export function wordsSection(locale: Locale, { words, alerts }: ReportFacts): Markup | false {
  const rows = (words ?? []).filter((row) => row.observed >= FEWEST_CALLERS).slice(0, MOST_ROWS)
  if (rows.length === 0) return false
  const rankOf = (id: string | null): number | undefined => alerts.find((alert) => alert.id === id)?.rank
  const name = t(locale, 'report.words')
  return html`<section id="words"><h2>${name}</h2>
<p class="note">${t(locale, 'report.words.note', { callers: FEWEST_CALLERS })}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table class="numbers"><thead><tr><th scope="col">${t(locale, 'report.words.phrases')}</th><th scope="col" class="words">${t(locale, 'report.words.place')}</th>\
<th scope="col" class="words">${t(locale, 'report.words.topic')}</th><th scope="col">${t(locale, 'report.words.callers')}</th><th scope="col">${t(locale, 'report.words.usual')}</th>\
<th scope="col">${t(locale, 'report.words.chance')}</th><th scope="col">${t(locale, 'report.words.alert')}</th></tr></thead><tbody>
${rows.map((row) => html`<tr><th scope="row">${row.phrases.length === 0 ? '–' : joined(locale, row.phrases.map(({ text, callers }) => t(locale, 'report.words.phrase', { text, n: callers })))}</th>\
<td class="words">${named(locale, placeName(locale, row.place))}</td><td class="words">${named(locale, topicName(locale, row.topic.length === 0 ? null : row.topic))}</td>\
<td>${t(locale, row.window_days === 1 ? 'cli.alerts.window_day' : 'cli.alerts.window', { callers: row.observed, days: row.window_days })}</td><td>${describeExpected(locale, row.expected)}</td>\
<td>${describeRecurrence(locale, row.recurrence_days)}</td><td>${rankOf(row.alert) === undefined ? '–' : html`<a href="#alert-${rankOf(row.alert)!}">${rankOf(row.alert)!}</a>`}</td></tr>`)}
</tbody></table></div>
</section>`
}
