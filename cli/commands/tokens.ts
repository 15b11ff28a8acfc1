/**
 * `weisu tokens`: tokens of the API: list, add, revoke.
 */
import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { t } from '../../core/texts.ts'
import { WEB_ROLES } from '../../pipelines/accounts/web-actor.ts'
import { MOST_DAYS, SCOPES } from '../../pipelines/accounts/tokens.ts'
import type { TokenRow } from '../../sql/api-tokens.ts'
import type { Db } from '../../sql/db.ts'
import { addCommand, option, wholeOption, wordOption } from '../command.ts'
import type { Setup } from '../command.ts'
import type { Session } from '../session.ts'
import { withStore } from '../store.ts'

interface AddOptions { name: string, account: string, role?: string, scope: string[], days?: number, by?: string }

const DAYS = 90

export function addTokens(program: Command, setup: Setup): void {
  const { locale } = setup
  const many = (value: string, before: string[] | undefined): string[] => [...before ?? [], wordOption(locale, SCOPES)(value)]
  const work = (session: Session): Promise<void> => withStore(session, 'tokens', (db) => list(session, db))
  const command = addCommand(program, setup, { name: 'tokens', examples: ['weisu tokens', 'weisu tokens add --name dispatch --account duty --scope alerts:read --scope alerts:write', 'weisu tokens revoke ID'], work })
  addCommand(command, setup, { name: 'list', examples: ['weisu tokens list --json'], work })
  addCommand(command, setup, {
    name: 'add', examples: ['weisu tokens add --name dispatch --account duty --scope alerts:read --scope alerts:write', 'weisu tokens add --name map --account policy --role policy_reader --scope open311:read --days 365'],
    work: (session, _, options) => withStore(session, 'tokens add', (db) => add(session, db, options as unknown as AddOptions)),
  })
    .addOption(option(locale, '--name <name>', 'cli.tokens.name').makeOptionMandatory())
    .addOption(option(locale, '--account <name>', 'cli.tokens.account').makeOptionMandatory())
    .addOption(option(locale, '--role <role>', 'cli.tokens.role', wordOption(locale, WEB_ROLES)))
    .addOption(option(locale, '--scope <scope>', 'cli.tokens.scope').argParser(many).makeOptionMandatory())
    .addOption(option(locale, '--days <days>', 'cli.tokens.days', wholeOption(locale, 1, MOST_DAYS)))
    .addOption(option(locale, '--by <who>', 'cli.tokens.by'))
  addCommand(command, setup, {
    name: 'revoke', examples: ['weisu tokens revoke ID'],
    work: (session, [id], options) => withStore(session, 'tokens revoke', async (db) => {
      const { endToken } = await import('../../pipelines/accounts/tokens.ts')
      await endToken(db, id as string, (options as { by?: string }).by ?? userInfo().username)
      if (session.json) session.printJson({ id, revoked: true })
      else session.print(session.text('cli.tokens.revoked', { id: id as string }))
    }),
  })
    .argument('<id>', t(locale, 'cli.tokens.id'))
    .addOption(option(locale, '--by <who>', 'cli.tokens.by'))
}

async function list(session: Session, db: Db): Promise<void> {
  const { readTokens } = await import('../../pipelines/accounts/tokens.ts')
  const rows = await readTokens(db)
  if (session.json) {
    return session.printJson(rows.map(({ id, name, account, role, scopes, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt, revokedBy }) => ({
      id, name, account, role, scopes, created_by: createdBy, created_at: createdAt, expires_at: expiresAt, last_used_at: lastUsedAt, revoked_at: revokedAt, revoked_by: revokedBy,
    })))
  }
  if (rows.length === 0) return session.say('cli.tokens.none')
  session.printTable([
    { title: session.text('cli.column.id') }, { title: session.text('cli.tokens.column.name'), shrinkTo: 8 }, { title: session.text('cli.tokens.column.account'), shrinkTo: 8 }, { title: session.text('cli.tokens.column.scopes'), shrinkTo: 10 },
    { title: session.text('cli.column.status') }, { title: session.text('cli.tokens.column.used'), dropFirst: 1 },
  ], rows.map((row) => [row.id, row.name, `${row.account} (${row.role})`, row.scopes.join(' '), state(session, row), row.lastUsedAt?.toISOString().slice(0, 10) ?? '–']))
}

function state(session: Session, { revokedAt, expiresAt }: TokenRow): string {
  if (revokedAt !== null) return session.text('cli.tokens.state.revoked')
  return expiresAt.getTime() <= Date.now() ? session.text('cli.tokens.state.over') : session.text('cli.tokens.state.active', { until: expiresAt.toISOString().slice(0, 10) })
}

async function add(session: Session, db: Db, { name, account, role, scope, days = DAYS, by }: AddOptions): Promise<void> {
  const { addToken } = await import('../../pipelines/accounts/tokens.ts')
  const { id, token, role: chosen, expiresAt } = await addToken(db, { name, account, role, scopes: scope, days, by: by ?? userInfo().username })
  if (session.json) return session.printJson({ id, token, role: chosen, expires_at: expiresAt })
  session.say('cli.tokens.made', { id, until: expiresAt.toISOString().slice(0, 10) })
  session.print(token)
}
