/**
 * The only reader of process.env. Precedence: flag > environment > config file in the data directory > default.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BadInputError, InvalidOptionError, UnavailableError } from './errors.ts'
import { resolveOptions } from './options.ts'

export type Locale = 'zh' | 'en'

/** What an operator may set in `<data directory>/weisu.config.json`; every key is optional there. */
export interface Settings {
  /** Share of rejected rows of a batch above which `import` exits with 5. */
  maxRejectedShare: number
  /** Hours after local midnight at which a night's knowledge is cut off. */
  cutoffHours: number
  /** Alerts fire at this recurrence interval of the whole deployment, in days, or rarer. */
  recurrenceDays: number
  /** Alerts above blue per unit and week; the rest is ranked and visible, not sent. */
  alertBudgetPerUnitWeek: number
  /** Nights without signal after which an alert has ended. */
  quietNights: number
  /** Fewest distinct callers of an alert. */
  minCallers: number
  /** The unit that owns what has no other owner. */
  hotlineUnit: string
  /** Nights of which the table of all forecasts is kept. */
  forecastFiles: number
}

export const SETTINGS_DEFAULTS: Readonly<Settings> = {
  maxRejectedShare: 0.1,
  cutoffHours: 2,
  recurrenceDays: 100,
  alertBudgetPerUnitWeek: 3,
  quietNights: 14,
  minCallers: 3,
  hotlineUnit: '12345热线办',
  forecastFiles: 30,
}

/** What else stands in the same file: how notices leave. It changes no night. */
export interface DeliverySettings {
  /** Address of the inbox, for links in messages; empty: messages carry no link. */
  publicUrl: string
  /** Sender of e-mails. */
  mailFrom: string
  /** Hosts ('hook.city.example', 'hook.city.example:8443'), addresses and blocks ('10.20.0.0/16') that webhooks may reach although they are private or have no TLS. */
  allowPrivateTargets: readonly string[]
}

export const DELIVERY_DEFAULTS: Readonly<DeliverySettings> = { publicUrl: '', mailFrom: '', allowPrivateTargets: [] }

/** What else stands there: how the web lets people in. */
export interface WebSettings {
  /** Minutes without a request after which a session ends, and hours after which it ends in any case. */
  sessionIdleMinutes: number
  sessionHours: number
  /** Addresses and blocks of the proxies whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[]
  /** A sign-in service (OpenID Connect): its issuer, our id there, where our secret is found (env:NAME, file:/path), the name on the button. */
  oidcIssuer: string
  oidcClientId: string
  oidcSecret: string
  oidcName: string
  /** Days after which text, address and caller of a ticket are erased; 0: never. Counts stay. */
  keepTextDays: number
}

export const WEB_DEFAULTS: Readonly<WebSettings> = { sessionIdleMinutes: 30, sessionHours: 12, trustedProxies: [], oidcIssuer: '', oidcClientId: '', oidcSecret: '', oidcName: '', keepTextDays: 0 }
const WEB_RANGES = { sessionIdleMinutes: [1, 1440, 'whole'], sessionHours: [1, 168, 'whole'], keepTextDays: [0, 36525, 'whole'] } as const

const SETTINGS_RANGES = {
  maxRejectedShare: [0, 1], cutoffHours: [0, 24], recurrenceDays: [1, 36525], alertBudgetPerUnitWeek: [0, 100_000],
  quietNights: [1, 365, 'whole'], minCallers: [1, 100_000, 'whole'], forecastFiles: [1, 10_000, 'whole'],
} as const

export interface Config {
  /** Root of the project: where package.json is. */
  home: string
  dataDir: string
  /** An external PostgreSQL; absent means the embedded server. */
  databaseUrl?: string
  /** The web's own login role where an administrator made it; a secret. */
  webDatabaseUrl?: string
  redisUrl?: string
  /** Address that is asked once a night has succeeded, so that somebody notices when none does. A secret: never logged. */
  pingUrl?: string
  /** File of the secret behind caller keys, where it is not in the data directory. */
  callerKeyFile?: string
  locale: Locale
  color: boolean
  version: string
  settings: Settings
  delivery: DeliverySettings
  web: WebSettings
  /** Where the address of the mail server is found (readSecret); it may hold a password. */
  smtpRef?: string
  /** Test runs only: the fail point at which the process kills itself. */
  killAt?: string
}

export interface ConfigFlags { dataDir?: string | undefined, lang?: string | undefined, color?: boolean | undefined }

/** @throws {PipelineError} the config file does not parse or has an unknown key */
export function loadConfig(flags: ConfigFlags = {}, env: NodeJS.ProcessEnv = process.env): Config {
  const home = projectHome()
  const dataDir = resolve(flags.dataDir ?? (env.WEISU_DATA_DIR || `${home}/.weisu`))
  return {
    home,
    dataDir,
    ...(env.DATABASE_URL ? { databaseUrl: env.DATABASE_URL } : {}),
    ...(env.WEB_DATABASE_URL ? { webDatabaseUrl: env.WEB_DATABASE_URL } : {}),
    ...(env.REDIS_URL ? { redisUrl: env.REDIS_URL } : {}),
    ...(env.WEISU_PING_URL ? { pingUrl: env.WEISU_PING_URL } : {}),
    ...(env.WEISU_CALLER_KEY_FILE ? { callerKeyFile: env.WEISU_CALLER_KEY_FILE } : {}),
    locale: chooseLocale(flags.lang, env),
    color: flags.color ?? chooseColor(env),
    version: loadVersion(),
    ...(env.NODE_ENV === 'test' && env.WEISU_KILL_AT ? { killAt: env.WEISU_KILL_AT } : {}),
    ...(env.WEISU_SMTP_URL_FILE ? { smtpRef: `file:${env.WEISU_SMTP_URL_FILE}` } : env.WEISU_SMTP_URL ? { smtpRef: 'env:WEISU_SMTP_URL' } : {}),
    ...readSettings(`${dataDir}/weisu.config.json`),
  }
}

export function loadVersion(): string {
  return (JSON.parse(readFileSync(`${projectHome()}/package.json`, 'utf8')) as { version: string }).version
}

function projectHome(): string {
  return fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
}

/** The flag, else the environment as POSIX orders it, where an empty variable counts as unset. */
export function chooseLocale(flag: string | undefined, env: NodeJS.ProcessEnv = process.env): Locale {
  const asked = flag ?? (env.WEISU_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG || '')
  if (flag !== undefined && !/^(zh|en)/i.test(flag)) throw new InvalidOptionError('--lang', flag, 'zh-CN or en')
  return /^zh/i.test(asked) ? 'zh' : 'en'
}

function chooseColor(env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return true
  return Boolean(process.stdout.isTTY)
}

/**
 * A secret by its reference: 'env:NAME' or 'file:/path', the file's text without the line break at its end. Nothing else keeps it.
 *
 * @throws {UnavailableError} it is not there; the message names the reference only
 */
export function readSecret(reference: string, env: NodeJS.ProcessEnv = process.env): string {
  const [, kind, name] = /^(env|file):(.+)$/.exec(reference) ?? []
  let secret: string | undefined
  if (kind === 'env') secret = env[name!]
  if (kind === 'file') {
    try {
      secret = readFileSync(name!, 'utf8')
    } catch {
      secret = undefined
    }
  }
  if (!secret?.trim()) throw new UnavailableError('secret_missing', `no secret at ${reference}`, { reference })
  return secret.trim()
}

function readSettings(path: string): Pick<Config, 'settings' | 'delivery' | 'web'> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    // A file that is there and cannot be read must not choose the defaults.
    if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    return { settings: { ...SETTINGS_DEFAULTS }, delivery: { ...DELIVERY_DEFAULTS }, web: { ...WEB_DEFAULTS } }
  }
  const defaults: Record<string, unknown> = { ...SETTINGS_DEFAULTS, ...DELIVERY_DEFAULTS, ...WEB_DEFAULTS }
  const given: Record<string, unknown> = {}
  const delivery: Record<string, unknown> = {}
  const web: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(parseObject(text, path))) {
    if (key.startsWith('//')) continue
    const usual = defaults[key]
    if (usual === undefined) throw new InvalidOptionError(`setting in ${path}`, key, Object.keys(defaults).join(', '))
    const fits = Array.isArray(usual) ? Array.isArray(value) && value.every((item) => typeof item === 'string') : typeof value === typeof usual
    if (!fits) throw new InvalidOptionError(`setting ${key}`, JSON.stringify(value), Array.isArray(usual) ? 'a list of strings' : typeof usual)
    if (key in DELIVERY_DEFAULTS) delivery[key] = value
    else if (key in WEB_DEFAULTS) web[key] = value
    else given[key] = value
  }
  return {
    settings: resolveOptions('setting', SETTINGS_DEFAULTS, SETTINGS_RANGES, given as Partial<Settings>),
    delivery: resolveOptions('setting', DELIVERY_DEFAULTS, {}, delivery as Partial<DeliverySettings>),
    web: resolveOptions('setting', WEB_DEFAULTS, WEB_RANGES, web as Partial<WebSettings>),
  }
}

function parseObject(text: string, path: string): object {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (cause) {
    throw new BadInputError('bad_config', `${path} is not JSON`, { path }, { cause })
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new BadInputError('bad_config', `${path} is no JSON object`, { path })
  return given
}
