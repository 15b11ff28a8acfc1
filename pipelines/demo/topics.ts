/**
 * The topic tree, read from the table of topic-table.ts.
 */
import { TOPIC_TABLE } from './topic-table.ts'
import type { HourKey, SeasonKey } from './rhythm.ts'

/** Where a topic's tickets lie; shares of site kinds stand in background.ts. */
export type WhereKey = 'home' | 'project' | 'construction' | 'wages' | 'school' | 'market' | 'mall' | 'shop' | 'junction' | 'street' | 'none'

export interface DemoTopic {
  /** Names from the domain down, without the root. */
  path: string[]
  /** The second level: the cause, for which alerts are raised. */
  isFamily: boolean
}

export interface DemoLeaf {
  name: string
  /** Domain, family, leaf. */
  path: string[]
  family: string
  /** As it stands in the column 问题分类. */
  text: string
  appeals: number
  consults: number
  season: SeasonKey
  where: WhereKey
  hours: HourKey
  lead: string
  streetShare: number
  phrases: string[]
}

export interface TopicTree { topics: DemoTopic[], leaves: DemoLeaf[], families: { name: string, path: string[], leaves: number[] }[] }

export function readTopics(table = TOPIC_TABLE): TopicTree {
  const tree: TopicTree = { topics: [], leaves: [], families: [] }
  let domain = ''
  for (const line of table.trim().split('\n')) {
    if (line.startsWith('## ')) {
      const name = line.slice(3)
      tree.families.push({ name, path: [domain, name], leaves: [] })
      tree.topics.push({ path: [domain, name], isFamily: true })
    } else if (line.startsWith('# ')) {
      domain = line.slice(2)
      tree.topics.push({ path: [domain], isFamily: false })
    } else {
      const [name, appeals, consults, season, where, hours, lead, streetShare, phrases] = line.split('|') as string[]
      const family = tree.families.at(-1)!
      const path = [...family.path, name!]
      family.leaves.push(tree.leaves.length)
      tree.topics.push({ path, isFamily: false })
      tree.leaves.push({
        name: name!, path, family: family.name, text: path.join('>'), appeals: Number(appeals), consults: Number(consults),
        season: season as SeasonKey, where: where as WhereKey, hours: hours as HourKey, lead: lead!, streetShare: Number(streetShare), phrases: phrases!.split(';'),
      })
    }
  }
  return tree
}

/** Index of a leaf by its name and family. @throws {Error} the table has no such leaf */
export function findLeaf(tree: TopicTree, family: string, name: string): number {
  const found = tree.leaves.findIndex((leaf) => leaf.family === family && leaf.name === name)
  if (found < 0) throw new Error(`no topic ${family}>${name} in the demo's table`)
  return found
}
