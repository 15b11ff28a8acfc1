/**
 * Which tickets of an alert have one cause, and which others share it: groups by what people say, whatever topic they were filed under. Read
 * when asked for, as a night knew them; nothing of it is kept with the alert, so that what is erased is gone. docs/methods/same-cause.md
 */
import { redact } from '../../features/redact.ts'
import { typicalText } from '../../models/text/typical-text.ts'
import { readAlertGroupTickets } from '../../sql/alert-groups.ts'
import type { AlertGroupTicket } from '../../sql/alert-groups.ts'
import type { Queryable } from '../../sql/db.ts'
import { cutExcerpt } from '../excerpt.ts'
import { keyWords } from '../inbox/key-words.ts'

/** Keys are promised in docs/cli.md and in the API's document. */
export interface AlertGroup {
  /** Number of the group, that of its first ticket in the order of grouping. */
  id: number
  /** Local days of its first and its last ticket. */
  from: string
  to: string
  tickets: number
  /** Distinct callers, and messages of callers who had called before: repeats make no group appeal. */
  callers: number
  repeats: number
  /** Three callers or more: 群诉. */
  group_appeal: boolean
  /** Tickets that the alert holds, too. */
  in_alert: number
  /** Topic families that it was filed under, the commonest first; names from the top down. */
  families: string[][]
  /** What many of its texts hold, and the text most like the others, redacted; none where fewer than three callers may be quoted. */
  words: string[]
  example: string | null
  /** 'source/number', oldest first. */
  ticket_nos: string[]
}

const MOST_GROUPS = 5
/** Tickets of an alert that make a group worth naming. */
const LEAST_SHARED = 2
/** Callers from which a group is a group appeal, and may be quoted. */
const GROUP_APPEAL = 3
/** Texts of which the most typical is chosen. */
const MOST_TEXTS = 60

/** Those with most tickets of the alert first; empty where no night has grouped its tickets. */
export async function readAlertGroups(db: Queryable, alertId: string, night: string): Promise<AlertGroup[]> {
  const rows = await readAlertGroupTickets(db, alertId, night, MOST_GROUPS, LEAST_SHARED)
  return [...Map.groupBy(rows, (row) => row.issue)].map(([id, own]) => describe(id, own))
}

function describe(id: number, own: readonly AlertGroupTicket[]): AlertGroup {
  const callers = new Set(own.map((row) => row.caller)).size
  const quotable = own.filter((row) => row.quotable)
  const texts = new Set(quotable.map((row) => row.caller)).size < GROUP_APPEAL ? [] : quotable.slice(-MOST_TEXTS).map(({ title, content }) => redact(content || title))
  const words = keyWords(texts)
  const typical = typicalText(texts)
  const families = new Map<string, number>()
  for (const { family } of own) if (family !== null) families.set(family, (families.get(family) ?? 0) + 1)
  return {
    id, from: own[0]!.day, to: own.at(-1)!.day, tickets: own.length, callers, repeats: own.length - callers, group_appeal: callers >= GROUP_APPEAL,
    in_alert: own.filter((row) => row.mine).length, families: [...families].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([family]) => family.split('›')), words,
    example: typical < 0 ? null : cutExcerpt(texts[typical]!, words), ticket_nos: own.map((row) => row.ticket),
  }
}
