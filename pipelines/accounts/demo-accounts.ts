/**
 * Accounts of a demo store: one of every role, with a password that everybody may know.
 */
import { existsSync } from 'node:fs'
import type { Config } from '../../core/config.ts'
import { grantRole, insertAccount, listAccounts } from '../../sql/accounts.ts'
import { readDemoScope } from '../../sql/demo-scope.ts'
import type { Db } from '../../sql/db.ts'
import type { PasswordHasher } from './password.ts'
import type { WebRole } from './web-actor.ts'

export const DEMO_PASSWORD = 'weisu-demo-city'

export interface DemoAccount { name: string, role: WebRole }

export const DEMO_ACCOUNTS: readonly (DemoAccount & { zh: string, en: string })[] = [
  { name: 'liaison', role: 'unit_liaison', zh: '陈联络', en: 'Liaison Chen' },
  { name: 'lead', role: 'unit_lead', zh: '林主任', en: 'Director Lin' },
  { name: 'street', role: 'territory_lead', zh: '周街道', en: 'Street lead Zhou' },
  { name: 'analyst', role: 'analyst', zh: '何分析', en: 'Analyst He' },
  { name: 'supervisor', role: 'supervisor', zh: '许督办', en: 'Supervisor Xu' },
  { name: 'policy', role: 'policy_reader', zh: '沈研究', en: 'Policy reader Shen' },
  { name: 'operator', role: 'batch_operator', zh: '罗值守', en: 'Operator Luo' },
  { name: 'admin', role: 'admin', zh: '系统管理员', en: 'Administrator' },
]

/** Whether the data directory holds a city that `weisu demo` drew; never a store of its own address. */
export function isDemoStore(config: Config): boolean {
  return config.databaseUrl === undefined && existsSync(`${config.dataDir}/demo.json`)
}

/**
 * Makes the accounts where they are missing: the liaison and the lead for the unit with most open alerts, the territory lead for the
 * district with most. Does nothing once somebody has made an account that is none of the demo's.
 */
export async function ensureDemoAccounts(db: Db, hasher: PasswordHasher, config: Config): Promise<void> {
  if (!isDemoStore(config)) return
  const there = await listAccounts(db)
  const missing = DEMO_ACCOUNTS.filter(({ name }) => !there.some((account) => account.name === name))
  if (missing.length === 0 || there.some((account) => !account.demo)) return
  const scope = await readDemoScope(db)
  if (!scope) return
  const password = await hasher.hash(DEMO_PASSWORD)
  for (const { name, role, zh, en } of missing) {
    await db.transaction(async (client) => {
      const id = await insertAccount(client, { name, fullName: config.locale === 'zh' ? zh : en, password, demo: true, createdBy: 'weisu demo' })
      if (id === undefined) return
      const units = role === 'unit_liaison' || role === 'unit_lead' ? [scope.unitId] : role === 'analyst' || role === 'supervisor' ? scope.deskIds : []
      await grantRole(client, id, { role, units, places: role === 'territory_lead' ? [scope.placeId] : [], topics: [] }, 'weisu demo')
    })
  }
}
