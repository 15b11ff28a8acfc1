/**
 * `weisu init`: makes the store, or brings it to this version's schema.
 */
import type { Command } from 'commander'
import { readStoreFacts } from '../../sql/store-facts.ts'
import { addCommand } from '../command.ts'
import type { Setup } from '../command.ts'
import { storeExists, withWriter } from '../store.ts'

export function addInit(program: Command, setup: Setup): void {
  addCommand(program, setup, {
    name: 'init',
    examples: ['weisu init', 'weisu init --data-dir /srv/weisu'],
    work: async (session) => {
      const existed = storeExists(session)
      await withWriter(session, 'init', async (db) => {
        const { schema } = await readStoreFacts(db)
        const { dataDir } = session.config
        if (session.json) {
          session.printJson({ dataDir, created: !existed, server: db.serverVersion, embedded: db.embedded, schema })
          return
        }
        session.print(session.text(existed ? 'cli.init.ready' : 'cli.init.made', { dir: dataDir }))
        session.print(session.text(db.embedded ? 'cli.init.embedded' : 'cli.init.external', { version: db.serverVersion, schema: String(schema) }))
        session.say('cli.init.next')
      })
    },
  })
}
