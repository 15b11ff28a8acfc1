/**
 * What speaks for an alert: who calls, what they say, what became of others like it, and why it has this level.
 */
import { html } from 'hono/html'
import { CENTURY, describeRecurrence } from '../../pipelines/alert-text.ts'
import { FEWEST_CALLERS } from '../../pipelines/inbox/alert-page.ts'
import type { AlertPage } from '../../pipelines/inbox/alert-page.ts'
import { markWords } from '../../pipelines/inbox/key-words.ts'
import { formatAmount, formatShare } from '../../pipelines/report/words.ts'
import { ruleWords } from '../../pipelines/rule-source.ts'
import { badge, levelBadge } from '../components.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'
import { alertPath, codeText, formatDay, name } from './format.ts'

/** Longest quotation, in characters. */
const MOST_CHARACTERS = 260

export function callersSection(request: WebRequest, { callers, growth, head }: AlertPage): Html {
  const { text, locale } = request
  const share = callers.tickets === 0 ? 0 : callers.top / callers.tickets
  const knows = callers.anonymous <= callers.tickets / 2
  const most = Math.max(1, ...callers.channels.map((channel) => channel.tickets))
  const few = head.callers < FEWEST_CALLERS
  return html`<section class="card"><h2>${text('inbox.alert.who')}</h2><div class="side"><div>
<p><b>${text('inbox.alert.who.people', { callers: callers.callers, tickets: callers.tickets })}</b></p>
<ul>${!knows || few ? '' : html`<li>${text(share <= 0.5 ? 'inbox.alert.who.spread' : 'inbox.alert.who.concentrated')}${request.locale === 'zh' ? '：' : ': '}${text('inbox.alert.who.top', { share: formatShare(locale, share) })}</li>`}${callers.many > 0 ? html`<li>${text('inbox.alert.who.many', { n: callers.many })}</li>` : ''}${callers.repeats > 0 ? html`<li>${text('inbox.alert.who.repeats', { n: callers.repeats })}</li>` : ''}${callers.anonymous > 0 ? html`<li>${text('inbox.alert.who.anonymous', { n: callers.anonymous })}</li>` : ''}</ul>
<h3>${text('inbox.alert.channels')}</h3><table class="bars"><tbody>${callers.channels.slice(0, 8).map((channel) => html`<tr><th scope="row">${channel.name === '' ? text('inbox.alert.channel.none') : name(request, channel.name)}</th><td><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="c-now" width="${(100 * channel.tickets / most).toFixed(1)}" height="10"/></svg></td><td class="num">${channel.tickets}</td></tr>`)}</tbody></table></div>
<div>${growthFigure(request, growth)}</div></div></section>`
}

function growthFigure(request: WebRequest, growth: AlertPage['growth']): Html {
  const { text } = request
  const top = Math.max(1, ...growth.map((night) => night.tickets))
  const [width, height] = [320, 120]
  const x = (i: number): string => (growth.length === 1 ? width : i / (growth.length - 1) * width).toFixed(1)
  const line = (of: (row: AlertPage['growth'][number]) => number): string => growth.map((row, i) => `${i === 0 ? 'M' : 'L'}${x(i)} ${(height - 4 - (height - 8) * of(row) / top).toFixed(1)}`).join('')
  return html`<h3>${text('inbox.alert.growth')}</h3>${growth.length < 2 ? '' : html`<svg class="growth" viewBox="0 0 ${width} ${height}" role="img" aria-label="${text('inbox.alert.growth.label', { first: growth[0]!.callers, last: growth.at(-1)!.callers })}"><path class="c-axis" d="M0 ${height - 4}H${width}"/><path class="c-line-soft" d="${line((row) => row.tickets)}"/><path class="c-line" d="${line((row) => row.callers)}"/></svg>`}
<details${growth.length < 6 ? html` open` : ''}><summary>${text('inbox.alert.chart.table')}</summary><div class="scroll tall" tabindex="0" role="region" aria-label="${text('inbox.alert.growth')}"><table><thead><tr><th scope="col">${text('inbox.alert.night')}</th><th scope="col" class="num">${text('inbox.alert.total')}</th><th scope="col" class="num">${text('inbox.alert.tickets')}</th><th scope="col">${text('inbox.level')}</th></tr></thead><tbody>${growth.toReversed().map((row) => html`<tr><th scope="row" class="nowrap">${row.night}</th><td class="num">${row.callers}</td><td class="num">${row.tickets}</td><td>${levelBadge(request, row.level)}</td></tr>`)}</tbody></table></div></details>`
}

export function samplesSection(request: WebRequest, { samples, words }: AlertPage): Html {
  const { text } = request
  if (samples.length === 0) return html`<section class="card"><h2>${text('inbox.alert.samples')}</h2><p class="soft">${text('inbox.alert.samples.few', { fewest: FEWEST_CALLERS })}</p></section>`
  return html`<section class="card"><h2>${text('inbox.alert.samples')}</h2>
${words.length === 0 ? '' : html`<p>${text('inbox.alert.words')} ${words.map((word) => html`<mark>${word}</mark> `)}</p>`}
<div class="quotes">${samples.map((sample) => html`<figure><blockquote>${markWords(shorten(sample.content || sample.title || ''), words).map((piece) => (piece.key ? html`<mark>${piece.text}</mark>` : piece.text))}</blockquote><figcaption class="soft small">${formatDay(request, sample.day)}${sample.channel ? html` · ${name(request, sample.channel)}` : ''}</figcaption></figure>`)}</div>
<p class="soft small">${text('inbox.alert.samples.rule')}</p></section>`
}

/** Nothing where nights do not group tickets, or no group of the alert is large enough. */
export function groupsSection(request: WebRequest, { groups }: AlertPage): Html | '' {
  const { text, locale } = request
  if (groups.length === 0) return ''
  const comma = locale === 'zh' ? '、' : ', '
  return html`<section class="card"><h2>${text('issues.groups')}</h2><ul class="plain">${groups.map((group) => html`<li><p>${text('issues.group.people', { callers: group.callers, tickets: group.tickets, shared: group.in_alert, from: formatDay(request, group.from), to: formatDay(request, group.to) })}${group.repeats > 0 ? html` · ${text('issues.group.repeats', { n: group.repeats })}` : ''}</p>
<p class="small">${group.words.map((word) => html`<mark>${word}</mark> `)}${group.families.length === 0 ? '' : html`<span class="soft">${text('issues.group.filed')} ${group.families.map((family, i) => html`${i > 0 ? comma : ''}${name(request, family.at(-1)!)}`)}</span>`}</p>
${group.example === null ? '' : html`<blockquote class="small">${group.example}</blockquote>`}</li>`)}</ul>
<p class="soft small">${text('issues.groups.note')}</p></section>`
}

function shorten(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ').trim()]
  return characters.length <= MOST_CHARACTERS ? characters.join('') : `${characters.slice(0, MOST_CHARACTERS).join('')}…`
}

export function similarSection(request: WebRequest, { similar, today }: AlertPage): Html {
  const { text } = request
  return html`<section class="card"><h2>${text('inbox.alert.similar')}</h2>${similar.length === 0 ? html`<p class="soft">${text('inbox.alert.similar.none')}</p>` : html`<ul class="plain">${similar.map((one) => html`<li><p class="marks">${levelBadge(request, one.level)} <a href="${alertPath(one.id)}">${one.place.split('›').slice(-2).join(' › ')}</a>${one.samePlace ? html` ${badge(text('inbox.alert.similar.same'), 'info')}` : ''}</p>
<p class="small">${text('inbox.alert.similar.when', { from: formatDay(request, one.firstNight, today), to: formatDay(request, one.lastNight, today), callers: one.callers })} · ${one.struckOffOn === null ? one.state === 'unsigned' ? text('inbox.alert.similar.quiet') : codeText(request, 'alert_state', one.state) : text('inbox.alert.similar.closed', { on: formatDay(request, one.struckOffOn, today) })}${one.returned ? html` · ${text('inbox.alert.similar.returned')}` : ''}</p>
${one.helped === null ? '' : html`<p class="helped">${text('inbox.alert.similar.helped', { unit: one.helpedBy ?? '', text: shorten(one.helped) })}</p>`}</li>`)}</ul>`}</section>`
}

export function whySection(request: WebRequest, page: AlertPage): Html {
  const { text, locale } = request
  const { head, rule, record, signal, routing, verdicts } = page
  const detectors = signal?.evidence.detectors ?? []
  return html`<section class="card"><h2>${text('inbox.alert.why')}</h2><dl class="facts">
<dt>${text('inbox.alert.why.rule')}</dt><dd>${rule.id === '' ? '–' : text('inbox.alert.why.rule_value', { words: codeText(request, 'report.rule', rule.id), rule: rule.id, version: rule.version })}${rule.source ? html` <span class="soft">${ruleWords(locale, rule.source)}</span>` : ''}</dd>
${head.kind === 'seasonal' ? '' : html`<dt>${text('inbox.alert.why.chance')}</dt><dd>${head.recurrenceDays >= CENTURY ? text('inbox.alert.why.chance_never') : text('inbox.alert.why.chance_value', { recurrence: describeRecurrence(locale, head.recurrenceDays) })}</dd>`}
<dt>${text('inbox.alert.why.record')}</dt><dd>${record.of === 0 ? text('inbox.alert.why.record_none') : text('inbox.alert.why.record_value', { of: record.of, good: formatAmount(locale, record.good), low: formatShare(locale, record.low), high: formatShare(locale, record.high) })}</dd>
${head.kind === 'seasonal' ? '' : html`<dt>${text('inbox.alert.why.end')}</dt><dd>${text('inbox.alert.why.end_value', { days: head.windowDays, upper: Math.max(1, Math.ceil(head.upper - 1e-9)), nights: rule.quietNights })}</dd>`}
<dt>${text('inbox.alert.why.cutoff')}</dt><dd>${text('inbox.alert.why.cutoff_value', { night: head.lastNight })}</dd>
${verdicts.length === 0 ? '' : html`<dt>${text('inbox.alert.why.verdicts')}</dt><dd>${verdicts.map((verdict) => html`<p>${verdict.known_on} ${text(`verdict.${verdict.verdict}`)} · ${verdict.by}${verdict.note === '' ? '' : html` · ${verdict.note}`}</p>`)}</dd>`}
</dl>
${detectors.length === 0 ? '' : html`<details><summary>${text('inbox.alert.why.detectors')}</summary><div class="scroll" tabindex="0" role="region" aria-label="${text('inbox.alert.why.detectors')}"><table><thead><tr><th scope="col">${text('report.alert.detector')}</th><th scope="col" class="num">${text('report.alert.window')}</th><th scope="col" class="num">${text('report.alert.observed')}</th><th scope="col" class="num">${text('report.alert.expected')}</th><th scope="col" class="num">${text('report.alert.upper')}</th><th scope="col">${text('cli.explain.says')}</th></tr></thead><tbody>${detectors.map((one) => html`<tr><th scope="row">${codeText(request, 'report.detector', one.name)}</th><td class="num">${one.window_days}</td><td class="num">${one.observed}</td><td class="num">${amountOf(request, one.expected)}</td><td class="num">${amountOf(request, one.upper)}</td><td>${codeText(request, 'report.verdict', one.verdict)}</td></tr>`)}</tbody></table></div></details>`}
<h3>${text('inbox.alert.unit')}</h3><dl class="facts"><dt>${text('inbox.alert.unit.step')}</dt><dd>${codeText(request, 'route.step', routing?.step ?? head.leadReason)}${routing?.rule ? html` <span class="soft">${routing.rule}</span>` : ''}</dd>
${routing?.suggestion ? html`<dt>${text('inbox.alert.unit.suggestion')}</dt><dd>${text('inbox.alert.unit.suggestion_value', { unit: routing.suggestion.unit, closed: routing.suggestion.closed, of: routing.suggestion.of })}</dd>` : ''}
${routing && routing.refused.length > 0 ? html`<dt>${text('inbox.alert.unit.refused')}</dt><dd>${routing.refused.join(locale === 'zh' ? '、' : ', ')}</dd>` : ''}
</dl></section>`
}

function amountOf(request: WebRequest, value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : formatAmount(request.locale, value)
}
