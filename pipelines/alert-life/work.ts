/**
 * Joint work on an alert as the fold of its events, pure: who was given what, who promised what, what was agreed, what was reported, and what proves it.
 */
import type { ActDetail, LifeEvent } from './fold.ts'

export interface Task { id: string, unit: string, text: string, due: string | null, state: 'open' | 'accepted' | 'done' | 'cancelled', given_by: string, given_on: string, closed_on: string | null, note: string }

/** What somebody without an account promised: a developer, a builder. */
export interface Commitment { id: string, party: string, text: string, due: string, state: 'open' | 'kept' | 'broken', made_on: string, settled_on: string | null, note: string }

export interface Milestone { id: string, text: string, due: string, reached_on: string | null, note: string }

export interface TaskForce { lead: string, members: string[], charter: string, since: string }

/** `present` names parties and roles, not residents. */
export interface Meeting { id: string, held: string, present: string[], text: string, by: string }

export interface Report { id: string, on: string, by: string, unit: string, text: string }

export interface EvidenceFile { id: string, sha256: string, name: string, type: string, bytes: number, note: string, by: string, unit: string, on: string }

/** Every list oldest first; the keys are promised in docs/cli.md. */
export interface JointWork {
  tasks: Task[]
  commitments: Commitment[]
  milestones: Milestone[]
  task_force: TaskForce | null
  meetings: Meeting[]
  feedback: Report[]
  evidence: EvidenceFile[]
}

export function foldWork(events: readonly LifeEvent[]): JointWork {
  const work: JointWork = { tasks: [], commitments: [], milestones: [], task_force: null, meetings: [], feedback: [], evidence: [] }
  for (const event of events) STEPS[event.act]?.(work, event)
  return work
}

/** Whether an open item is past its day. */
export function isLate(item: { due: string | null, state?: string, reached_on?: string | null }, day: string): boolean {
  const open = item.state === undefined ? item.reached_on === null : item.state === 'open' || item.state === 'accepted'
  return open && item.due !== null && item.due < day
}

/** Milestones reached, and those that should have been by the day: progress against plan. */
export function progressOf({ milestones }: JointWork, day: string): { planned: number, reached: number, of: number } {
  return { planned: milestones.filter((item) => item.due <= day).length, reached: milestones.filter((item) => item.reached_on !== null).length, of: milestones.length }
}

/** 倒排工期: days of milestones counted back from the end in even steps. @param from today @param until day of the last one */
export function scheduleBack(steps: readonly string[], from: number, until: number): { text: string, day: number }[] {
  return steps.map((text, i) => ({ text, day: Math.round(until - (until - from) * (steps.length - 1 - i) / steps.length) }))
}

type Step = (work: JointWork, event: LifeEvent) => void

const STEPS: Readonly<Partial<Record<LifeEvent['act'], Step>>> = {
  add_task: (work, { seq, detail, by, knownOn }) => {
    work.tasks.push({ id: String(seq), unit: detail.unit!, text: detail.text!, due: detail.due ?? null, state: 'open', given_by: by, given_on: knownOn, closed_on: null, note: '' })
  },
  accept_task: (work, { detail }) => change(work.tasks, detail, (task) => { task.state = 'accepted' }),
  finish_task: (work, { detail, why, knownOn }) => change(work.tasks, detail, (task) => Object.assign(task, { state: 'done', closed_on: knownOn, note: why })),
  cancel_task: (work, { detail, why, knownOn }) => change(work.tasks, detail, (task) => Object.assign(task, { state: 'cancelled', closed_on: knownOn, note: why })),
  commit: (work, { seq, detail, unit, knownOn }) => {
    work.commitments.push({ id: String(seq), party: String(detail.party ?? unit), text: detail.text!, due: detail.due!, state: 'open', made_on: knownOn, settled_on: null, note: '' })
  },
  settle_commitment: (work, { detail, why, knownOn }) =>
    change(work.commitments, detail, (item) => Object.assign(item, { state: detail.kept ? 'kept' : 'broken', settled_on: knownOn, note: why })),
  set_milestone: (work, { seq, detail }) => { work.milestones.push({ id: String(seq), text: detail.text!, due: detail.due!, reached_on: null, note: '' }) },
  reach_milestone: (work, { detail, why, knownOn }) => change(work.milestones, detail, (item) => Object.assign(item, { reached_on: knownOn, note: why })),
  set_task_force: (work, { detail, by, knownOn }) => {
    work.task_force = { lead: detail.lead ?? by, members: [...detail.members ?? []], charter: detail.text!, since: work.task_force?.since ?? knownOn }
  },
  hold_meeting: (work, { seq, detail, by, knownOn }) => {
    work.meetings.push({ id: String(seq), held: detail.held ?? knownOn, present: [...detail.present ?? []], text: detail.text!, by })
  },
  feedback: (work, { seq, why, by, unit, knownOn }) => { work.feedback.push({ id: String(seq), on: knownOn, by, unit, text: why }) },
  add_evidence: (work, { seq, detail, why, by, unit, knownOn }) => { work.evidence.push({ id: String(seq), ...detail.file!, note: why, by, unit, on: knownOn }) },
}

function change<T extends { id: string }>(items: T[], { task }: ActDetail, work: (item: T) => void): void {
  const item = items.find(({ id }) => id === task)
  if (item) work(item)
}
