/**
 * One alert in full: the sentence, who acts by when, the chart, why, what callers say, and what would end it.
 */
import type { Locale } from '../../core/config.ts'
import { formatDay, parseDay } from '../../core/days.ts'
import { t, TEXTS } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import type { ReportEventRow } from '../../sql/report.ts'
import type { AlertForecast } from '../forecast/alert-forecast.ts'
import type { AlertFacts, ReportFacts } from './facts.ts'
import { FEWEST_CALLERS } from './facts.ts'
import { html } from './html.ts'
import type { Content, Markup } from './html.ts'
import { alertSentence, CENTURY } from '../alert-text.ts'
import { alertHeadline, alertTitle, isRare, levelChip, placeName, textFacts } from './marks.ts'
import { seriesFigure, seriesTable } from './series-chart.ts'
import { formatAmount, formatDate, formatShare, formatSpan, joined, named, pathOf } from './words.ts'

type Library = typeof import('echarts')

export function alertsSection(echarts: Library, locale: Locale, facts: ReportFacts): Markup | false {
  if (facts.alerts.length === 0) return false
  return html`<section id="alerts"><h2>${t(locale, 'report.alerts')}</h2>
${facts.alerts.map((alert) => alertArticle(echarts, locale, facts, alert))}
</section>`
}

function alertArticle(echarts: Library, locale: Locale, facts: ReportFacts, alert: AlertFacts): Markup {
  const title = alertTitle(locale, alert)
  const badge = alert.change === 'continued' ? null : t(locale, `report.changes.${alert.change}`)
  return html`<article class="alert ${alert.level}" id="alert-${alert.rank}">
<header><p class="marks"><span class="rank">${alert.rank}</span>${levelChip(locale, alert.level)}<span class="kind" title="${t(locale, `report.kind_note.${alert.kind}`)}">${t(locale, `alert.kind.${alert.kind}`)}</span>${badge && html`<span class="badge">${badge}</span>`}</p>
<h3>${alertHeadline(locale, alert)}</h3>
<p class="path">${pathOf(locale, alert.place)}${alert.topic && html`<span class="sep" aria-hidden="true"> ｜ </span>${pathOf(locale, alert.topic)}`}</p>
${!alert.within_budget && html`<p class="note">${t(locale, 'report.list.beyond')}</p>`}${alert.held && html`<p class="note">${codeText(locale, 'report.held', alert.held)}</p>`}</header>
<p class="said">${alertSentence(locale, textFacts(alert, facts.night))}</p>
<div class="body"><div class="facts">
${factList(locale, facts, alert)}
</div><div class="evidence">
${seriesFigure(echarts, locale, alert, title)}
${whyList(locale, alert)}
</div></div>
${samples(locale, alert)}
<p class="end"><b>${t(locale, 'report.alert.end')}</b> ${endText(locale, facts, alert)}</p>
${details(locale, alert)}
</article>
`
}

function factList(locale: Locale, facts: ReportFacts, alert: AlertFacts): Markup {
  const parent = alert.parent_alert_id && facts.alerts.find((other) => other.id === alert.parent_alert_id)
  const rows: [string, Content][] = [
    [t(locale, 'report.alert.counts'), countsText(locale, alert)],
    [t(locale, 'report.alert.callers'), html`${alert.callers < FEWEST_CALLERS ? t(locale, 'report.alert.callers_few') : t(locale, 'report.alert.callers_value', { callers: alert.callers, tickets: alert.tickets })}${
      alert.place.length > 2 && alert.households !== null && alert.households > 0 && html`<br>${t(locale, 'report.alert.households', { rate: formatAmount(locale, alert.tickets / alert.households * 100), households: alert.households })}`}`],
    [t(locale, 'report.alert.neighbours'), alert.neighbours.length > 0 && joined(locale, alert.neighbours.map((path) => placeName(locale, path)))],
    [t(locale, 'report.alert.affected'), alert.affected.length > 0 && joined(locale, alert.affected.map(({ place, callers }) => t(locale, 'report.alert.affected_value', { place, callers })))],
    [t(locale, 'report.alert.events'), alert.events.length > 0 && html`${alert.events.map((event) => html`${eventText(locale, event)}<br>`)}<span class="soft">${t(locale, 'report.alert.events_note')}</span>`],
    [t(locale, 'issues.groups'), alert.groups.length > 0 && html`${alert.groups.slice(0, MOST_GROUPS).map((group) => html`${groupText(locale, group)}<br>`)}`],
    [t(locale, 'report.alert.since'), sinceText(locale, facts.night, alert)],
    [t(locale, 'report.alert.rarity'), rarityText(locale, alert.recurrence_days)],
    [t(locale, 'report.alert.forecast'), forecastText(locale, alert)],
    [t(locale, 'report.alert.lead'), html`${alert.lead_unit ? html`<b>${named(locale, alert.lead_unit)}</b>` : t(locale, 'report.alert.no_lead')}${alert.lead_unit && alert.lead_reason && html` <span class="soft">${leadReason(locale, alert.lead_reason)}</span>`}`],
    [t(locale, 'report.alert.territory'), alert.territory_unit && named(locale, alert.territory_unit)],
    [t(locale, 'report.alert.co'), coUnits(locale, alert)],
    [t(locale, 'report.alert.due'), alert.due_on && html`<b>${t(locale, 'report.alert.due_value', { date: formatDate(locale, alert.due_on, 'weekday') })}</b>${!alert.due_certain && html` <span class="soft">${t(locale, 'report.alert.due_uncertain')}</span>`}`],
    [t(locale, 'report.alert.part_of'), parent && html`<a href="#alert-${parent.rank}">${t(locale, 'report.alert.part_of_value', { rank: parent.rank })}</a>`],
  ]
  return html`<dl class="pairs">${rows.map(([name, value]) => value && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

function countsText(locale: Locale, alert: AlertFacts): string {
  const { window_days: days, observed } = alert
  const usual = isRare(alert) ? t(locale, 'report.alert.usual_rare') : t(locale, 'report.alert.usual', { expected: formatAmount(locale, alert.expected) })
  return t(locale, days === 1 ? 'report.alert.counts_value_day' : 'report.alert.counts_value', { days, observed, usual, upper: lineOf(alert) })
}

/** What the next fortnight brings; small chances are told as such. */
function forecastText(locale: Locale, { why }: AlertFacts): Markup | false {
  const forecast = why.forecast as AlertForecast | undefined
  if (!forecast) return false
  const amount = (value: number): string => formatAmount(locale, value)
  return html`${t(locale, 'report.alert.forecast_value', { mean: amount(forecast.mean), q10: amount(Math.round(forecast.q10)), q90: amount(Math.round(forecast.q90)) })}<br>${
    t(locale, 'report.alert.forecast_surge', { threshold: forecast.threshold, surge: forecast.surge > 0 && forecast.surge < 0.001 ? `<${formatShare(locale, 0.001)}` : formatShare(locale, forecast.surge) })
  } <span class="soft">${t(locale, 'report.alert.forecast_model', { model: t(locale, `forecast.model.${forecast.model}` as TextKey) })}${
    !forecast.certain && html`${t(locale, 'report.dot')}${t(locale, 'report.alert.forecast_uncertain')}`}</span>`
}

function coUnits(locale: Locale, alert: AlertFacts): Markup | false {
  const others = alert.co_units.filter((name) => name !== alert.territory_unit && name !== alert.lead_unit)
  return others.length > 0 && joined(locale, others)
}

function sinceText(locale: Locale, night: string, alert: AlertFacts): string {
  if (alert.first_night === night) return t(locale, 'report.alert.since_tonight')
  return t(locale, 'report.alert.since_value', { date: formatDate(locale, alert.first_night, 'weekday'), n: parseDay(night) - parseDay(alert.first_night) + 1 })
}

function eventText(locale: Locale, { from, until, note }: ReportEventRow): Markup {
  const last = formatDay(parseDay(until) - 1)
  const [first, end] = [formatDate(locale, from, 'short'), formatDate(locale, last, 'short')]
  return html`${from === last ? first : t(locale, 'report.alert.events_days', { from: first, last: end })}${note && html`${t(locale, 'report.dot')}${named(locale, note)}`}`
}

/** How seldom chance alone would do this: once in 45 days, 7 months, 12 years. */
function rarityText(locale: Locale, days: number): string {
  if (!(days < CENTURY)) return t(locale, 'report.alert.rarity_century')
  return t(locale, 'report.alert.rarity_value', { span: formatSpan(locale, days) })
}

/** The smallest whole count that gives a signal. */
function lineOf(alert: AlertFacts): number {
  return Math.max(1, Math.ceil(alert.upper - 1e-9))
}

function endText(locale: Locale, facts: ReportFacts, alert: AlertFacts): string {
  return t(locale, alert.window_days === 1 ? 'report.alert.end_value_day' : 'report.alert.end_value', { days: alert.window_days, upper: lineOf(alert), nights: facts.settings.quietNights })
}

function leadReason(locale: Locale, reason: string): string {
  return t(locale, 'report.alert.lead_reason', { reason: codeText(locale, 'report.lead', reason) })
}

/** The text of a code that another step wrote; a code without text stands for itself. */
export function codeText(locale: Locale, prefix: string, code: string): string {
  const key = `${prefix}.${code}`
  return Object.hasOwn(TEXTS, key) ? t(locale, key as TextKey) : code
}

function whyList(locale: Locale, alert: AlertFacts): Markup {
  const { why } = alert
  const ratio = alert.observed / alert.expected
  const share = numberIn(why, 'top_caller_share')
  const surrounding = numberIn(why, 'surrounding_ratio')
  const agreeing = detectorsOf(why).filter((detector) => detector.verdict === undefined || detector.verdict === 'alert' || detector.verdict === 'watch')
  const reasons: (string | false | undefined)[] = [
    isRare(alert) ? t(locale, 'report.alert.why_new') : ratio >= 1.2 && t(locale, 'report.alert.why_times', { ratio: formatAmount(locale, ratio) }),
    share !== undefined && alert.callers >= FEWEST_CALLERS && t(locale, share <= 0.5 ? 'report.alert.why_people' : 'report.alert.why_few_people', { share: formatShare(locale, share) }),
    surrounding !== undefined && surrounding >= 1.1 && t(locale, 'report.alert.why_surrounding', { ratio: formatAmount(locale, surrounding) }),
    agreeing.length > 1 && t(locale, 'report.alert.why_methods', { n: agreeing.length }),
    ...labelsOf(why).map((label) => codeText(locale, 'report.label', label)),
    typeof why.rule === 'string' && t(locale, 'report.alert.why_level', { rule: codeText(locale, 'report.rule', why.rule) }),
    alert.record !== null && alert.record.of > 0 && t(locale, 'report.alert.record', {
      of: alert.record.of, good: alert.record.good, low: formatShare(locale, alert.record.low), high: formatShare(locale, alert.record.high),
    }),
  ]
  return html`<h4>${t(locale, 'report.alert.why')}</h4><ul class="why">${reasons.map((reason) => reason && html`<li>${reason}</li>`)}</ul>`
}

function labelsOf({ labels }: Record<string, unknown>): string[] {
  return Array.isArray(labels) ? labels.filter((label) => typeof label === 'string') : []
}

function groupText(locale: Locale, { from, to, callers, tickets, in_alert: shared, words }: AlertFacts['groups'][number]): string {
  return [t(locale, 'issues.group.people', { callers, tickets, shared, from, to }), words.slice(0, MOST_WORDS).join(locale === 'zh' ? '、' : ', ')].filter((part) => part !== '').join(t(locale, 'report.dot'))
}

function samples(locale: Locale, alert: AlertFacts): Markup {
  const heading = html`<h4>${t(locale, 'report.alert.samples')}</h4>${alert.phrases.length > 0 && html`<p class="phrases">${joined(locale, alert.phrases.map(({ text, callers }) => t(locale, 'report.words.phrase', { text, n: callers })))}</p>`}`
  if (alert.samples.length === 0) return html`<div class="samples">${heading}<p class="note">${t(locale, 'report.alert.samples_few')}</p></div>`
  return html`<div class="samples">${heading}
<div class="quotes">${alert.samples.map((sample) => html`<figure><blockquote>${named(locale, sample.text)}</blockquote><figcaption>${formatDate(locale, sample.day, 'short')}${sample.channel && html`${t(locale, 'report.dot')}${named(locale, sample.channel)}`}</figcaption></figure>`)}</div>
<p class="note">${t(locale, 'report.alert.samples_rule')}</p></div>`
}

function details(locale: Locale, alert: AlertFacts): Markup {
  const detectors = detectorsOf(alert.why)
  const value = (n: number | undefined): string => (n === undefined ? '–' : formatAmount(locale, n))
  return html`<div class="more">${seriesTable(locale, alert)}
<details class="figures"><summary>${t(locale, 'report.alert.detail')}</summary>
${detectors.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="${t(locale, 'report.alert.detail')}"><table class="numbers"><thead><tr><th scope="col">${t(locale, 'report.alert.detector')}</th><th scope="col">${t(locale, 'report.alert.window')}</th><th scope="col">${t(locale, 'report.alert.observed')}</th>\
<th scope="col">${t(locale, 'report.alert.expected')}</th><th scope="col">${t(locale, 'report.alert.upper')}</th><th scope="col">${t(locale, 'report.alert.chance')}</th></tr></thead><tbody>
${detectors.map((detector) => html`<tr><th scope="row">${codeText(locale, 'report.detector', detector.name)}</th><td>${detector.window_days === undefined ? '–' : t(locale, 'report.method.days', { n: detector.window_days })}</td><td>${value(detector.observed)}</td><td>${value(detector.expected)}</td><td>${value(detector.upper)}</td>\
<td>${detector.log10_p === undefined ? '–' : html`10<sup>${formatAmount(locale, detector.log10_p)}</sup>`}</td></tr>`)}
</tbody></table></div>`}
${windowsTable(locale, alert)}
<p class="note">${t(locale, 'report.alert.id')} <code>${alert.id}</code></p></details></div>`
}

/** Callers of the last days against the usual, alone and given what lies around. */
function windowsTable(locale: Locale, { windows }: AlertFacts): Markup | false {
  if (windows.length === 0) return false
  const name = t(locale, 'report.alert.windows')
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table class="numbers"><thead><tr><th scope="col">${name}</th><th scope="col">${t(locale, 'report.alert.observed')}</th>\
<th scope="col">${t(locale, 'report.alert.expected')}</th><th scope="col">${t(locale, 'report.alert.expected_given')}</th></tr></thead><tbody>
${windows.map(({ days, callers, expected, usual }) => html`<tr><th scope="row">${days === 1 ? t(locale, 'report.alert.last_day') : t(locale, 'report.alert.last_days', { n: days })}</th><td>${callers}</td><td>${formatAmount(locale, expected)}</td><td>${formatAmount(locale, usual)}</td></tr>`)}
</tbody></table></div>`
}

interface Detector { name: string, window_days?: number | undefined, observed?: number | undefined, expected?: number | undefined, upper?: number | undefined, log10_p?: number | undefined, verdict?: string | undefined }

/** The detectors' own numbers as far as they are there and are numbers. */
function detectorsOf(why: Record<string, unknown>): Detector[] {
  if (!Array.isArray(why.detectors)) return []
  return why.detectors.filter((entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null).map((entry) => ({
    name: typeof entry.name === 'string' ? entry.name : '?',
    window_days: numberIn(entry, 'window_days'), observed: numberIn(entry, 'observed'), expected: numberIn(entry, 'expected'),
    upper: numberIn(entry, 'upper'), log10_p: numberIn(entry, 'log10_p'),
    verdict: typeof entry.verdict === 'string' ? entry.verdict : undefined,
  }))
}

function numberIn(record: Record<string, unknown>, key: string): number | undefined {
  const value = record[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
/** Groups of one cause that are named, and words of each. */
const MOST_GROUPS = 3
const MOST_WORDS = 4

