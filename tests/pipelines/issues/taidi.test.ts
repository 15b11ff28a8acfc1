import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { importInput } from '../../../pipelines/ingest/import.ts'
import { groupTickets } from '../../../pipelines/issues/group-tickets.ts'
import { readHotIssues, readIssueSignals } from '../../../pipelines/issues/hot-issues.ts'
import type { HotIssue } from '../../../pipelines/issues/hot-issues.ts'
import { readReactions } from '../../../pipelines/issues/reactions.ts'
import { useDatabase } from '../../support/database.ts'
import { lacksShared, sharedPath } from '../../support/shared.ts'
import { useWorkshop } from '../ingest/support.ts'

const MESSAGES = 'data/tickets/taidi_c2020_attachment3_messages.xlsx'
const CONSENSUS = 'data/tickets/taidi_consensus_two_teams.csv'
const db = useDatabase()
const workshop = useWorkshop()

/** Messages of the three groups that neither team agreed on, read one by one: they are of the same issue. */
const READ_AND_TRUE = new Set(('272447 258378 281348 260979 259788 255276 257091 284485 287458 281902 216824 285897 199190 251601 209506 280774 268626 195995 220534 218739 '
  + '258386 279941 209571 287331').split(' '))

describe.skipIf(lacksShared(MESSAGES) || lacksShared(CONSENSUS))('Taidi, attachment 3', () => {
  const agreed = new Map<string, string>()
  const members = (team: string): string[] => [...agreed].filter(([, id]) => id === team).map(([no]) => no)
  let issues: HotIssue[] = []

  beforeAll(async () => {
    for (const line of readFileSync(sharedPath(CONSENSUS), 'utf8').trim().split(/\r?\n/).slice(1)) agreed.set(line.split(',')[1]!, line.split(',')[0]!)
    await importInput(workshop.deps(db()), { input: { path: sharedPath(MESSAGES) }, preset: 'auto' })
  }, 60_000)

  // First of the tests: nights come in their order.
  test('replayed by date, both surges are alerts by the night of their fifth distinct writer', async () => {
    const { rows } = await db().query<{ no: string, day: string, writer: string }>(
      'select ticket_no as no, day, caller_key::text as writer from tickets where ticket_no = any ($1) order by accepted_at', [[...agreed.keys()]])
    for (const team of ['2', '1']) {
      const writers = new Set<string>()
      const own = rows.filter(({ no }) => agreed.get(no) === team)
      const fifth = own.find(({ writer }) => writers.add(writer).size === 5)!
      await groupTickets(db(), { night: fifth.day })
      const { rows: [group] } = await db().query<{ issue: number }>('select issue_id as issue from issue_tickets where ticket_no = $1', [fifth.no])
      const signals = (await readIssueSignals(db(), fifth.day, '2018-01-01')).filter(({ verdict }) => verdict === 'alert')
      expect(signals.some(({ issue, night }) => issue === group!.issue && night <= fifth.day), `issue ${team} on ${fifth.day}`).toBe(true)
      // What a night tells must not need what came later: nobody is told every day.
      expect(new Set(signals.map(({ issue }) => issue)).size).toBeLessThan(25)
    }
  }, 60_000)

  test('the three agreed issues are among the five hottest, with 85 % of their messages and hardly a stranger', async () => {
    await groupTickets(db())
    const reactions = await readReactions(sharedPath(MESSAGES))
    expect(reactions.size).toBe(4326)
    issues = await readHotIssues(db(), { from: '2000-01-01', until: '2020-02-01', night: '2020-02-01', leastWriters: 3, most: 5, reactions })
    let right = 0
    let strangers = 0
    let all = 0
    for (const team of ['1', '2', '3']) {
      const own = members(team)
      const best = issues.map((issue) => issue.members.map(({ no }) => no)).sort((a, b) => b.filter((no) => agreed.get(no) === team).length - a.filter((no) => agreed.get(no) === team).length)[0]!
      const found = best.filter((no) => agreed.get(no) === team).length
      expect(found / own.length, `issue ${team}`).toBeGreaterThan(0.8)
      right += found
      strangers += best.filter((no) => agreed.get(no) !== team && !READ_AND_TRUE.has(no)).length
      all += best.length
    }
    // Asked: 85 %. Reached, and kept: 97 of 102.
    expect(right).toBeGreaterThanOrEqual(97)
    // Asked: 10 %.
    expect(strangers).toBe(0)
    expect(all).toBeGreaterThanOrEqual(right)
    expect(issues[0]!.place).toContain('丽发新城')
    expect(issues[0]!.description).toContain('搅拌站')
  }, 60_000)

  test('one writer who repeats is told apart from many', () => {
    for (const { writers, tickets, repeats, isGroupAppeal } of issues) expect([writers + repeats, isGroupAppeal]).toEqual([tickets, true])
    expect(issues.some(({ repeats }) => repeats > 0)).toBe(true)
  })

  test('night by night or at once, the groups are the same', async () => {
    const dump = async (): Promise<string> => JSON.stringify([
      (await db().query('select * from issue_tickets order by source_id, ticket_no')).rows, (await db().query('select * from issues order by id')).rows])
    const once = await dump()
    await groupTickets(db(), { anew: true, night: '2019-08-10' })
    await groupTickets(db(), { night: '2019-08-11' })
    await groupTickets(db(), { night: '2019-12-01' })
    await groupTickets(db())
    expect(await dump()).toBe(once)
  }, 60_000)
})
