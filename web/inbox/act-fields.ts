/**
 * The forms of acts: what each asks for besides the table of transitions, and how its fields become the act's detail.
 */
import type { ActDetail } from '../../pipelines/alert-life/fold.ts'
import { FINDINGS, PARTY_KINDS, RUNGS, TRANSITIONS } from '../../pipelines/alert-state.ts'
import type { Act, Finding, PartyKind, Rung } from '../../pipelines/alert-state.ts'
import type { Form } from '../form.ts'

export type FieldName = 'finding' | 'unit' | 'kind' | 'from' | 'until' | 'into' | 'level' | 'rung' | 'task' | 'text' | 'due' | 'party' | 'kept' | 'lead' | 'members' | 'present' | 'held' | 'file'

/** In the order in which a form asks; a reason comes last. `due?` may be left out. */
const FIELDS: Readonly<Partial<Record<Act, readonly (FieldName | 'due?')[]>>> = {
  verify: ['finding'], reassign: ['from', 'unit'], refuse_reassign: ['from'], escalate: ['rung'], lower_level: ['level'], snooze: ['until'], merge: ['into'], add_unit: ['unit', 'kind'],
  add_task: ['text', 'unit', 'due?'], accept_task: ['task'], finish_task: ['task'], cancel_task: ['task'], set_task_force: ['text', 'lead', 'members'], hold_meeting: ['text', 'present', 'held'],
  commit: ['party', 'text', 'due'], settle_commitment: ['task', 'kept'], set_milestone: ['text', 'due'], reach_milestone: ['task'], add_evidence: ['file'],
}

/** Fields that may stay empty. */
const OPTIONAL: ReadonlySet<FieldName> = new Set(['from', 'members', 'present', 'held'])

export function fieldsOf(act: Act): { name: FieldName, required: boolean }[] {
  return (FIELDS[act] ?? []).map((field) => (field === 'due?' ? { name: 'due', required: false } : { name: field, required: !OPTIONAL.has(field) }))
}

/** Whether the act must say why, may, or has nothing to say. */
export function whyOf(act: Act): 'required' | 'optional' | 'none' {
  if (TRANSITIONS.some((row) => row.act === act && row.needs.includes('why'))) return 'required'
  return ['sign', 'start', 'resume', 'take_review', 'wake', 'add_evidence'].includes(act) ? 'optional' : 'none'
}

/** What a form says, as the detail of its act; a field that is empty is left out. The table and its guards check the rest. */
export function detailOf(act: Act, form: Form): ActDetail {
  const detail: ActDetail = {}
  for (const { name } of fieldsOf(act)) {
    const value = form.text(name)
    if (name === 'into') {
      const into = form.text('into_id') || value
      if (into !== '') detail.into = into
    }
    if (value === '' || name === 'file' || name === 'into') continue
    if (name === 'finding') detail.finding = FINDINGS.find((one) => one === value) ?? value as Finding
    else if (name === 'kind') detail.kind = PARTY_KINDS.find((one) => one === value && one !== 'lead') ?? 'co' satisfies PartyKind
    else if (name === 'rung') detail.rung = RUNGS.find((one) => one === value) ?? value as Rung
    else if (name === 'kept') detail.kept = value === 'kept'
    else if (name === 'members' || name === 'present') detail[name] = value.split(/[,，、;；\n]/u).map((one) => one.trim()).filter(Boolean).slice(0, 50)
    else detail[name] = value
  }
  return detail
}
