/**
 * Which references to secrets people may give over the web.
 */
import type { Config } from '../core/config.ts'

/** Whoever signs in must not make the server read any file or variable: what a reference leads to is set aside for this. */
export function isOwnSecret({ dataDir }: Pick<Config, 'dataDir'>, given: string): boolean {
  const [, kind, name = ''] = /^(env|file):(.*)$/s.exec(given) ?? []
  if (kind === 'env') return /^WEISU_SECRET_\w+$/.test(name)
  if (kind === 'file') return name.startsWith(`${secretsDir({ dataDir })}/`) && /^\/[\w][\w.-]*$/.test(name.slice(secretsDir({ dataDir }).length))
  return true
}

export function secretsDir({ dataDir }: Pick<Config, 'dataDir'>): string {
  return `${dataDir}/secrets`
}
