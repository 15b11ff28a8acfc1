/**
 * Which topic is a service of an Open311 server? A person's word first, then the topic under which the service first came: its group
 * and its name. So a list that fails one night, or a service that is renamed, moves no ticket.
 */
import type { Db } from '../../sql/db.ts'
import { addServices, readServices } from '../../sql/open311.ts'
import type { ServiceRow } from '../../sql/open311.ts'
import type { OpenRecord } from './answer.ts'
import type { Client } from './client.ts'
import type { Feed } from './feed.ts'

export interface Topics {
  topicOf: (code: string, name: string) => readonly string[]
  /** Keeps what was learned of services that no list named. */
  save: (db: Db) => Promise<void>
}

/** Asks for the list. The first time it must come, or not exist; later its failure is passed over. */
export async function readTopics(db: Db, client: Client, feed: Feed): Promise<Topics & { listed: boolean }> {
  let listed = true
  const known = new Map((await readServices(db, feed.sourceId)).map((service) => [service.code, service]))
  try {
    const list = await client.askMaybe('services', 'services', {}) ?? []
    const fresh = list.filter(({ service_code: code }) => code && !known.has(code)).map(toService)
    await addServices(db, feed.sourceId, fresh)
    for (const service of fresh) known.set(service.code, service)
  } catch (error) {
    if (known.size === 0) throw error
    listed = false
  }
  const learned: ServiceRow[] = []
  return {
    listed,
    topicOf: (code, name) => {
      const given = feed.options.topics[code]
      if (given) return given
      const service = known.get(code)
      if (service) return service.topic
      const topic = topicNames('', name, code)
      if (code !== '') {
        const found = { code, name, topic }
        known.set(code, found)
        learned.push(found)
      }
      return topic
    },
    save: async (store) => {
      await addServices(store, feed.sourceId, learned.splice(0))
    },
  }
}

function toService(record: OpenRecord): ServiceRow {
  const code = record.service_code!
  return { code, name: record.service_name ?? '', topic: topicNames(record.group ?? '', record.service_name ?? '', code) }
}

/** Group and name; the code where there is neither. */
function topicNames(group: string, name: string, code: string): string[] {
  const names = [group.trim(), name.trim()].filter((each) => each !== '')
  return names.length > 0 ? [...new Set(names)] : code.trim() === '' ? [] : [code.trim()]
}
