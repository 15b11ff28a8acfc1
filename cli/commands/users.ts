/**
 * `weisu users`: accounts and their roles. Passwords never stand on a command line: a link lets somebody choose theirs.
 */
import type { Command } from 'commander'
import { t } from '../../core/texts.ts'
import type { TextKey } from '../../core/texts.ts'
import { changeClaim } from '../../pipelines/accounts/oidc.ts'
import { addAccount, changeRoles, dropSecondFactor, makeResetLink, readPeople, setAccountDisabled } from '../../pipelines/accounts/people.ts'
import type { Doer, MadeLink, RoleSpec } from '../../pipelines/accounts/people.ts'
import { WEB_ROLES } from '../../pipelines/accounts/web-actor.ts'
import type { Db } from '../../sql/db.ts'
import { readClaims } from '../../sql/oidc.ts'
import { addCommand, option, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { withStore } from '../store.ts'
import { WEB_PORT } from './serve.ts'

interface ReachOptions { unit?: string[], place?: string[], topic?: string[] }
interface AddOptions extends ReachOptions { fullName: string, role: string }

const CLI: Doer = { id: null, name: 'weisu users', role: '' }
const gather = (value: string, before: string[] = []): string[] => [...before, value]
/** As other commands take them: levels of a place by '/' or '›'. */
const pathOf = (given: string): string => given.replaceAll('/', '›')

export function addUsers(program: Command, setup: Setup): void {
  const { locale } = setup
  const reach = (command: Command): Command => command
    .addOption(option(locale, '--unit <unit>', 'cli.users.unit', gather as (value: string) => unknown))
    .addOption(option(locale, '--place <path>', 'cli.users.place', gather as (value: string) => unknown))
    .addOption(option(locale, '--topic <path>', 'cli.users.topic', gather as (value: string) => unknown))
  const listWork = async (session: Session): Promise<void> => withStore(session, 'users', (db) => list(session, db))
  const users = addCommand(program, setup, { name: 'users', examples: ['weisu users', 'weisu users add chen --full-name "Chen Wei" --role unit_liaison --unit "Housing bureau"', 'weisu users reset-link chen'], work: listWork })
  addCommand(users, setup, { name: 'list', examples: ['weisu users list --json'], work: listWork })
  reach(addCommand(users, setup, {
    name: 'add', examples: ['weisu users add chen --full-name "Chen Wei" --role unit_liaison --unit "Housing bureau"', 'weisu users add zhou --full-name "Zhou Min" --role territory_lead --place City/North'],
    work: async (session, [name], options) => withStore(session, 'users add', async (db) => {
      const { fullName, role, ...rest } = options as unknown as AddOptions
      tellLink(session, 'cli.users.added', name as string, await addAccount(db, { name: name as string, fullName }, [specOf(role, rest)], CLI))
    }),
  })
    .argument('<name>', t(locale, 'cli.users.name'))
    .addOption(option(locale, '--full-name <name>', 'cli.users.full_name').makeOptionMandatory())
    .addOption(option(locale, '--role <role>', 'cli.users.role_of', wordOption(locale, WEB_ROLES)).makeOptionMandatory()))
  reach(addCommand(users, setup, {
    name: 'role', examples: ['weisu users role chen unit_lead --unit "Housing bureau"', 'weisu users role chen unit_liaison --remove'],
    work: async (session, [name, role], options) => withStore(session, 'users role', async (db) => {
      const { remove = false, ...rest } = options as ReachOptions & { remove?: boolean }
      await changeRoles(db, name as string, specOf(role as string, rest), remove, CLI)
      tell(session, remove ? 'cli.users.role_removed' : 'cli.users.role_given', { name: name as string, role: session.text(`role.${role as string}` as TextKey) })
    }),
  })
    .argument('<name>', t(locale, 'cli.users.name'))
    .argument('<role>', t(locale, 'cli.users.role_of'), wordOption(locale, WEB_ROLES))
    .addOption(option(locale, '--remove', 'cli.users.remove')))
  for (const [command, disabled] of [['disable', true], ['enable', false]] as const) {
    addCommand(users, setup, {
      name: command, examples: [`weisu users ${command} chen`],
      work: async (session, [name]) => withStore(session, `users ${command}`, async (db) => {
        await setAccountDisabled(db, name as string, disabled, CLI)
        tell(session, disabled ? 'cli.users.disabled' : 'cli.users.enabled', { name: name as string })
      }),
    }).argument('<name>', t(locale, 'cli.users.name'))
  }
  addCommand(users, setup, {
    name: 'reset-link', examples: ['weisu users reset-link chen', 'weisu users reset-link chen --second-factor'],
    work: async (session, [name], options) => withStore(session, 'users reset-link', async (db) => {
      if ((options as { secondFactor?: boolean }).secondFactor) await dropSecondFactor(db, name as string, CLI)
      tellLink(session, 'cli.users.link', name as string, await makeResetLink(db, name as string, CLI))
    }),
  })
    .argument('<name>', t(locale, 'cli.users.name'))
    .addOption(option(locale, '--second-factor', 'cli.users.second_factor'))
  addClaims(users, setup, reach)
}

function addClaims(users: Command, setup: Setup, reach: (command: Command) => Command): void {
  const { locale } = setup
  addCommand(users, setup, {
    name: 'claims', examples: ['weisu users claims'],
    work: async (session) => withStore(session, 'users claims', async (db) => {
      const rows = await readClaims(db)
      if (session.json) return session.printJson(rows.map(({ claim, value, role, unitNames, placePaths, topicPaths }) => ({ claim, value, role, units: unitNames, places: placePaths, topics: topicPaths })))
      if (rows.length === 0) return session.print(session.text('cli.users.claims.none'))
      session.printTable([{ title: session.text('cli.users.column.claim') }, { title: session.text('cli.users.claim.value') }, { title: session.text('cli.users.column.roles'), shrinkTo: 12 }],
        rows.map((row) => [row.claim, row.value, [session.text(`role.${row.role}` as TextKey), ...row.unitNames, ...row.placePaths, ...row.topicPaths].join(' ')]))
    }),
  })
  reach(addCommand(users, setup, {
    name: 'claim', examples: ['weisu users claim groups housing unit_liaison --unit "Housing bureau"', 'weisu users claim groups housing unit_liaison --remove'],
    work: async (session, [claim, value, role], options) => withStore(session, 'users claim', async (db) => {
      const { remove = false, ...rest } = options as ReachOptions & { remove?: boolean }
      await changeClaim(db, claim as string, value as string, specOf(role as string, rest), remove, CLI)
      tell(session, remove ? 'cli.users.claim.removed' : 'cli.users.claim.saved', { claim: claim as string, value: value as string, role: session.text(`role.${role as string}` as TextKey) })
    }),
  })
    .argument('<claim>', t(locale, 'cli.users.claim.name'))
    .argument('<value>', t(locale, 'cli.users.claim.value'))
    .argument('<role>', t(locale, 'cli.users.role_of'), wordOption(locale, WEB_ROLES))
    .addOption(option(locale, '--remove', 'cli.users.remove')))
}

function specOf(role: string, { unit, place, topic }: ReachOptions): RoleSpec {
  return { role, units: unit ?? [], places: (place ?? []).map(pathOf), topics: (topic ?? []).map(pathOf) }
}

async function list(session: Session, db: Db): Promise<void> {
  const rows = await readPeople(db)
  if (session.json) {
    return session.printJson(rows.map(({ roles, ...row }) => ({ ...row, roles: roles.map(({ role, unitNames, placePaths, topicPaths }) => ({ role, units: unitNames, places: placePaths, topics: topicPaths })) })))
  }
  if (rows.length === 0) return session.print(session.text('cli.users.none'))
  session.printTable([
    { title: session.text('web.account.name') }, { title: session.text('web.account.full_name') }, { title: session.text('cli.users.column.roles'), shrinkTo: 12 },
    { title: session.text('cli.column.status') }, { title: session.text('cli.users.column.seen'), dropFirst: 1 },
  ], rows.map((row) => [
    row.name, row.fullName,
    row.roles.map(({ role, unitNames, placePaths, topicPaths }) => [session.text(`role.${role}` as TextKey), ...[...unitNames, ...placePaths, ...topicPaths]].join(' ')).join('; '),
    session.text(row.disabled ? 'cli.users.state.disabled' : row.password || row.oidc ? 'cli.users.state.active' : 'cli.users.state.invited'),
    row.lastSeen?.toISOString().slice(0, 16).replace('T', ' ') ?? '',
  ]))
}

function tellLink(session: Session, key: TextKey, name: string, { token, until }: MadeLink): void {
  const link = `${session.config.delivery.publicUrl.replace(/\/$/, '') || `http://127.0.0.1:${WEB_PORT}`}/welcome/${token}`
  if (session.json) return session.printJson({ name, link, until })
  session.print(session.text(key, { name, link, until: until.toISOString().slice(0, 16).replace('T', ' ') }))
}

function tell(session: Session, key: TextKey, params: Record<string, string>): void {
  if (session.json) return session.printJson(params)
  session.print(session.text(key, params))
}
