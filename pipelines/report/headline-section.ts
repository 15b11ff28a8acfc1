/**
 * The answer first: how many places need attention, how seriously, what changed since yesterday, and what it all rests on.
 */
import type { Locale } from '../../core/config.ts'
import { t } from '../../core/texts.ts'
import { judgedOf } from './coverage-section.ts'
import { LEVELS } from './facts.ts'
import type { AlertFacts, ReportFacts } from './facts.ts'
import { html } from './html.ts'
import type { Content, Markup } from './html.ts'
import { levelChip, levelIcon, placeName, topicName, alertHeadline } from './marks.ts'
import { countText, formatDate, joined, named } from './words.ts'

export function headline(locale: Locale, facts: ReportFacts): Markup {
  const { alerts } = facts
  const places = new Set(alerts.map((alert) => alert.place_id)).size
  return html`<header class="top">
<p class="kicker">${t(locale, 'report.kicker')}${facts.city && html`<span aria-hidden="true"> / </span>${joined(locale, facts.city.split('、'))}`}</p>
<h1>${places > 0 ? countText(locale, 'report.headline', places) : t(locale, facts.coverage.length > 0 ? 'report.headline.none' : 'report.headline.unjudged')}</h1>
${places > 0
    ? html`<ul class="levels" aria-label="${t(locale, 'report.level')}">${LEVELS.map((level) => levelCount(locale, alerts, level))}<li class="all">${countText(locale, 'report.alerts_count', alerts.length)}</li></ul>`
    : html`<p class="lead">${calm(locale, facts)}</p>`}
${about(locale, facts)}
</header>
${changes(locale, facts)}
${alerts.length > 0 && list(locale, alerts)}`
}

function levelCount(locale: Locale, alerts: AlertFacts[], level: AlertFacts['level']): Markup | false {
  const n = alerts.filter((alert) => alert.level === level).length
  return n > 0 && html`<li>${levelChip(locale, level)} <b>${n}</b></li>`
}

function calm(locale: Locale, { coverage }: ReportFacts): string {
  const { judged, unknown } = judgedOf(coverage)
  return judged > 0 ? t(locale, 'report.headline.none_judged', { judged, unknown }) : t(locale, 'report.headline.none_unjudged')
}

function about(locale: Locale, facts: ReportFacts): Markup {
  const status = facts.runStatus === 'succeeded' || facts.runStatus === 'running' || facts.runStatus === 'failed' ? facts.runStatus : 'none'
  return html`<dl class="about">
<div><dt>${t(locale, 'report.meta.night')}</dt><dd>${formatDate(locale, facts.night, 'full')}</dd></div>
<div><dt>${t(locale, 'report.meta.cutoff')}</dt><dd>${t(locale, 'report.meta.cutoff_value', { date: formatDate(locale, facts.cutoff.date, 'short'), time: facts.cutoff.time, zone: facts.timeZone })}</dd></div>
<div><dt>${t(locale, 'report.meta.version')}</dt><dd>${facts.codeVersion ?? t(locale, 'report.meta.unknown')}</dd></div>
${status !== 'succeeded' && status !== 'running' && html`<div><dt>${t(locale, 'report.meta.run')}</dt><dd>${t(locale, `report.meta.run_${status}`)}</dd></div>`}
</dl>`
}

function changes(locale: Locale, facts: ReportFacts): Markup {
  const { alerts, ended, quiet } = facts
  const of = (change: AlertFacts['change']): AlertFacts[] => alerts.filter((alert) => alert.change === change)
  const step = (alert: AlertFacts): Content => alert.level_before && html` <span class="step">${levelIcon(alert.level)}${t(locale, 'report.changes.level_step', {
    before: t(locale, `report.level_short.${alert.level_before}`), after: t(locale, `report.level_short.${alert.level}`),
  })}</span>`
  const groups: [string, Markup[]][] = [
    [t(locale, 'report.changes.new'), of('new').map((alert) => linked(locale, alert))],
    [t(locale, 'report.changes.raised'), of('raised').map((alert) => html`${linked(locale, alert)}${step(alert)}`)],
    [t(locale, 'report.changes.returned'), of('returned').map((alert) => linked(locale, alert))],
    [t(locale, 'report.changes.lowered'), of('lowered').map((alert) => html`${linked(locale, alert)}${step(alert)}`)],
    [t(locale, 'report.changes.moved'), of('moved').map((alert) => linked(locale, alert))],
    [t(locale, 'report.changes.continued'), of('continued').map((alert) => linked(locale, alert))],
    [t(locale, 'report.changes.ended'), ended.map((row) => where(locale, row.place, row.topic))],
    [t(locale, 'report.changes.quiet'), quiet.map((row) => where(locale, row.place, row.topic))],
  ]
  const always = 2 // new and raised are shown even when there is none: that is news too
  return html`<section id="changes"><h2>${t(locale, 'report.changes')}</h2><dl class="changes">
${groups.map(([name, entries], i) => (i < always || entries.length > 0 || name === t(locale, 'report.changes.ended')) && html`<div><dt>${name} <b>${entries.length}</b></dt><dd>${entries.length === 0 ? t(locale, 'report.changes.none') : html`<ul>${entries.slice(0, MOST_NAMES).map((entry) => html`<li>${entry}</li>`)}${entries.length > MOST_NAMES && html`<li>${t(locale, 'report.changes.more', { n: entries.length - MOST_NAMES })}</li>`}</ul>`}</dd></div>
`)}</dl></section>`
}

const MOST_NAMES = 8

function linked(locale: Locale, alert: AlertFacts): Markup {
  return html`<a href="#alert-${alert.rank}">${where(locale, alert.place, alert.topic)}</a>`
}

function where(locale: Locale, place: readonly string[], topic: readonly string[] | null): Markup {
  return html`${named(locale, placeName(locale, place))}${t(locale, 'report.dot')}${named(locale, topicName(locale, topic))}`
}

/** All alerts on one screen. */
function list(locale: Locale, alerts: AlertFacts[]): Markup {
  return html`<section id="list"><h2>${t(locale, 'report.list')}</h2>
<table class="list"><thead><tr><th scope="col">${t(locale, 'report.list.rank')}</th><th scope="col">${t(locale, 'report.level')}</th><th scope="col">${t(locale, 'report.list.what')}</th>\
<th scope="col">${t(locale, 'report.list.lead')}</th><th scope="col">${t(locale, 'report.list.due')}</th></tr></thead><tbody>
${alerts.map((alert) => html`<tr><td class="rank">${alert.rank}</td><td>${levelChip(locale, alert.level)}</td>\
<td class="what"><a href="#alert-${alert.rank}">${alertHeadline(locale, alert)}</a></td>\
<td data-name="${t(locale, 'report.list.lead')}">${alert.lead_unit ? named(locale, alert.lead_unit) : t(locale, 'report.alert.no_lead')}</td>\
<td data-name="${t(locale, 'report.list.due')}">${alert.due_on ? formatDate(locale, alert.due_on, 'weekday') : '–'}</td></tr>
`)}</tbody></table></section>`
}
