/**
 * Erasing on request, and after the time for which text is kept: text, address and caller go, counts stay. What was done stands in the audit log, without
 * the number that was asked for.
 */
import { formatDay } from '../core/days.ts'
import type { Config } from '../core/config.ts'
import { BadInputError, InvalidOptionError } from '../core/errors.ts'
import { callerKey, readCallerSecret } from '../features/caller-key.ts'
import { insertAudit } from '../sql/audit.ts'
import type { Db } from '../sql/db.ts'
import { countErasable, eraseTickets, sourcesOf } from '../sql/erasure.ts'
import type { ErasureChoice } from '../sql/erasure.ts'

export interface EraseRequest {
  /** Telephone number, or whatever the file had for the caller. */
  caller?: string | undefined
  ticket?: string | undefined
  source?: string | undefined
  /** Tickets accepted so many days before `today` or earlier, and closed since then if at all. */
  olderThanDays?: number | undefined
  reason: string
  by: string
  dryRun?: boolean
}

/** Erases what is older than texts are kept; nothing where they are kept for ever. @param today day number of the city's today */
export async function eraseByAge(db: Db, config: Pick<Config, 'dataDir' | 'callerKeyFile' | 'web'>, today: number): Promise<number> {
  const { keepTextDays } = config.web
  if (keepTextDays === 0) return 0
  const { tickets } = await erase(db, config, { olderThanDays: keepTextDays, reason: `keepTextDays ${keepTextDays}`, by: 'weisu', dryRun: true }, today)
  // A day on which nothing is old enough leaves no line in the audit log.
  return tickets === 0 ? 0 : (await erase(db, config, { olderThanDays: keepTextDays, reason: `keepTextDays ${keepTextDays}`, by: 'weisu' }, today)).tickets
}

export interface Erased { tickets: number, versions: number, dryRun: boolean }

/**
 * @param today day number of the city's today
 * @throws {InvalidOptionError} not exactly one of caller, ticket and age @throws {BadInputError} `ambiguous_ticket`, `no_such_ticket`, `masked_caller`
 */
export async function erase(db: Db, config: Pick<Config, 'dataDir' | 'callerKeyFile'>, request: EraseRequest, today: number): Promise<Erased> {
  const { caller, ticket, source, olderThanDays, reason, by, dryRun = false } = request
  if ([caller, ticket, olderThanDays].filter((given) => given !== undefined).length !== 1) throw new InvalidOptionError('erase', '', 'one of a caller, a ticket and an age')
  if (reason.trim() === '') throw new InvalidOptionError('reason', reason, 'why')
  const choice: ErasureChoice = { source: source ?? null }
  if (caller !== undefined) {
    const key = callerKey(readCallerSecret(config.dataDir, config.callerKeyFile), caller)
    if (key === null) throw new BadInputError('masked_caller', 'nothing tells which caller is meant', {})
    choice.callerKey = key
  } else if (ticket !== undefined) {
    const sources = (await sourcesOf(db, ticket)).filter((name) => source === undefined || name === source)
    if (sources.length === 0) throw new BadInputError('no_such_ticket', `no ticket has the number ${ticket}`, { ticket })
    if (sources.length > 1) throw new BadInputError('ambiguous_ticket', `several sources have the number ${ticket}: ${sources.join(', ')}`, { ticket, sources })
    choice.ticketNo = ticket
  } else choice.before = formatDay(today - olderThanDays!)
  if (dryRun) return { tickets: await countErasable(db, choice), versions: 0, dryRun }
  return db.transaction(async (client) => {
    const done = await eraseTickets(client, choice)
    await insertAudit(client, {
      accountId: null, name: by, role: '', act: 'erase', object: ticket === undefined ? (caller === undefined ? `older:${choice.before}` : 'caller') : `ticket:${ticket}`, purpose: reason, detail: { ...done },
    })
    return { ...done, dryRun }
  })
}
