/**
 * `weisu sources`: what was imported from where, how fresh it is, and what to know of its quality.
 */
import type { Command } from 'commander'
import { formatDay, localDay, parseDay } from '../../core/days.ts'
import { addCommand } from '../command.ts'
import type { Setup } from '../command.ts'
import { formatCount } from '../format.ts'
import { withStore } from '../store.ts'

export function addSources(program: Command, setup: Setup): void {
  addCommand(program, setup, {
    name: 'sources',
    examples: ['weisu sources', 'weisu sources --json'],
    work: async (session) => withStore(session, 'sources', async (db) => {
      const { listSources } = await import('../../pipelines/ingest/import.ts')
      const rows = await listSources(db)
      if (session.json) return session.printJson(rows)
      if (rows.length === 0) return session.say('cli.sources.none')
    }),
  })
}
