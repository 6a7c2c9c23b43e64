import { Resolver } from 'node:dns'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { openingOffers } from './opening-offers.ts'

/** One setting: how it is checked, what it is by default, and what it is for. The reference page is made of these. */
type Setting = {
  readonly schema: z.ZodType
  readonly secret?: boolean
  readonly otherwise: string
  readonly help: string
}

const text = z.string().min(1, 'must not be empty')
const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be an integer from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be an integer from ${min} to ${max}`)
const flag = z.enum(['0', '1'], 'must be 0 or 1').transform((value) => value === '1')
const urlOf = (...protocols: string[]) =>
  text.refine(
    (value) => protocols.includes(protocolOf(value)),
    `must be a URL that starts with ${protocols.map((each) => `${each}//`).join(' or ')}`,
  )

const httpUrl = urlOf('http:', 'https:').refine(
  (value) => !/[?#]|\/$/.test(value),
  'must have no query and no slash at its end',
)
const databaseUrl = text.refine(
  (value) => /^(sqlite:.|postgres(ql)?:\/\/.)/.test(value),
  'must be sqlite:<file> or postgres://<user>:<password>@<host>/<database>',
)
const auditKey = text.refine(
  (value) => /^-----BEGIN PRIVATE KEY-----\s[\s\S]+\s-----END PRIVATE KEY-----\s*$/.test(value),
  'must be an Ed25519 private key in PEM, as "openssl genpkey -algorithm ed25519" makes one',
)
const mailUrl = urlOf('smtp:', 'smtps:').refine(
  (value) => URL.canParse(value) && new URL(value).hostname !== '',
  'must be smtp://<user>:<password>@<host>:<port> or smtps://…',
)
const mailFrom = text.refine(
  (value) => /^([^<>@\p{C}]*<[^\s<>@,;]+@[^\s<>@,;]+>|[^\s<>@,;]+@[^\s<>@,;]+)$/u.test(value),
  'must be an address, or a name and an address: Example <no-reply@example.com>',
)
const logLevel = z.enum(
  ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
  'must be fatal, error, warn, info, debug, trace or silent',
)

/** The secret keys in a setting or a file, the one that seals first. */
export function secretKeysIn(value: string): string[] {
  return [...new Set(value.split(/[\s,]+/).filter((key) => key !== ''))]
}
const secretKeys = text
  .transform(secretKeysIn)
  .refine(
    (keys) => keys.length > 0 && keys.every((key) => key.length >= 32),
    'must have at least 32 characters, each key by itself',
  )

/** Addresses of name servers, as the resolver itself takes them. */
const nameServers = text
  .transform((value) => value.split(/[\s,]+/).filter((server) => server !== ''))
  .refine((servers) => servers.length > 0 && servers.every(isNameServer), 'must be addresses like 1.1.1.1 or [::1]:53')

function isNameServer(server: string): boolean {
  try {
    new Resolver().setServers([server])
    return true
  } catch {
    return false
  }
}

/** Every setting of Joinery. Each secret may also be given as a file, by the same name with `_FILE` behind it. */
export const settings = {
  PORT: { schema: integer(0, 65535), otherwise: '3000', help: 'The port to listen on; 0 takes a free one.' },
  HOST: {
    schema: text,
    otherwise: '127.0.0.1',
    help: 'The address to listen on. Anything but loopback needs an https `PUBLIC_URL`.',
  },
  PUBLIC_URL: {
    schema: httpUrl,
    otherwise: '`http://HOST:PORT`',
    help: 'What IdPs and people call this service; SCIM URLs are made of it.',
  },
  DATA_DIR: {
    schema: text,
    otherwise: '`data`',
    help: 'Where the embedded default keeps its database, admin token and secret key (mode 0700).',
  },
  CATALOG_DIR: {
    schema: text,
    otherwise: 'none',
    help: 'A folder with role catalogs of your own, loaded beside those that ship. Every process needs the same one. See [the format](catalog-format.md#a-folder-of-your-own).',
  },
  DATABASE_URL: {
    schema: databaseUrl,
    secret: true,
    otherwise: '`sqlite:DATA_DIR/joinery.sqlite3`',
    help: 'The database: `sqlite:<file>` (one process) or `postgres://…` (13 or newer).',
  },
  QUEUE_URL: {
    schema: urlOf('redis:', 'rediss:', 'postgres:', 'postgresql:'),
    secret: true,
    otherwise: 'empty: in process',
    help: 'The queue: `redis://…` or `postgres://…`. Empty: reconciles run inside the process, no server needed.',
  },
  ADMIN_TOKEN: {
    schema: text.min(24, 'must have at least 24 characters'),
    secret: true,
    otherwise: 'made at first start, `DATA_DIR/admin-token`',
    help: 'The operator’s bearer token for the admin API. Required with PostgreSQL.',
  },
  SECRET_KEY: {
    schema: secretKeys,
    secret: true,
    otherwise: 'made at first start, `DATA_DIR/secret-key`',
    help: 'The key that secrets are kept under; or several, apart by white space or commas: the first seals, all of them open. See [changing the secret key](../operations/runbook.md#change-the-secret-key). Required with PostgreSQL; a database remembers its key and refuses another.',
  },
  AUDIT_KEY: {
    schema: auditKey,
    secret: true,
    otherwise: 'made when it is first needed, `DATA_DIR/audit-key`',
    help: 'The Ed25519 private key, PKCS #8 in PEM, that signs checkpoints of the audit log. Processes that share a database need the same one.',
  },
  AUDIT_KEY_PREVIOUS: {
    schema: auditKey,
    secret: true,
    otherwise: 'none',
    help: 'The key before `AUDIT_KEY`, while it is rotated: it endorses the new one.',
  },
  AUDIT_SINK: {
    schema: text,
    otherwise: '`DATA_DIR/audit-checkpoints.jsonl`',
    help: 'The file that checkpoints of the audit log are added to, outside the database.',
  },
  LOG_LEVEL: { schema: logLevel, otherwise: 'info', help: 'How much is logged. At `info` no personal data is.' },
  METRICS_TOKEN: {
    schema: text,
    secret: true,
    otherwise: 'none: open',
    help: 'A bearer token that `/metrics` then asks for.',
  },
  TOKEN_AUDIENCE: {
    schema: text.max(500, 'must have at most 500 characters'),
    otherwise: '`PUBLIC_URL`',
    help: 'The `aud` of [tokens for gateways](../guides/gateways.md), which each of them has to check.',
  },
  SCIM_RATE_LIMIT: {
    schema: integer(0, 1_000_000),
    otherwise: '100',
    help: 'SCIM requests a second for each connection, with bursts of three times as many; 0 switches the limit off. Never less than 25 in effect (Entra asks for that).',
  },
  REQUEST_LOG_DAYS: {
    schema: integer(0, 3650),
    otherwise: '30',
    help: 'How many days the [request log](request-log.md) of each connection is kept; 0 keeps none, and removes what there is.',
  },
  OUTBOUND_ALLOW_LOOPBACK: {
    schema: flag,
    otherwise: '0',
    help: '1: URLs that are set on connections may lead to `localhost`, `127.0.0.1` and `[::1]`, by plain http too. For development; refused where `PUBLIC_URL` is not loopback.',
  },
  DNS_SERVERS: {
    schema: nameServers,
    otherwise: 'those of the system',
    help: 'Name servers that are asked for the proofs of [domains](../guides/domains.md), apart by white space or commas. With several, only what all that answer agree on counts.',
  },
  SESSION_IDLE_MINUTES: {
    schema: integer(1, 43_200),
    otherwise: '60',
    help: 'How long a signed-in browser may be idle before its session ends.',
  },
  SESSION_HOURS: {
    schema: integer(1, 720),
    otherwise: '12',
    help: 'How long a session lasts at most, however busy it is; an IdP may end it earlier (`session_expiry`).',
  },
  TRUSTED_PROXIES: {
    schema: integer(0, 10),
    otherwise: '0',
    help: 'How many proxies of yours stand in front: the address that sign-ins are limited by is then taken from `X-Forwarded-For`.',
  },
  MAIL_URL: {
    schema: mailUrl,
    secret: true,
    otherwise: 'none: files in `DATA_DIR/mail`',
    help: 'The mail server: `smtps://…` (TLS from the first byte) or `smtp://…` (STARTTLS), with user and password in it. Without it no mail is sent: see [mail](../operations/mail.md).',
  },
  MAIL_FROM: {
    schema: mailFrom,
    otherwise: '`Joinery <joinery@localhost>`',
    help: 'Who sends the mail: an address, or a name and an address. Required with `MAIL_URL`.',
  },
  MAIL_TLS: {
    schema: z.enum(['required', 'offered'], 'must be required or offered'),
    otherwise: 'required',
    help: 'With `smtp://`: `required` sends nothing before STARTTLS; `offered` takes TLS where the server has it, for a relay on the same host or a closed network.',
  },
  INVITATION_DAYS: {
    schema: integer(1, 90),
    otherwise: '7',
    help: 'How many days the link of an [invitation](../guides/invitations.md) works, and then how long whoever took it up waits for confirmation.',
  },
  INVITATIONS_PER_DAY: {
    schema: integer(0, 1_000_000),
    otherwise: '100',
    help: 'How many invitations an account may have mailed within a day, and so may each member who invites; 0 switches the limit off.',
  },
  OPEN_ACCOUNTS: {
    schema: openingOffers,
    otherwise: 'none: only the operator opens accounts',
    help: 'Role catalogs under which signed-in people may [open accounts of their own](../guides/accounts-of-ones-own.md), apart by white space or commas: `plivo`; or `studio@<account id>`, whose accounts then stand below that one.',
  },
  OPEN_ACCOUNTS_DIRECTORY_PEOPLE: {
    schema: flag,
    otherwise: '0',
    help: '1: people whom a company’s directory tells of may open accounts of their own, too.',
  },
  PROPAGATION_CONCURRENCY: {
    schema: integer(1, 500),
    otherwise: '50',
    help: 'How many queue jobs one worker process works on at once.',
  },
  MIGRATE_ON_START: {
    schema: flag,
    otherwise: '1',
    help: '0: `serve` and `worker` refuse to start on an old schema; run `joinery migrate` first.',
  },
} as const satisfies Record<string, Setting>

type Name = keyof typeof settings
export type Env = { readonly [K in Name]: z.output<(typeof settings)[K]['schema']> | undefined }

export type EnvProblem = { readonly name: string; readonly message: string }
export type EnvSource = Readonly<Record<string, string | undefined>>

/** The environment of this process: read here and nowhere else. */
export function processEnv(): EnvSource {
  return process.env
}

/** Reads and checks every setting; all problems are told at once. An empty value counts as not given. */
export function readEnv(source: EnvSource): { env: Env } | { problems: readonly EnvProblem[] } {
  const problems: EnvProblem[] = []
  const entries = Object.entries(settings).map(([name, setting]: [string, Setting]) => {
    const given = valueOf(source, name, setting, problems)
    if (given === undefined) return [name, undefined] as const
    const checked = setting.schema.safeParse(given)
    if (checked.success) return [name, checked.data] as const
    problems.push(...checked.error.issues.slice(0, 1).map(({ message }) => ({ name, message })))
    return [name, undefined] as const
  })
  return problems.length > 0 ? { problems } : { env: Object.fromEntries(entries) as Env }
}

function valueOf(source: EnvSource, name: string, setting: Setting, problems: EnvProblem[]): string | undefined {
  const own = source[name] === '' ? undefined : source[name]
  const file = setting.secret === true ? source[`${name}_FILE`] : undefined
  if (file === undefined || file === '') return own
  if (own !== undefined) {
    problems.push({ name: `${name}_FILE`, message: `${name} is given too; give one of them` })
    return undefined
  }
  try {
    return readFileSync(file, 'utf8').trimEnd()
  } catch (error) {
    problems.push({ name: `${name}_FILE`, message: `cannot be read: ${(error as Error).message}` })
    return undefined
  }
}

function protocolOf(value: string): string {
  try {
    return new URL(value).protocol
  } catch {
    return ''
  }
}
