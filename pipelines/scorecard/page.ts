/**
 * The score card as one page that needs nothing else: no request to any host, no script.
 */
import { resolve } from 'node:path'
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import { html, trusted } from '../report/html.ts'
import type { Markup } from '../report/html.ts'
import { pageHead } from '../report/page-head.ts'
import { STYLE } from '../report/style.ts'
import { writeWhole } from '../whole-file.ts'
import type { ScoreCard } from './card.ts'
import { drawCurves } from './curve-drawing.ts'
import type { CurveRow } from './references.ts'
import { cardFacts, cardNotes, cardTables, figure, percent, referenceName } from './wording.ts'
import type { CardTable } from './wording.ts'

const OWN_STYLE = `
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:1rem}
.facts div{background:var(--c-paper);border:1px solid var(--c-line);border-radius:6px;padding:.8rem 1rem}
.facts dt{font-size:.9375rem;color:var(--c-soft)}
.facts dd b{font-size:1.6rem;font-variant-numeric:tabular-nums;display:block;line-height:1.3}
.facts dd span{font-size:.875rem;color:var(--c-soft)}
.curve svg{width:100%;height:auto;max-width:60rem}
.curve .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;font-size:.9375rem}
.curve .legend svg{width:2.25rem;height:.625rem}
.score{border-collapse:collapse;font-size:.9375rem;font-variant-numeric:tabular-nums;min-width:100%}
.score th,.score td{padding:.3rem .7rem;border-bottom:1px solid var(--c-line);text-align:left;vertical-align:baseline}
.score th{color:var(--c-soft);font-weight:600;white-space:nowrap}
.score .n{text-align:right}
.wide{overflow-x:auto}
@media print{.wide{overflow:visible}.score{font-size:8pt}tr{break-inside:avoid}.curve{break-inside:avoid}}
`

/** The same card gives the same bytes. */
export function renderScorePage(locale: Locale, card: ScoreCard, version: string): string {
  const title = `${t(locale, 'score.title')} · ${t(locale, 'score.heading', { from: card.from, until: card.until, nights: card.nights })}`
  return html`${pageHead(locale, { title, style: STYLE + OWN_STYLE, schemes: true })}
<body>
<a class="skip" href="#content">${t(locale, 'report.skip')}</a>
<main id="content">
<header class="top">
<p class="kicker">${t(locale, 'score.heading', { from: card.from, until: card.until, nights: card.nights })}</p>
<h1>${t(locale, 'score.title')}</h1>
${cardNotes(locale, card).map((note) => html`<p class="soft">${note}</p>`)}
</header>
<section>
<dl class="facts">${cardFacts(locale, card).map(({ name, value, of }) => html`<div><dt>${name}</dt><dd><b>${value}</b><span>${of}</span></dd></div>`)}</dl>
</section>
${curves(locale, card)}
${cardTables(locale, card, true).map(tableSection)}
</main>
<footer class="foot"><p>${t(locale, 'report.product')} ${version}</p><p>${t(locale, 'score.footer')}</p></footer>
</body>
</html>
`.text
}

function tableSection({ title, columns, rows }: CardTable): Markup {
  return html`<section><h2>${title}</h2><div class="wide scroll" tabindex="0" role="region" aria-label="${title}"><table class="score">
<thead><tr>${columns.map((column) => html`<th scope="col"${column.align === 'right' ? trusted(' class="n"') : ''}>${column.title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td${columns[i]!.align === 'right' ? trusted(' class="n"') : ''}>${cell}</td>`)}</tr>
`)}</tbody></table></div></section>
`
}

/** A thousand stream-years are a few weeks of a city: rates per one are too small to read. */
const PER = 1000

function curves(locale: Locale, { references }: ScoreCard): Markup | null {
  if (references === null) return null
  const all = [{ name: 'weisu', curve: references.own_curve }, ...references.rules]
  const draw = (title: string, xTitle: string, yTitle: string, x: (point: CurveRow) => number | null, y: (point: CurveRow) => number | null, format: (value: number) => string): Markup => drawCurves({
    title, xTitle, yTitle, format, ...(x(references.own) === null ? {} : { mark: x(references.own)! * PER }),
    lines: all.map(({ name, curve }) => ({
      name: referenceName(locale, name), own: name === 'weisu',
      points: curve.map((point) => ({ x: (x(point) ?? 0) * PER, y: y(point) ?? NaN })).sort((a, b) => a.x - b.x || a.y - b.y),
    })),
  })
  return html`<section><h2>${t(locale, 'score.chart_title')}</h2>
${draw(t(locale, 'score.chart_title'), t(locale, 'score.axis_alerts'), t(locale, 'score.axis_gained'), (point) => point.alerts_per_stream_year, (point) => point.mean_days_gained, (value) => figure(locale, value, 1))}
<h2>${t(locale, 'score.chart_false')}</h2>
${draw(t(locale, 'score.chart_false'), t(locale, 'score.axis_false'), t(locale, 'score.axis_in_time'), (point) => point.false_alerts_per_stream_year, (point) => point.share_in_time, (value) => percent(locale, value))}
<p class="note">${t(locale, 'score.chart_note')}</p></section>`
}

/** @returns the path */
export async function writeScorePage(out: string, locale: Locale, card: ScoreCard, version: string): Promise<string> {
  const path = resolve(out)
  await writeWhole(path, renderScorePage(locale, card, version))
  return path
}
