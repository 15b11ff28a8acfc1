/**
 * What may be done with an alert, as forms: the next step in front, the rest folded. Each names the version that its reader saw.
 */
import { html } from 'hono/html'
import { formatDay, parseDay } from '../../core/days.ts'
import type { AlertPage } from '../../pipelines/inbox/alert-page.ts'
import { LARGEST_EVIDENCE } from '../../pipelines/alert-life/evidence.ts'
import { FINDINGS, RUNGS } from '../../pipelines/alert-state.ts'
import type { Act } from '../../pipelines/alert-state.ts'
import { LEVELS } from '../../pipelines/levels.ts'
import type { Level } from '../../pipelines/levels.ts'
import type { WebRequest } from '../request.ts'
import type { Html } from '../shell.ts'
import { fieldsOf, whyOf } from './act-fields.ts'
import type { FieldName } from './act-fields.ts'
import { actTitle, alertPath } from './format.ts'

/** What somebody would do next, in this order: shown open. */
const NEXT: readonly Act[] = ['sign', 'verify', 'start', 'accept_task', 'finish_task', 'resume', 'request_strike_off', 'feedback', 'take_review', 'strike_off', 'refuse_strike_off', 'keep_on_book', 'reassign', 'refuse_reassign', 'look_back_30', 'look_back_90', 'dismiss']
const MOST_NEXT = 3
const WORK: ReadonlySet<Act> = new Set(['add_task', 'cancel_task', 'set_task_force', 'hold_meeting', 'commit', 'settle_commitment', 'set_milestone', 'reach_milestone', 'add_unit'])
const DESK: ReadonlySet<Act> = new Set(['merge', 'split', 'escalate', 'lower_level', 'remind', 'reassign', 'keep_on_book', 'dismiss'])

/** What a form had before it was refused. */
export interface Draft { act: string, values: Readonly<Record<string, string>>, error: string }

export interface FormChoices { units: readonly string[], neighbours: readonly { id: string, level: string, title: string }[] }

export function actForms(request: WebRequest, page: AlertPage, choices: FormChoices, draft?: Draft): Html {
  const { text } = request
  const { acting, acts } = page
  if (!acting || acts.length === 0 || !request.may('alerts.act')) return html`<section class="card acts"><h2>${text('inbox.alert.act')}</h2><p class="soft">${text('inbox.alert.no_acts')}</p></section>`
  const deskNow = ['strike_off_requested', 'under_review', 'reassign_requested'].includes(page.life.state)
  const next = NEXT.filter((act) => acts.includes(act) && (deskNow || act !== 'reassign')).slice(0, deskNow ? 4 : MOST_NEXT)
  const rest = acts.filter((act) => !next.includes(act))
  const folded = (title: string, some: readonly Act[]): Html | string => (some.length === 0 ? '' : html`<h3>${title}</h3>${some.map((act) => foldedForm(request, page, choices, act, draft))}`)
  return html`<section class="card acts noprint" aria-labelledby="acts"><h2 id="acts">${text('inbox.alert.act')}</h2>
<p class="soft small">${text('inbox.alert.acting', { unit: acting.unit, role: text(`role.${acting.role}`) })} · ${text('inbox.alert.version', { version: page.life.version })}</p>
${next.map((act, i) => (i === 0 && draft === undefined ? html`<div class="first">${form(request, page, choices, act, draft, true)}</div>` : foldedForm(request, page, choices, act, draft)))}
${folded(text('inbox.alert.more_acts'), rest.filter((act) => !WORK.has(act) && !DESK.has(act)))}
${folded(text('inbox.alert.work_acts'), rest.filter((act) => WORK.has(act)))}
${folded(text('inbox.alert.desk_acts'), rest.filter((act) => DESK.has(act)))}</section>`
}

function foldedForm(request: WebRequest, page: AlertPage, choices: FormChoices, act: Act, draft?: Draft): Html {
  const refused = draft?.act === act
  return html`<details class="act" data-act="${act}"${refused ? html` open` : ''}><summary>${actTitle(request, act)}</summary>${form(request, page, choices, act, draft, false)}</details>`
}

function form(request: WebRequest, page: AlertPage, choices: FormChoices, act: Act, draft: Draft | undefined, titled: boolean): Html {
  const { text } = request
  const values = draft?.act === act ? draft.values : {}
  const why = whyOf(act)
  const id = (name: string): string => `${act}-${name}`
  const fields = fieldsOf(act)
  const label = act === 'verify' || act === 'feedback' || act === 'request_strike_off' || act === 'comment' ? text(`inbox.form.why.${act}`) : text(why === 'required' ? 'inbox.form.why' : 'inbox.form.note')
  const noteOfFile = act === 'add_evidence'
  return html`<form method="post" action="${alertPath(page.head.id)}/${noteOfFile ? 'evidence' : 'acts'}" data-act="${act}"${noteOfFile ? html` enctype="multipart/form-data"` : ''}>
<input type="hidden" name="version" value="${page.life.version}"><input type="hidden" name="act" value="${act}">
${titled ? html`<h3>${actTitle(request, act)}</h3>` : ''}
${draft?.act === act ? html`<p class="wrong-text" role="alert">${draft.error}</p>` : ''}
${fields.map(({ name, required }) => field(request, page, choices, act, name, required, values[name] ?? '', id(name)))}
${why === 'none' ? '' : html`<div class="field"><label for="${id('why')}">${label}</label><textarea id="${id('why')}" name="why" rows="${act === 'comment' || why === 'required' ? 3 : 2}" maxlength="4000"${why === 'required' ? html` required` : ''}>${values.why ?? ''}</textarea></div>`}
<button${act === 'sign' || act === 'strike_off' || titled ? '' : html` class="second"`}>${actTitle(request, act)}</button></form>`
}

function field(request: WebRequest, page: AlertPage, { neighbours }: FormChoices, act: Act, name: FieldName, required: boolean, value: string, id: string): Html | string {
  const { text } = request
  const wrap = (label: string, input: Html, hint = ''): Html => html`<div class="field"><label for="${id}">${label}</label>${hint === '' ? '' : html`<p class="hint" id="${id}-hint">${hint}</p>`}${input}</div>`
  const select = (label: string, options: readonly (readonly [value: string, text: string])[], blank = true): Html =>
    wrap(label, html`<select id="${id}" name="${name}"${required ? html` required` : ''}>${blank ? html`<option value="">${text('inbox.form.choose')}</option>` : ''}${options.map(([one, said]) => html`<option value="${one}"${one === value ? html` selected` : ''}>${said}</option>`)}</select>`)
  const input = (label: string, type: string, hint = ''): Html => wrap(label, html`<input id="${id}" name="${name}" type="${type}" value="${value}" maxlength="400"${required ? html` required` : ''}${hint === '' ? '' : html` aria-describedby="${id}-hint"`}>`, hint)
  switch (name) {
    case 'finding': return html`<fieldset class="field"><legend>${text('inbox.form.finding')}</legend><div class="choices">${FINDINGS.map((one) => html`<label class="check"><input type="radio" name="finding" value="${one}" required${one === value ? html` checked` : ''}> ${text(`finding.${one}`)}</label>`)}</div></fieldset>`
    case 'unit': return wrap(text('inbox.form.unit'), html`<input id="${id}" name="unit" list="units" value="${value}" maxlength="200" required autocomplete="off">`)
    case 'kind': return select(text('inbox.form.kind'), [['co', text('party.co')], ['territory', text('party.territory')]], false)
    case 'from': {
      const others = page.life.parties.filter((party) => party.state !== 'released' && (act === 'reassign' || party.state === 'refused'))
      return others.length < 2 ? '' : select(text('inbox.form.from'), others.map((party) => [party.kind === 'lead' ? '' : party.unit, `${text(`party.${party.kind}`)} ${party.unit}`]), false)
    }
    case 'until': return wrap(text('inbox.form.until'), html`<input id="${id}" name="until" type="date" value="${value || formatDay(parseDay(page.today) + 7)}" required aria-describedby="${id}-hint">`, text('inbox.form.until.hint'))
    case 'into': return html`${neighbours.length === 0 ? '' : wrap(text('inbox.form.into'), html`<select id="${id}" name="into"><option value="">${text('inbox.form.choose')}</option>${neighbours.map((one) => html`<option value="${one.id}"${one.id === value ? html` selected` : ''}>${text(`cli.level.${one.level as Level}`)} ${one.title}</option>`)}</select>`)}<div class="field"><label for="${id}-id">${text(neighbours.length === 0 ? 'inbox.form.into' : 'inbox.form.into.id')}</label><input id="${id}-id" name="into_id" maxlength="100"></div>`
    case 'level': return select(text('inbox.form.level'), LEVELS.slice(0, LEVELS.indexOf(page.head.level as Level)).map((level) => [level, text(`cli.level.${level}`)]))
    case 'rung': return select(text('inbox.form.rung'), RUNGS.slice(page.life.escalated === null ? 0 : RUNGS.indexOf(page.life.escalated) + 1).map((rung) => [rung, text(`rung.${rung}`)]))
    case 'task': {
      const kind = act === 'settle_commitment' ? 'commitment' : act === 'reach_milestone' ? 'milestone' : 'task'
      const { work } = page.view
      const said = new Map([...work.tasks, ...work.commitments, ...work.milestones].map((item) => [item.id, item.text]))
      return select(text('inbox.form.task'), page.life.open.filter((item) => item.kind === kind && (act === 'cancel_task' || kind !== 'task' || item.unit === page.acting?.unit)).map((item) => [item.id, `${item.id} · ${said.get(item.id) ?? ''}`]))
    }
    case 'kept': return html`<fieldset class="field"><legend>${text('inbox.form.kept')}</legend><div class="choices">${(['kept', 'broken'] as const).map((one) => html`<label class="check"><input type="radio" name="kept" value="${one}" required> ${text(`inbox.alert.task.state.${one}`)}</label>`)}</div></fieldset>`
    case 'file': return wrap(text('inbox.form.file'), html`<input id="${id}" name="file" type="file" required accept=".pdf,.png,.jpg,.jpeg,.webp,.mp4,.docx,.xlsx,.txt,.csv" aria-describedby="${id}-hint">`, text('inbox.form.file.hint', { megabytes: LARGEST_EVIDENCE / 1_048_576 }))
    case 'text': return wrap(text('inbox.form.text'), html`<textarea id="${id}" name="text" rows="2" maxlength="4000" required>${value}</textarea>`)
    case 'due': case 'held': return input(text(`inbox.form.${name}`), 'date')
    case 'party': case 'lead': case 'members': case 'present': return input(text(`inbox.form.${name}`), 'text')
  }
}

/** Names of units for every field that asks for one. */
export function unitList(units: readonly string[]): Html {
  return html`<datalist id="units">${units.map((unit) => html`<option value="${unit}"></option>`)}</datalist>`
}
