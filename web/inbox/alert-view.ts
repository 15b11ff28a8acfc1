/**
 * /alerts/ID: what is going on in one sentence, what to do about it, and everything that speaks for it, in the order in which somebody asks.
 */
import { html } from 'hono/html'
import { FEWEST_CALLERS, KEPT_RECORDS, readAlertPage, readAlertPeek } from '../../pipelines/inbox/alert-page.ts'
import type { AlertPage, RuleRecords } from '../../pipelines/inbox/alert-page.ts'
import { KeptAnswers } from '../../pipelines/inbox/kept.ts'
import { readerOf } from '../../pipelines/inbox/query.ts'
import { namesOf, placeOf, topicOf } from '../../pipelines/inbox/words.ts'
import { describeExpected } from '../../pipelines/alert-text.ts'
import { formatAmount } from '../../pipelines/report/words.ts'
import { readNeighboursOf, readUnitChoices } from '../../sql/inbox-alert.ts'
import { markSeen } from '../../sql/inbox-list.ts'
import { FEEDBACK_VERDICTS } from '../../sql/inbox-people.ts'
import { badge, levelBadge } from '../components.ts'
import type { Message } from '../reply.ts'
import type { WebRequest } from '../request.ts'
import { page as shell } from '../shell.ts'
import type { Html } from '../shell.ts'
import { actForms, unitList } from './act-forms.ts'
import type { Draft, FormChoices } from './act-forms.ts'
import { chartSection } from './chart.ts'
import { callersSection, groupsSection, samplesSection, similarSection, whySection } from './evidence-sections.ts'
import { alertPath, codeText, dueMark, formatDay, formatInstant, name, pathOf } from './format.ts'
import { keyHelp } from './key-help.ts'
import { mapSection } from './map.ts'
import { clocksSection, partiesSection, timelineSection } from './work-sections.ts'

const records = new KeptAnswers<RuleRecords>(KEPT_RECORDS)

export async function showAlert(request: WebRequest, draft?: Draft, status = 200, message?: Message): Promise<Response> {
  const id = request.param('id')
  const { page, choices } = await request.withActor(async (client) => {
    const [page] = await Promise.all([
      readAlertPage(client, { id, actor: request.actor, locale: request.locale, settings: request.config.settings, records }), markSeen(client, readerOf(request.actor).account, id),
    ])
    const wantsUnits = page.acts.some((act) => ['reassign', 'add_unit', 'add_task'].includes(act))
    const [units, neighbours] = await Promise.all([wantsUnits ? readUnitChoices(client) : [], page.acts.includes('merge') ? readNeighboursOf(client, id) : []])
    const choices: FormChoices = { units, neighbours: neighbours.map((one) => ({ id: one.id, level: one.level, title: `${placeOf(request.locale, namesOf(one.place))} · ${topicOf(request.locale, namesOf(one.topic))}` })) }
    return { page, choices }
  })
  return shell(request, {
    title: page.title, section: 'inbox', wide: true, styles: ['inbox/inbox.css'], scripts: ['inbox/alert.js'], status, ...(message ? { message } : {}),
    body: html`<article class="alert-page" id="alert" data-id="${page.head.id}" data-version="${page.life.version}" data-path="${alertPath(page.head.id)}">
<p class="noprint"><a href="/inbox" id="back">← ${request.text('inbox.alert.back')}</a></p>
${headSection(request, page)}
<div class="alert-columns">${actForms(request, page, choices, draft)}<div class="alert-main">
${chartSection(request, page)}${mapSection(request, page)}${callersSection(request, page)}${samplesSection(request, page)}${groupsSection(request, page)}${similarSection(request, page)}${whySection(request, page)}${timelineSection(request, page)}
</div><div class="alert-side">
${clocksSection(request, page)}${partiesSection(request, page)}${assignSection(request, page)}${feedbackSection(request, page)}${replySection(request, page)}
</div></div>${unitList(choices.units)}</article>${keyHelp(request)}`,
  })
}

function headSection(request: WebRequest, page: AlertPage): Html {
  const { text, locale } = request
  const { head, life, title, sentence } = page
  const figure = (value: string, label: string): Html => html`<div class="figure"><b>${value}</b><span>${label}</span></div>`
  const few = head.callers < FEWEST_CALLERS
  return html`<header class="alert-head level-edge-${head.level}"><p class="marks">${levelBadge(request, head.level)} ${badge(codeText(request, 'alert.kind', head.kind))} ${badge(codeText(request, 'alert_state', life.state), 'info')}${life.finding === null ? '' : html` ${badge(text(`finding.${life.finding}`))}`}${life.escalated === null ? '' : html` ${badge(text('alert_mark.escalated', { rung: text(`rung.${life.escalated}`) }), 'warn')}`}${page.view.snoozed_until === null ? '' : html` ${badge(text('alert_mark.snoozed', { until: page.view.snoozed_until }), 'warn')}`}${head.dueAt === null ? '' : html` <span class="nowrap">${head.dueClock === null ? text('inbox.row.reply') : codeText(request, 'clock', head.dueClock)} ${dueMark(request, head.dueAt, page.now, head.timeZone)}</span>`}</p>
<h1>${title}</h1>
<p class="lead">${sentence}</p>
<p class="soft small">${pathOf(request, head.place)}${head.topic.length === 0 ? '' : html` ｜ ${pathOf(request, head.topic)}`} · ${text('inbox.row.since', { date: formatDay(request, head.firstNight, page.today) })} · ${text('inbox.alert.id')} <code>${head.id}</code></p>
${head.withheld === null || life.version > 0 ? '' : html`<p class="message info">${text('inbox.alert.withheld', { why: codeText(request, 'inbox.held', head.withheld) })}</p>`}
${life.mergedInto === null ? '' : html`<p class="message info">${text('inbox.alert.merged')} <a href="${alertPath(life.mergedInto)}">${life.mergedInto}</a></p>`}
${head.parentId === null ? '' : html`<p class="small">${text('inbox.alert.parent')}${request.locale === 'zh' ? '：' : ': '}<a href="${alertPath(head.parentId)}">${head.parentId}</a></p>`}
${head.kind === 'seasonal' ? '' : html`<div class="figures">${figure(String(head.observed), text('inbox.alert.observed', { days: head.windowDays }))}${figure(describeExpected(locale, head.expected), text('inbox.alert.usual'))}${figure(few ? `<${FEWEST_CALLERS}` : String(head.callers), text('inbox.alert.total'))}${figure(String(head.tickets), text('inbox.alert.tickets'))}${head.place.length > 2 && head.households ? figure(formatAmount(locale, head.tickets / head.households * 100), text('inbox.alert.per_100')) : ''}</div>`}</header>`
}

function assignSection(request: WebRequest, { assignment, head }: AlertPage): Html | string {
  if (!request.may('alerts.assign')) return ''
  const { text } = request
  const mine = assignment?.account === String(request.actor.id)
  return html`<section class="card"><h2>${text('inbox.alert.assigned')}</h2><p>${assignment?.account ? name(request, assignment.person) : html`<span class="soft">${text('inbox.alert.assigned.none')}</span>`}</p>
<form method="post" action="${alertPath(head.id)}/assign" data-act="assign" class="noprint"><button class="second small" name="who" value="${mine ? 'nobody' : 'me'}">${text(mine ? 'inbox.alert.unassign' : 'inbox.alert.assign_me')}</button></form></section>`
}

function feedbackSection(request: WebRequest, { feedback, head, life }: AlertPage): Html | string {
  if (!request.may('alerts.feedback')) return ''
  const { text } = request
  return html`<section class="card"><h2>${text('inbox.alert.feedback')}</h2><p class="soft small">${text('inbox.alert.feedback.about')}</p>
<form method="post" action="${alertPath(head.id)}/feedback" data-act="feedback" class="noprint"><input type="hidden" name="version" value="${life.version}"><div class="field"><label for="feedback-note">${text('inbox.alert.feedback.note')}</label><input id="feedback-note" name="note" maxlength="1000"></div>
<div class="row">${FEEDBACK_VERDICTS.map((verdict) => html`<button class="second small" name="verdict" value="${verdict}">${text(`inbox.alert.feedback.${verdict}`)}</button>`)}</div></form>
${feedback.length === 0 ? '' : html`<ul class="plain small said-list">${feedback.slice(0, 5).map((one) => html`<li>${badge(text(`inbox.alert.feedback.${one.verdict}`), one.verdict === 'true' ? 'good' : one.verdict === 'false' ? 'bad' : 'plain')} ${one.by} (${name(request, one.unit)}) ${formatInstant(request, one.at, head.timeZone)}${one.note === '' ? '' : html`<br>${one.note}`}</li>`)}</ul>`}</section>`
}

function replySection(request: WebRequest, { reply, proposedReply, head, numbers }: AlertPage): Html | string {
  if (!request.may('alerts.reply')) return ''
  const { text } = request
  return html`<section class="card"><h2>${text('inbox.alert.reply')}</h2><p class="soft small">${text('inbox.alert.reply.about', { tickets: head.tickets })}</p>
<form method="post" action="${alertPath(head.id)}/reply"><div class="field"><label class="unseen" for="reply-body">${text('inbox.alert.reply')}</label><textarea id="reply-body" name="body" rows="6" maxlength="2000" required>${reply?.body ?? proposedReply}</textarea></div><button class="second small">${text('inbox.alert.reply.save')}</button></form>
${reply === undefined ? '' : html`<p class="soft small">${text('inbox.alert.reply.kept', { by: reply.by, unit: reply.unit, at: formatInstant(request, reply.at, head.timeZone) })}</p>`}
${numbers.length === 0 ? '' : html`<details><summary>${text('inbox.alert.reply.tickets', { n: numbers.length })}</summary><p class="mono small numbers-list">${numbers.join(' ')}</p></details>`}</section>`
}

/** What a keyboard or a third pane needs of one alert, without its forms. @throws {PipelineError} `no_such_alert` */
export async function peekFacts(request: WebRequest): Promise<Record<string, unknown>> {
  const { text, locale, actor } = request
  const { head, life, title, sentence, acts, callers, samples, days } = await request.withActor((client) => readAlertPeek(client, { id: request.param('id'), actor, locale }))
  return {
    id: head.id, version: life.version, title, sentence, level: head.level, level_text: codeText(request, 'cli.level', head.level), state: codeText(request, 'alert_state', life.state), href: alertPath(head.id), open_text: text('inbox.peek.open'),
    days: days.slice(-56).map((day) => day.observed), usual: days.slice(-56).map((day) => day.expected), acts,
    facts: [
      [text('inbox.place'), head.place.join(' › ')], [text('inbox.topic'), head.topic.join(' › ') || topicOf(locale, head.topic)], [text('party.lead'), life.parties.find((party) => party.kind === 'lead' && party.state !== 'released')?.unit ?? '–'],
      ...(head.dueAt === null ? [] : [[text('inbox.due'), `${head.dueClock === null ? text('inbox.row.reply') : codeText(request, 'clock', head.dueClock)} ${formatInstant(request, head.dueAt, head.timeZone)}`]]),
      [text('inbox.alert.who'), text('inbox.alert.who.people', { callers: callers.callers, tickets: callers.tickets })],
    ],
    quote: samples.at(-1)?.content?.slice(0, 160) ?? null,
  }
}
