import { join, resolve } from 'node:path'
import type { OpeningRules } from '../domain/opening.ts'
import { rateLimitOf, type RateLimit } from '../domain/rate-limit.ts'
import type { Env, EnvProblem } from './env.ts'
import { Secret } from './secret.ts'

type QueueConfig = { readonly kind: 'redis' | 'postgres'; readonly url: Secret }
type DatabaseConfig =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: Secret }

type MailConfig = {
  /** Null: mail is not sent, it becomes files. */
  readonly url: Secret | null
  readonly from: { readonly name: string; readonly address: string }
  readonly tls: 'required' | 'offered'
}

/** The settings nested by who uses them; code receives its slice. */
export type Config = {
  readonly http: {
    readonly host: string
    readonly port: number
    readonly publicUrl: string | null
    readonly metricsToken: Secret | null
    /** Null: the public URL. */
    readonly tokenAudience: string | null
    readonly trustedProxies: number
  }
  readonly sessions: { readonly idleMs: number; readonly absoluteMs: number }
  readonly scim: { readonly rateLimit: RateLimit }
  /** 0 days: no log is kept. */
  readonly requestLog: { readonly keepDays: number }
  readonly outbound: { readonly allowLoopback: boolean }
  /** No servers: the system's. */
  readonly dns: { readonly servers: readonly string[] }
  readonly mail: MailConfig
  readonly invitations: { readonly lifeMs: number; readonly perDay: number }
  readonly openings: OpeningRules
  readonly database: DatabaseConfig
  readonly migrateOnStart: boolean
  readonly queue: QueueConfig | null
  readonly propagation: { readonly concurrency: number; readonly leaseMs: number; readonly sweepMs: number }
  readonly dataDir: string
  /** Null: only the role catalogs that ship. */
  readonly catalogDir: string | null
  /** Null: made at first start and kept in the data folder. */
  readonly adminToken: Secret | null
  /** The first seals, all of them open. */
  readonly secretKeys: readonly Secret[] | null
  /** Key null: made when first needed, and kept in the data folder. */
  readonly audit: { readonly key: Secret | null; readonly previousKey: Secret | null; readonly sink: string }
  readonly logLevel: string
}

/** Checks what only holds between settings. */
export function toConfig(env: Env): { config: Config } | { problems: readonly EnvProblem[] } {
  const problems = crossProblems(env)
  if (problems.length > 0) return { problems }
  const dataDir = resolve(env.DATA_DIR ?? 'data')
  const config: Config = {
    http: {
      host: env.HOST ?? '127.0.0.1',
      port: env.PORT ?? 3000,
      publicUrl: env.PUBLIC_URL ?? null,
      metricsToken: secretOf(env.METRICS_TOKEN),
      tokenAudience: env.TOKEN_AUDIENCE ?? null,
      trustedProxies: env.TRUSTED_PROXIES ?? 0,
    },
    sessions: toSessions(env),
    scim: { rateLimit: rateLimitOf(env.SCIM_RATE_LIMIT ?? 100) },
    requestLog: { keepDays: env.REQUEST_LOG_DAYS ?? 30 },
    outbound: { allowLoopback: env.OUTBOUND_ALLOW_LOOPBACK ?? false },
    dns: { servers: env.DNS_SERVERS ?? [] },
    mail: toMail(env),
    invitations: { lifeMs: (env.INVITATION_DAYS ?? 7) * 86_400_000, perDay: env.INVITATIONS_PER_DAY ?? 100 },
    openings: toOpenings(env),
    database: toDatabase(env.DATABASE_URL, dataDir),
    migrateOnStart: env.MIGRATE_ON_START ?? true,
    queue: toQueue(env.QUEUE_URL),
    propagation: { concurrency: env.PROPAGATION_CONCURRENCY ?? 50, leaseMs: 4000, sweepMs: 1000 },
    dataDir,
    catalogDir: env.CATALOG_DIR === undefined ? null : resolve(env.CATALOG_DIR),
    adminToken: secretOf(env.ADMIN_TOKEN),
    secretKeys: env.SECRET_KEY?.map((key) => new Secret(key)) ?? null,
    audit: {
      key: secretOf(env.AUDIT_KEY),
      previousKey: secretOf(env.AUDIT_KEY_PREVIOUS),
      sink: resolve(env.AUDIT_SINK ?? join(dataDir, 'audit-checkpoints.jsonl')),
    },
    logLevel: env.LOG_LEVEL ?? 'info',
  }
  return { config: Object.freeze(config) }
}

function crossProblems(env: Env): EnvProblem[] {
  const problems: EnvProblem[] = []
  if (!isLoopback(env.HOST ?? '127.0.0.1') && !env.PUBLIC_URL?.startsWith('https://')) {
    problems.push({
      name: 'PUBLIC_URL',
      message: `must be an https URL, as HOST ${env.HOST ?? ''} is open to others; put a TLS proxy in front and name its URL`,
    })
  }
  if (env.DATABASE_URL?.startsWith('postgres') === true) {
    for (const name of ['ADMIN_TOKEN', 'SECRET_KEY'] as const) {
      if (env[name] === undefined)
        problems.push({ name, message: 'is required with PostgreSQL, where several processes share it' })
    }
  }
  if (env.AUDIT_KEY_PREVIOUS !== undefined && env.AUDIT_KEY === undefined)
    problems.push({ name: 'AUDIT_KEY_PREVIOUS', message: 'endorses AUDIT_KEY, which is not given; give both' })
  if (env.OUTBOUND_ALLOW_LOOPBACK === true && !isLoopback(hostOf(env.PUBLIC_URL ?? 'http://localhost'))) {
    problems.push({
      name: 'OUTBOUND_ALLOW_LOOPBACK',
      message: 'must be 0, as PUBLIC_URL is open to others; it is for development on one machine',
    })
  }
  if (env.MAIL_URL !== undefined && env.MAIL_FROM === undefined) {
    problems.push({ name: 'MAIL_FROM', message: 'is required with MAIL_URL: the address that mail is sent from' })
  }
  return problems
}

/** The host as it stands in a URL, without the brackets of an IPv6 address. */
function hostOf(url: string): string {
  return new URL(url).hostname.replaceAll(/[[\]]/g, '')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function toDatabase(url: string | undefined, dataDir: string): DatabaseConfig {
  if (url === undefined) return { kind: 'sqlite', file: join(dataDir, 'joinery.sqlite3') }
  if (url.startsWith('sqlite:'))
    return { kind: 'sqlite', file: resolve(url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '')) }
  return { kind: 'postgres', url: new Secret(url) }
}

function toMail({ MAIL_URL: url, MAIL_FROM: sender = 'Joinery <joinery@localhost>', MAIL_TLS: tls }: Env): MailConfig {
  const [, name = '', address = sender] = /^(.*)<(.+)>$/.exec(sender) ?? []
  return { url: secretOf(url), from: { name: name.replaceAll('"', '').trim(), address }, tls: tls ?? 'required' }
}

function toSessions({ SESSION_IDLE_MINUTES: idle = 60, SESSION_HOURS: longest = 12 }: Env): Config['sessions'] {
  return { idleMs: idle * 60_000, absoluteMs: longest * 3_600_000 }
}

function toOpenings({ OPEN_ACCOUNTS: offers = [], OPEN_ACCOUNTS_DIRECTORY_PEOPLE: all = false }: Env): OpeningRules {
  return { offers, directoryPeople: all }
}

function toQueue(url: string | undefined): QueueConfig | null {
  if (url === undefined) return null
  return { kind: url.startsWith('redis') ? 'redis' : 'postgres', url: new Secret(url) }
}

function secretOf(value: string | undefined): Secret | null {
  return value === undefined ? null : new Secret(value)
}
