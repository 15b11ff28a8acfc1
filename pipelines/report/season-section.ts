/**
 * What can be said before the first ticket: what rose in the coming weeks of past years, and places where something was promised and
 * what already points to trouble there.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import type { WatchRow } from '../promised/watch-list.ts'
import type { CalendarRow } from '../season/calendar.ts'
import { factorText } from '../season/wording.ts'
import { FEWEST_CALLERS } from './facts.ts'
import type { ReportFacts } from './facts.ts'
import { html } from './html.ts'
import type { Markup } from './html.ts'
import { placeName, topicName } from './marks.ts'
import { formatDate, formatShare, formatWhole, joined, named } from './words.ts'

export function seasonSection(locale: Locale, { calendar, watch }: ReportFacts): Markup | false {
  const rows = calendar?.rows ?? []
  if (rows.length === 0 && watch.length === 0) return false
  return html`<section id="ahead"><h2>${t(locale, 'report.ahead')}</h2>
${rows.length > 0 && seasons(locale, rows, calendar!.tested)}
${watch.length > 0 && promises(locale, watch)}
</section>`
}

function seasons(locale: Locale, rows: readonly CalendarRow[], tested: number): Markup {
  return html`<h3>${t(locale, 'report.ahead.seasons')}</h3>
<p class="note">${t(locale, 'report.ahead.seasons_note', { tested })}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${t(locale, 'report.ahead.seasons')}"><table class="numbers"><thead><tr><th scope="col">${t(locale, 'report.ahead.topic')}</th>\
<th scope="col" class="words">${t(locale, 'report.ahead.begins')}</th><th scope="col">${t(locale, 'report.ahead.now')}</th><th scope="col">${t(locale, 'report.ahead.expected')}</th>\
<th scope="col">${t(locale, 'report.ahead.factor')}</th><th scope="col" class="words">${t(locale, 'report.ahead.years')}</th><th scope="col" class="words">${t(locale, 'report.ahead.areas')}</th></tr></thead><tbody>
${rows.map((row) => html`<tr><th scope="row">${named(locale, row.place.length > 1 ? `${placeName(locale, row.place)} · ${topicName(locale, row.family)}` : topicName(locale, row.family))}</th>\
<td class="words">${row.begun ? t(locale, 'report.ahead.begun') : formatDate(locale, row.begins_on, 'short')}</td><td>${formatWhole(locale, Math.round(row.present))}</td>\
<td>${formatWhole(locale, Math.round(row.expected))}</td><td>${t(locale, 'report.ahead.range', { factor: factorText(locale, row.factor), low: factorText(locale, row.low), high: factorText(locale, row.high) })}</td>\
<td class="words">${yearsText(locale, row)}</td><td class="words">${row.areas.length === 0 ? '–' : joined(locale, row.areas.map((area) => `${area.place.at(-1)!} ${formatShare(locale, area.share)}`))}</td></tr>`)}
</tbody></table></div>`
}

function yearsText(locale: Locale, { years, once }: CalendarRow): string {
  const dates = years.filter((year) => year.callers > 0).map((year) => formatDate(locale, year.from, 'full')).join(t(locale, 'report.list_separator'))
  return once ? t(locale, 'report.ahead.once', { dates }) : dates
}

function promises(locale: Locale, rows: readonly WatchRow[]): Markup {
  return html`<h3>${t(locale, 'report.ahead.promises')}</h3>
<p class="note">${t(locale, 'report.ahead.promises_note')}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${t(locale, 'report.ahead.promises')}"><table class="numbers"><thead><tr><th scope="col">${t(locale, 'report.ahead.place')}</th>\
<th scope="col" class="words">${t(locale, 'report.ahead.promised')}</th><th scope="col">${t(locale, 'report.ahead.left')}</th><th scope="col">${t(locale, 'report.ahead.odds')}</th>\
<th scope="col" class="words">${t(locale, 'report.ahead.spoken')}</th></tr></thead><tbody>
${rows.map((row) => html`<tr><th scope="row">${named(locale, placeName(locale, row.place))}</th><td class="words">${formatDate(locale, row.promised_on, 'full')}</td>\
<td>${String(row.days_left)}</td><td>${t(locale, 'report.ahead.times', { n: factorText(locale, row.odds) })}</td><td class="words">${spokenText(locale, row)}</td></tr>`)}
</tbody></table></div>`
}

/** Topics with their callers; few callers are not counted out. */
function spokenText(locale: Locale, { complaints, leading }: WatchRow): Markup | string {
  const all = [...complaints, ...leading]
  if (all.length === 0) return '–'
  return joined(locale, all.map(({ topic, callers }) => callers < FEWEST_CALLERS
    ? t(locale, 'report.ahead.few', { topic: topic.at(-1)!, n: FEWEST_CALLERS }) : t(locale, 'report.ahead.callers', { topic: topic.at(-1)!, n: callers })))
}
