/**
 * What somebody may do with an alert now: for which unit they speak, and the acts that the table of transitions leaves them.
 */
import type { WebActor } from '../accounts/web-actor.ts'
import type { Actor } from '../alert-life/decide.ts'
import { isSnoozed, leadOf, partyOf } from '../alert-life/fold.ts'
import type { Life } from '../alert-life/fold.ts'
import { actsOf, findTransition, RUNGS } from '../alert-state.ts'
import type { Act, Role } from '../alert-state.ts'

/** Acts that other acts bring with them, or that are asked for elsewhere. */
const NOT_OFFERED: ReadonlySet<Act> = new Set(['absorb', 'extend'])
const DESK: ReadonlySet<Role> = new Set(['analyst', 'supervisor', 'admin'])

/** As whom somebody acts on the alert: for the unit of theirs that leads it, else that has a part, else their first; undefined where they speak for none. */
export function actorOn(life: Life, actor: WebActor): Actor | undefined {
  const { units } = actor
  const unit = units.find((name) => name === leadOf(life)) ?? units.find((name) => partyOf(life, name)) ?? units[0]
  return unit === undefined ? undefined : { name: actor.name, unit, role: actor.role }
}

/** Acts that are possible by state, role and part; what each needs besides is said when it is tried. In the order of the table. */
export function possibleActs(life: Life, actor: Actor | undefined, today: string, level: string): Act[] {
  if (!actor) return []
  const own = partyOf(life, actor.unit)
  const isLead = leadOf(life) === actor.unit
  const acts = new Set(actsOf(life.state, isLead ? 'lead' : 'other', actor.role))
  // 改派 is of the unit replaced, whoever decides it.
  if (DESK.has(actor.role)) for (const act of actsOf(life.state, 'lead', actor.role)) acts.add(act)
  const open = (kind: 'task' | 'commitment' | 'milestone'): boolean => life.open.some((item) => item.kind === kind)
  return [...acts].filter((act) => {
    if (NOT_OFFERED.has(act)) return false
    switch (act) {
      case 'sign': return own !== undefined && own.state !== 'signed'
      case 'feedback': case 'request_reassign': return own !== undefined && own.state !== 'refused'
      case 'start': return life.finding !== null && life.finding !== 'false'
      case 'dismiss': return life.finding === 'false'
      case 'wake': return isSnoozed(life, today)
      case 'snooze': return !isSnoozed(life, today)
      case 'lower_level': return level !== 'blue'
      case 'escalate': return life.escalated !== RUNGS.at(-1)
      case 'refuse_reassign': return life.state === 'reassign_requested' || life.parties.some((party) => party.state === 'refused')
      case 'add_task': case 'cancel_task': return (DESK.has(actor.role) || isLead) && (act === 'add_task' || open('task'))
      case 'accept_task': case 'finish_task': return life.open.some((item) => item.kind === 'task' && item.unit === actor.unit)
      case 'settle_commitment': return open('commitment')
      case 'reach_milestone': return open('milestone')
      default: return findTransition(act, life.state, isLead || DESK.has(actor.role) ? 'lead' : 'other') !== undefined || findTransition(act, life.state, 'other') !== undefined
    }
  })
}
