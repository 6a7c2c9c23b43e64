/**
 * Writes the generated pages of docs/reference from the code that they describe. `--check` writes nothing and fails where a
 * page is not what it should be; test/unit/docs/generated.test.ts asks the same.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Argument, Command, Option } from 'commander'
import { z } from 'zod'
import { catalogDescription } from '../../src/application/catalogs/catalog-description.ts'
import { createProgram } from '../../src/cli/program.ts'
import { toConfig, type Config } from '../../src/config/config.ts'
import { readEnv, settings } from '../../src/config/env.ts'
import type { ErrorCode } from '../../src/domain/errors.ts'
import { waitingDays } from '../../src/domain/mapping.ts'
import { attemptLimit } from '../../src/domain/propagation.ts'
import {
  accessTokenLifeSeconds,
  liveClientLimit,
  liveSecretLimit,
  secretLifeDays,
} from '../../src/domain/oauth-client.ts'
import { liveTokenLimit, tokenLifeDays } from '../../src/domain/scim-token.ts'
import type { AdminDeps } from '../../src/http/admin/deps.ts'
import { titles } from '../../src/http/admin/problem.ts'
import { routes } from '../../src/http/admin/routes.ts'
import {
  accountBody,
  clientBody,
  connectionBody,
  connectionChange,
  listQuery,
  mappingBody,
  membersQuery,
  requestsQuery,
  secretBody,
  tokenBody,
} from '../../src/http/admin/schemas.ts'
import { groupBodyLimit, userBodyLimit } from '../../src/http/scim/body.ts'
import { defaultCount, largestCount } from '../../src/http/scim/query.ts'
import { largestBody } from '../../src/http/scim/request-log/redact-body.ts'
import { wire, type ScimType } from '../../src/http/scim/scim-error.ts'
import { catalogsPage, exampleCatalog } from './catalog-pages.ts'
import { deviationsPage, scimPage } from './scim-pages.ts'

const FOLDER = fileURLToPath(new URL('../../docs/reference/', import.meta.url))

/** Every generated page: its name in docs/reference, and its text. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([
    ['configuration.md', configurationPage()],
    ['errors.md', errorsPage()],
    ['cli.md', cliPage()],
    ['admin-api.md', adminApiPage()],
    ['catalogs.md', catalogsPage(madeFrom('src/catalogs'), table)],
    ['scim.md', scimPage(madeFrom('test/conformance/scim'), table)],
    ['scim-deviations.md', deviationsPage(madeFrom('test/conformance/scim/deviations.ts'), table)],
  ])
}

/** The committed text of a page; undefined where there is none. */
export function committed(name: string): string | undefined {
  try {
    return readFileSync(`${FOLDER}${name}`, 'utf8')
  } catch {
    return undefined
  }
}

const madeFrom = (source: string): string => `<!-- Made by "npm run docs" from ${source}. Do not edit. -->\n`

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

const code = (text: string): string => `\`${text}\``

// Configuration

function configurationPage(): string {
  const rows = Object.entries(settings).map(([name, setting]) => [
    'secret' in setting ? `${code(name)}, ${code(`${name}_FILE`)}` : code(name),
    takes(setting.schema),
    setting.otherwise,
    setting.help,
  ])
  return `# Configuration

${madeFrom('src/config/env.ts')}
Joinery is configured by its environment and by nothing else. With no setting at all it runs the embedded default: one
process on the loopback address, a SQLite file, no queue.

- A setting that is empty counts as not given.
- A secret may be given as a file instead: the same name with \`_FILE\` behind it. White space at the end of the file is
  dropped. Give one of the two.
- A wrong setting stops the start with exit status 78. All wrong settings are named at once; rules between settings are
  looked at after that.
- \`joinery config\` prints the configuration as it would be used. Secrets print as \`[secret]\`.
- A setting that is not in this table is ignored.

## Settings

${table(['setting', 'takes', 'by default', 'what for'], rows)}

## Rules between settings

- \`HOST\` other than loopback needs a \`PUBLIC_URL\` that starts with \`https://\`. Joinery itself speaks plain HTTP: put a TLS
  proxy in front of it. See [install](../operations/install.md#a-tls-proxy).
- With PostgreSQL, \`ADMIN_TOKEN\` and \`SECRET_KEY\` must be given, as several processes share them.
- \`OUTBOUND_ALLOW_LOOPBACK=1\` is refused with a \`PUBLIC_URL\` that is not loopback.
- \`joinery worker\` refuses SQLite: a SQLite file belongs to one process.

## What the command line reads

The commands that talk to a running server read these, and none of the settings above but those named here.

${table(
  ['variable', 'what for'],
  [
    ['`JOINERY_URL`', 'where the server is; by default `http://127.0.0.1:PORT`'],
    ['`PORT`', 'the port of the server on this machine; by default 3000'],
    ['`JOINERY_TOKEN`', 'the admin token; it comes before the two below'],
    ['`ADMIN_TOKEN`, `ADMIN_TOKEN_FILE`', 'the admin token as the server has it'],
    ['`DATA_DIR`', 'the folder with the file `admin-token`, where no token is given; by default `data`'],
  ],
)}

## Fixed values

These are no settings today. They are here so that nobody has to look for them in the code.

${table(['what', 'value'], fixedValues())}
`
}

/** What a setting takes, in the words with which it refuses something else. */
function takes(schema: z.ZodType): string {
  const message = schema.safeParse('?').error?.issues[0]?.message ?? 'must be a text'
  return message.replace(/^must (be|have) /, '').replaceAll(/\S*<\S+/g, code)
}

function defaultConfig(): Config {
  const read = readEnv({})
  const made = 'env' in read ? toConfig(read.env) : read
  if ('problems' in made) throw new Error('the defaults are no valid configuration')
  return made.config
}

function fixedValues(): string[][] {
  const { propagation } = defaultConfig()
  const megabytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`
  return [
    ['live tokens of one connection', String(liveTokenLimit)],
    ['longest life of a token', `${tokenLifeDays} days`],
    ['live clients of one connection', String(liveClientLimit)],
    ['live secrets of one client', String(liveSecretLimit)],
    ['life of a client’s secret, by default and at most', `${secretLifeDays.usual} and ${secretLifeDays.longest} days`],
    ['life of an access token', `${accessTokenLifeSeconds} s, and never longer than its secret’s`],
    ['a mapping by name waits for its group', `${waitingDays} days`],
    ['body of a SCIM request about users', megabytes(userBodyLimit)],
    ['body of a SCIM request about groups', megabytes(groupBodyLimit)],
    ['SCIM page, by default and at most', `${defaultCount} and ${largestCount} resources`],
    ['lease of a reconcile', `${propagation.leaseMs} ms`],
    ['body that the request log keeps', `${largestBody / 1024} KiB of each`],
    ['the sweep looks every', `${propagation.sweepMs} ms, a quarter more or less`],
    ['attempts before a propagation is blocked', String(attemptLimit)],
  ]
}

// Errors

type Advice = { readonly means: string; readonly idp?: string; readonly operator?: string; readonly support?: string }

const advice = {
  invalid_input: {
    means: 'The request was understood and one of its values is wrong. The text names the place and what is due there.',
    idp: 'Correct the attribute mapping that the text names. Sending the same again gives the same answer.',
    operator: 'Nothing to do for SCIM. In the admin API, correct the fields in `errors`.',
    support: 'Ask for the text of the error; it says which attribute and why.',
  },
  policy_violation: {
    means: 'A rule refuses it: a personal mail address, or a role that a directory must not give.',
    idp: 'Map the work address, as [work e-mail](work-email.md#why-an-address-was-refused) says for each rule.',
    operator: 'For `role_not_mappable` choose another role. The mail rule has no switch.',
    support: 'The rule stands at the end of the text, for example `(rule personal_domain)`.',
  },
  not_found: {
    means: 'There is no such single thing here. Of something that belongs to another account the answer is the same.',
    idp: 'The resource was removed on this side. Unlink and link the person or the group anew.',
    operator: 'Compare the ids with `joinery connections list` and `joinery members list`.',
    support:
      'A SCIM search never answers 404. If one does, the URL is wrong: compare it with the SCIM URL of the connection.',
  },
  conflict: {
    means:
      'It exists already, or the state does not allow it: a userName or a group name twice on one connection, a third live token, nothing to retry.',
    idp: 'Two people or two groups of the directory come under one name. Rename one, or stop pushing one of them.',
    operator: 'Do what the text says; for tokens, revoke one first.',
    support: 'Names compare without letter case, so `Jane@…` and `jane@…` are one.',
  },
  precondition_failed: {
    means: 'A SCIM request with `If-Match` names a version that is not the resource’s any more. Nothing was changed.',
    idp: 'Read the resource again and send the change again. Okta and Entra send no `If-Match`.',
    operator: 'Nothing to do. The admin API does not give this answer yet.',
  },
  unauthenticated: {
    means:
      'The token is absent, wrong, expired, revoked, of another connection, or its connection is not active. All of these are one answer. At the token endpoint see [its own errors](scim-authentication.md#errors-of-the-token-endpoint).',
    idp: 'Paste the token of this connection anew, whole, without a blank. It begins with `scim_`.',
    operator: 'Look at `joinery tokens list`: state and last use. Make a new token; two may live at once.',
    support: 'Compare the connection id in the URL with the one that the token was made for.',
  },
  forbidden: {
    means: 'The credential is genuine and may not do that there.',
    idp: 'Not expected. Tell the operator the time and the request.',
    operator:
      'Where the text names a scope: make a token or a client that has it. Else it is not expected: look for the request id in the log and report it.',
    support: 'Pass on the `X-Request-Id` of the answer.',
  },
  too_large: {
    means: 'The body is larger than the limit that the text names.',
    idp: 'Send the members of a group in parts, as Okta and Entra do by themselves.',
    operator: 'If the answer is no SCIM error, the proxy in front has a smaller limit: give it 16 MB.',
    support: 'Ask which group; it has some hundred thousand members.',
  },
  rate_limited: {
    means:
      'More requests a second than the connection’s own limit, or else `SCIM_RATE_LIMIT`, allows. `Retry-After` says when to go on, in seconds.',
    idp: 'Nothing: Okta and Entra wait and go on.',
    operator:
      'If it stays so, raise the limit: `joinery connections change --rate-limit`, or `SCIM_RATE_LIMIT` for all. It is counted in each process, so that two servers allow twice as much.',
    support: 'A first sync of a large directory may meet it. It takes longer, and nothing is lost.',
  },
  upstream_unavailable: {
    means:
      'The database cannot be reached or does not take writes, or a client’s key set cannot be fetched. `Retry-After` says when to try again.',
    idp: 'Nothing: the request is sent again.',
    operator: 'See the [runbook](../operations/runbook.md#the-database-is-down).',
    support: 'Nobody is shown as gone in the meantime: an outage is never 404 and never 401.',
  },
  upstream_rejected: {
    means:
      'The set-up is wrong: a role catalog is not loaded. At the start also: the secret key is another one, migrations are missing.',
    idp: 'Nothing. Tell the operator the reference.',
    operator:
      'Read the text; look for the reference in the log. Members whom it concerns are blocked until it is mended.',
    support: 'Pass on the reference that the text names.',
  },
} as const satisfies Record<ErrorCode, Advice>

const scimOnly = {
  invalidSyntax:
    'The message is no SCIM: no JSON, no `schemas` in a PATCH, an operation other than add, replace, remove.',
  invalidValue: 'A value is not of its type, or something required is missing. The text says where: `emails[1].value`.',
  invalidPath: 'A PATCH names an attribute that the schema does not have.',
  invalidFilter: 'The filter cannot be read, names an unknown attribute, or one that is not searched by.',
  noTarget: 'A PATCH replaces an element of a list that is not there. Use `add`, which creates it.',
  mutability: 'A PATCH changes what only the server sets, such as `id` and `groups`, or clears what is required.',
  uniqueness: 'The name is taken on this connection; comes with 409.',
  tooMany: null,
  invalidVers: null,
  invalidCursor: 'The cursor is none of this query. Begin with an empty one.',
  expiredCursor: 'The cursor is too old. Begin with an empty one.',
  invalidCount: 'With a cursor, `count` is above `maxPageSize` or not that of the first page.',
} as const satisfies Record<ScimType, string | null>

function errorsPage(): string {
  const codes = Object.keys(advice) as ErrorCode[]
  return `# Errors

${madeFrom('the error tables of each door')}
The house knows the error codes below and no others. Each door says each of them in its own way: SCIM as RFC 7644 has it,
the admin API as problem details (RFC 9457). Every answer has an \`X-Request-Id\`; the same id is in the log and in the audit
log. A caller may bring an id of his own in that header.

\`\`\`json
{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness","detail":"userName: a user named \\"jane@acme.example\\" already exists on this connection"}
{"type":"urn:joinery:problem:invalid_input","title":"The input is not valid","status":400,"detail":"name: must not be empty","request_id":"01a2…","errors":[{"path":"name","message":"must not be empty"}]}
\`\`\`

A problem has \`rule\` where a rule refused, and \`errors\` where fields are at fault. A misspelt name is at fault too:
\`nmae: is no name here; did you mean "name"?\`

## The codes

${table(['code', 'SCIM', 'scimType', 'admin API', 'its title'], codes.map(codeRow))}

A fault that no code describes is 500 at both doors, \`urn:joinery:problem:internal_error\` in the admin API. It is logged
once with the request id, and the answer tells nothing else. An \`invalid_input\` about a filter has the scimType
\`invalidFilter\`.

${codes.map(codeSection).join('\n\n')}

## Errors of the SCIM door alone

Status 400 unless said otherwise.

${table(
  ['scimType', 'what it means'],
  Object.entries(scimOnly).flatMap(([type, means]) => (means === null ? [] : [[code(type), means]])),
)}

Without a scimType: 501 for \`/Me\`, 404 for any other endpoint that does not exist, 405 for a method that an
endpoint does not take (\`Allow\` names those that it does), 415 for a body that is neither \`application/scim+json\` nor
\`application/json\`, 403 for a filter on \`/Schemas\` or \`/ResourceTypes\`.

## Why a propagation failed

The error class of a member's propagation is one of the codes above, or \`bug\` for what no code describes.
\`upstream_rejected\` and \`policy_violation\` block it at once; anything else is tried ${attemptLimit} times, later and later, and
then blocked. An outage of the database does not count as an attempt. See the
[runbook](../operations/runbook.md#members-are-blocked).

## Exit status of the commands

${table(
  ['status', 'meaning'],
  [
    ['0', 'done'],
    ['1', 'failed; the reason is on stderr'],
    ['2', 'wrong usage: an unknown command or option, a required option missing'],
    ['78', 'wrong configuration; every wrong setting is named on stderr'],
  ],
)}
`
}

function codeRow(name: ErrorCode): string[] {
  const scim: { status: number; scimType?: ScimType } = wire[name]
  const { status, title } = titles[name]
  const type = scim.scimType === undefined ? '' : code(scim.scimType)
  return [`[${code(name)}](#${name})`, String(scim.status), type, String(status), title]
}

function codeSection(name: ErrorCode): string {
  const { means, idp, operator, support }: Advice = advice[name]
  const told = { 'The IdP’s administrator': idp, 'The operator': operator, Support: support }
  const lines = Object.entries(told).flatMap(([who, what]) => (what === undefined ? [] : [`- **${who}**: ${what}`]))
  return [`### ${name}`, means, ...(lines.length === 0 ? [] : [lines.join('\n')])].join('\n\n')
}

// Command line

function cliPage(): string {
  const { program } = createProgram({}, { line: () => undefined, error: () => undefined })
  const all = leaves(program)
  return `# The command line

${madeFrom('the commands in src/cli')}
In this checkout a command is called by \`npm run -s joinery -- <command>\`; after \`npm run build\` by
\`node dist/src/cli/main.js <command>\`. This page writes \`joinery\` for both.

\`serve\`, \`worker\`, \`migrate\`, \`doctor\`, \`demo\` and \`config\` read the [configuration](configuration.md) and work here.
\`catalog\` reads files here, those that ship and those in \`CATALOG_DIR\`, unless \`--server\` asks for a running one. All
others talk to a running server by its [admin API](admin-api.md), as the operator: see
[what they read](configuration.md#what-the-command-line-reads).

Results go to stdout, everything else to stderr. \`--json\` prints what the admin API answered; lists are read to their end,
unless a limit is given.
[Exit status](errors.md#exit-status-of-the-commands): 0 done, 1 failed, 2 wrong usage, 78 wrong configuration.

${table(
  ['command', ''],
  all.map(({ path, command }) => [`[${code(path)}](#${anchorOf(path)})`, command.description()]),
)}

${all.map(commandSection).join('\n\n')}
`
}

type Leaf = { readonly path: string; readonly command: Command }

function leaves(command: Command, path = 'joinery'): Leaf[] {
  return command.commands.flatMap((child) => {
    const own = `${path} ${child.name()}`
    return child.commands.length === 0 ? [{ path: own, command: child }] : leaves(child, own)
  })
}

const anchorOf = (heading: string): string => heading.replaceAll(' ', '-')

function commandSection({ path, command }: Leaf): string {
  const options = command.options.map(optionRow)
  const args = command.registeredArguments.map(argumentRow)
  const rows = [...args, ...options]
  const note = notes[path]
  const parts = [`## ${path}`, `${capital(command.description())}.`, ...(note === undefined ? [] : [note])]
  return [...parts, ...(rows.length === 0 ? [] : [table(['option', '', ''], rows)])].join('\n\n')
}

const optionRow = (option: Option): string[] => [
  code(option.flags),
  option.mandatory ? 'required' : '',
  option.description,
]
const argumentRow = (argument: Argument): string[] => [code(`<${argument.name()}>`), 'required', argument.description]
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What the commands' own descriptions leave out. */
const notes: Readonly<Record<string, string>> = {
  'joinery serve':
    'With SQLite leave the workers inside: nobody else can run them, and without them no change reaches the IAM store.',
  'joinery worker': 'It carries changes from the directory to the IAM store, and listens on no port.',
  'joinery catalog check':
    'Problems are printed as `FILE:LINE: rule: what is wrong and how to mend it`, to stderr; with `--json` all of them to stdout, as `problems` with `file`, `line`, `rule` and `message`. The status is 1 where there are any. The rules are in [the format](catalog-format.md#when-something-is-wrong).',
  'joinery catalog show':
    'An id is that of a catalog which ships or is in `CATALOG_DIR`; anything with a `/` in it, or with `.yaml` at its end, is a file. `--json` prints what `GET /api/v1/catalogs/{catalog}` answers.',
  'joinery catalog diff':
    'One line for each difference. Cells are compared as they are written and by what they come to, so that a verb that implies more shows in every role that gains by it.',
  'joinery migrate up': '`joinery migrate` alone does the same.',
  'joinery doctor':
    'It wants a database that has been migrated once: before the first start it says that migrations are missing.',
  'joinery demo':
    'It keeps to the folder `demo` in `DATA_DIR`, which it empties first, and starts a Redis of its own where one is installed. It refuses a `PUBLIC_URL`: the people in it are made up.',
  'joinery requests list':
    'See [the request log](request-log.md). `--failed` shows what an administrator has to look at.',
  'joinery mappings add':
    'Give the group by `--group` or by `--group-name`. What a mapping by name does is in [member and roles](member-roles.md#mappings-by-name).',
}

// Admin API

type Example = { readonly status: number; readonly body?: object }
type RouteDoc = {
  readonly about: string
  readonly body?: z.ZodType
  readonly query?: z.ZodType
  readonly send?: object
  /** The fields of the answer, where an example does not show them all. */
  readonly answers?: z.ZodType
  readonly answer: Example
}

const exampleAccount = {
  id: '01a20d9b-5386-…',
  name: 'Acme Ltd',
  catalog: 'plivo',
  createdAt: '2026-11-24T12:50:12.998Z',
}
const exampleConnection = {
  id: '01a20d9b-6245-…',
  name: 'Okta',
  kind: 'okta',
  state: 'active',
  emailPolicy: 'standard',
  rateLimit: null,
  rolesFromIdp: false,
  scimUrl: 'https://joinery.example.com/scim/v2/01a20d9b-6245-…',
  createdAt: '2026-11-24T12:50:16.773Z',
}
const exampleToken = {
  id: '01a20d9b-7dd4-…',
  hint: 'iVz1',
  state: 'live',
  scopes: ['users', 'groups'],
  createdAt: '2026-11-24T12:50:23.828Z',
  expiresAt: '2027-11-24T12:50:23.828Z',
  revokedAt: null,
  lastUsedAt: null,
}
const { scopes: _scopes, ...exampleSecret } = exampleToken
const exampleClient = {
  id: '01a20d9b-91c7-…',
  name: 'Entra provisioning',
  state: 'live',
  scopes: ['users', 'groups'],
  tokenUrl: 'https://joinery.example.com/oauth/token',
  assertion: {
    issuer: 'https://login.microsoftonline.com/ce5f061f-…/v2.0',
    subject: 'd2f8ee76-…',
    audience: 'api://b5ba7a93-…',
    jwksUrl: 'https://login.microsoftonline.com/ce5f061f-…/discovery/v2.0/keys',
  },
  secrets: [],
  createdAt: '2026-11-24T12:50:29.127Z',
  revokedAt: null,
  lastUsedAt: null,
}
const exampleMapping = {
  id: '01a20d9b-8b45-…',
  connection: '01a20d9b-6245-…',
  groupId: null,
  groupName: 'Engineers',
  role: 'developer',
  state: 'waiting',
  createdAt: '2026-11-24T12:50:27.269Z',
}
const exampleMember = {
  id: '01a20d9b-8cfd-…',
  userName: 'jane@acme.example',
  email: 'jane@acme.example',
  displayName: 'Jane Doe',
  status: 'active',
  suspendedBy: [],
  roles: ['developer'],
  desiredRev: 2,
  appliedRev: 2,
}
const exampleRequest = {
  id: '01a20d9b-8cfd-…',
  at: '2026-11-24T12:50:27.690Z',
  operation: '01a20d9b-8cfe-…',
  method: 'PATCH',
  path: '/Users/01a20d9b-8cf1-…',
  query: null,
  status: 200,
  scimType: null,
  detail: null,
  ms: 6.214,
  credential: '01a20d9b-7dd4-…',
  repaired: ['Operations[0]: "False" taken for a boolean'],
  repairedTotal: 1,
  changed: [{ action: 'user.suspended', target: '01a20d9b-8cf1-…', member: '01a20d9b-8cfd-…' }],
  changedTotal: 1,
  members: ['01a20d9b-8cfd-…'],
  membersTotal: 1,
}
const boundMapping = { ...exampleMapping, groupId: '01a20d9b-8e14-…', state: 'bound' }

const A = '/accounts/:a'
const C = `${A}/connections/:c`

const routeDocs: Readonly<Record<string, RouteDoc>> = {
  'POST /accounts': {
    about:
      'Opens an account under a role catalog. An `owner` is a member from the start, by himself and not by a directory, and holds the owner role of the catalog. His addresses are judged as everybody’s.',
    body: accountBody,
    send: { name: 'Acme Ltd', catalog: 'plivo', owner: { userName: 'ceo@acme.example', email: 'ceo@acme.example' } },
    answer: { status: 201, body: { ...exampleAccount, ownerId: '01a20d9b-5391-…' } },
  },
  'GET /catalogs': {
    about:
      'The [role catalogs](catalogs.md) that are loaded: those that ship, and those in `CATALOG_DIR`. Each with how many headings, rows and roles it has. Has an `ETag`.',
    answer: {
      status: 200,
      body: { items: [{ id: 'plivo', label: 'Plivo', sections: 14, capabilities: 53, roles: 5 }] },
    },
  },
  'GET /catalogs/:k': {
    about:
      'One role catalog in full. The keys are those of [the format](catalog-format.md#the-keys), with nothing left out. A cell is a level in a catalog of levels and a list of verbs in one of verbs. A role has `grants`, what it comes to row by row with lower levels and implied verbs counted in and without regard to where a row is available, and `written`, the cells as the platform has them: null is a cell that the platform leaves empty, and a role with `everything` has none. `availableAt` says for each account level whether the row is there, or the most that anybody has of it there. Has an `ETag`.',
    answers: catalogDescription,
    answer: { status: 200, body: exampleCatalog() },
  },
  'GET /accounts': {
    about: 'A page of accounts, the oldest first.',
    query: listQuery,
    answer: { status: 200, body: { items: [exampleAccount], next: null } },
  },
  [`GET ${A}`]: { about: 'One account.', answer: { status: 200, body: exampleAccount } },
  [`POST ${A}/connections`]: {
    about:
      'Opens a SCIM endpoint for one IdP. It answers as soon as a token or a client has been made. `kind` chooses the [dialect](scim-door.md#dialects); `emailPolicy` `strict` also judges home addresses. `rolesFromIdp` lets [roles in a user’s profile](member-roles.md#roles-in-a-users-profile) count. `rateLimit` is the connection’s own; without it `SCIM_RATE_LIMIT` counts. `perSecond` 0 switches it off, and less than 25 is refused.',
    body: connectionBody,
    send: { name: 'Okta', kind: 'okta' },
    answer: { status: 201, body: exampleConnection },
  },
  [`GET ${A}/connections`]: {
    about: 'All connections of an account.',
    answer: { status: 200, body: { items: [exampleConnection] } },
  },
  [`PATCH ${C}`]: {
    about:
      'Changes what is told and leaves the rest. It counts from the next request on. `rateLimit` null goes back to `SCIM_RATE_LIMIT`. `rolesFromIdp` moves the whole account: roles that were told are applied, or gone at once.',
    body: connectionChange,
    send: { name: 'Okta, production', rateLimit: { perSecond: 200 } },
    answer: {
      status: 200,
      body: { ...exampleConnection, name: 'Okta, production', rateLimit: { perSecond: 200, burst: 600 } },
    },
  },
  [`POST ${C}/clients`]: {
    about: `Makes an OAuth client. Without \`assertion\` it has a secret, \`clientSecret\`, which is answered this once and kept as a hash. With it, it proves itself by [signed assertions](scim-authentication.md#signed-assertions); \`issuer\` and \`subject\` are the client’s own id unless told, \`audience\` is the token URL. A connection has at most ${liveClientLimit} live clients.`,
    body: clientBody,
    send: {
      name: 'Entra provisioning',
      assertion: { ...exampleClient.assertion, audience: 'api://b5ba7a93-…/.default' },
    },
    answer: { status: 201, body: exampleClient },
  },
  [`GET ${C}/clients`]: {
    about:
      'All clients of a connection, revoked ones included, with their secrets. `lastUsedAt` is when it last got a token.',
    answer: {
      status: 200,
      body: { items: [{ ...exampleClient, assertion: null, secrets: [exampleSecret] }] },
    },
  },
  [`DELETE ${C}/clients/:o`]: {
    about: 'Ends a client. The next request with any access token of it is 401. Revoking it twice is no error.',
    answer: { status: 204 },
  },
  [`POST ${C}/clients/:o/secrets`]: {
    about: `Adds a secret to a client that has one. \`clientSecret\` is answered this once. Up to ${liveSecretLimit} live at once: add, give it to the IdP, revoke the old one.`,
    body: secretBody,
    send: { expiresInDays: 730 },
    answer: { status: 201, body: { ...exampleSecret, clientSecret: 'scimcs_01a20d9b-7dd4-…_…' } },
  },
  [`DELETE ${C}/clients/:o/secrets/:s`]: {
    about: 'Ends a secret, and the access tokens that were given for it. Revoking it twice is no error.',
    answer: { status: 204 },
  },
  [`GET ${C}/groups`]: {
    about: 'The groups that the IdP has pushed, by name. `memberCount` counts members that are not known, too.',
    answer: {
      status: 200,
      body: { items: [{ id: '01a20d9b-8e14-…', displayName: 'Engineers', externalId: null, memberCount: 12 }] },
    },
  },
  [`POST ${C}/tokens`]: {
    about: `Makes a bearer token. \`token\` is answered this once and kept as a hash. A connection has at most ${liveTokenLimit} live tokens: make the second, give it to the IdP, revoke the first. \`scopes\` narrows [what it may do](scim-authentication.md#scopes).`,
    body: tokenBody,
    send: { expiresInDays: 180 },
    answer: { status: 201, body: { ...exampleToken, token: 'scim_01a20d9b-7dd4-…_…' } },
  },
  [`GET ${C}/tokens`]: {
    about:
      'All tokens of a connection, past ones included. `state` is `live`, `expired` or `revoked`; `hint` is the end of the secret; `lastUsedAt` is exact to a minute.',
    answer: { status: 200, body: { items: [exampleToken] } },
  },
  [`DELETE ${C}/tokens/:t`]: {
    about: 'Ends a token. The next request with it is 401. Revoking it twice is no error.',
    answer: { status: 204 },
  },
  [`POST ${A}/mappings`]: {
    about:
      'Maps a directory group to a role. Give `groupId` or `groupName`. A name that a group has already is bound to that group at once; else the mapping waits: see [mappings by name](member-roles.md#mappings-by-name).',
    body: mappingBody,
    send: { connection: '01a20d9b-6245-…', groupName: 'Engineers', role: 'developer' },
    answer: { status: 201, body: exampleMapping },
  },
  [`GET ${A}/mappings`]: {
    about:
      'All mappings of an account. `state` is `bound`, `waiting`, `unconfirmed`, `dangling` (the group was removed) or `lapsed` (the group never came). `groupName` is what the group is called now.',
    answer: { status: 200, body: { items: [boundMapping] } },
  },
  [`POST ${A}/mappings/:m/confirm`]: {
    about:
      'Lets an `unconfirmed` mapping reach its role. Of a bound one it changes nothing; of a waiting one it is a `conflict`.',
    answer: { status: 200, body: boundMapping },
  },
  [`DELETE ${A}/mappings/:m`]: {
    about: 'Takes a mapping away. Whoever holds the role through it loses that path.',
    answer: { status: 204 },
  },
  [`GET ${A}/members`]: {
    about:
      'A page of members with the roles that [count now](member-roles.md#what-counts-while-a-member-lags). `role` finds active members for whom that role is stored.',
    query: membersQuery,
    answer: { status: 200, body: { items: [exampleMember], next: null } },
  },
  [`GET ${A}/members/:m`]: {
    about:
      'One member: each role with every path to it, each path that was considered and [lost](member-roles.md#losses), and the 50 newest events.',
    answer: {
      status: 200,
      body: {
        ...exampleMember,
        incarnation: 1,
        lagging: false,
        createdAt: '2026-11-24T12:50:27.703Z',
        updatedAt: '2026-11-24T12:50:27.703Z',
        grants: [
          {
            role: 'developer',
            source: 'directory',
            paths: [{ connection: '01a20d9b-6245-…', group: '01a20d9b-8e14-…', mapping: '01a20d9b-8b45-…' }],
          },
        ],
        losses: [],
        events: [
          {
            id: '01a20d9b-8e3b-…',
            action: 'grants.changed',
            actor: 'system:propagation',
            operation: '01a20d9b-8e23-…',
            detail: { gained: ['developer'], lost: [], rev: 2 },
            at: '2026-11-24T12:50:28.027Z',
          },
        ],
      },
    },
  },
  [`POST ${A}/members/:m/propagation/retry`]: {
    about: 'Lets a blocked member’s propagation try again. A `conflict` where nothing is blocked.',
    answer: { status: 204 },
  },
  [`GET ${C}/requests`]: {
    about:
      'A page of what the IdP has asked, the newest first: the [request log](request-log.md). `status` is one status or a class such as `4xx`; `failed` finds what was refused or failed, or (`false`) what was not; `member` finds what was about a member or changed him; `since` is included, `until` is not. `repaired`, `changed` and `members` are cut, and their totals are not.',
    query: requestsQuery,
    answer: { status: 200, body: { items: [exampleRequest], next: null } },
  },
  [`GET ${C}/requests/:r`]: {
    about:
      'One request with its bodies, [redacted](request-log.md#what-is-redacted). A body longer than 8 KiB is a text that was cut, and `truncated`. `request` and `answer` are null where there was no body.',
    answer: {
      status: 200,
      body: {
        ...exampleRequest,
        request: {
          body: {
            schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
            Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
          },
          truncated: false,
        },
        answer: { body: { id: '01a20d9b-8cf1-…', userName: 'j***@acme.example', active: false }, truncated: false },
      },
    },
  },
  [`GET ${A}/propagation`]: {
    about:
      'How far an account is behind: members that wait, that are being reconciled, that are blocked. `held` is always 0 today. `oldestPendingMs` is the age of the oldest change of a member’s own that waits; changes of the whole account, such as mappings, do not count in it.',
    answer: { status: 200, body: { pending: 0, running: 0, held: 0, blocked: 0, oldestPendingMs: 0 } },
  },
}

function adminApiPage(): string {
  const known = routes({} as AdminDeps).map(({ method, path, status }) => ({
    key: `${method.toUpperCase()} ${path}`,
    status,
  }))
  const missing = known.filter(({ key }) => routeDocs[key] === undefined).map(({ key }) => key)
  const gone = Object.keys(routeDocs).filter((key) => !known.some((route) => route.key === key))
  if (missing.length + gone.length > 0) {
    throw new Error(`describe in test/tools/generate-docs.ts: ${missing.join(', ')}; take out: ${gone.join(', ')}`)
  }
  return `# The admin API

${madeFrom('src/http/admin')}
The operator's API, under \`/api/v1\`. It speaks JSON. \`Authorization: Bearer <admin token>\` on every request; the token is
\`ADMIN_TOKEN\`, or in \`DATA_DIR/admin-token\` where it was made at first start. Whoever has it may do everything. Errors are
problem details: see [errors](errors.md).

- Instants are ISO 8601 texts in UTC. Ids are opaque.
- A list that goes on has \`next\`: give it as \`after\` for the next page. Lists without \`next\` are whole.
- A body may have 1 MiB.
- A name that is not among those below, in a body or a query, is refused with the nearest that is: nothing is passed over.
- Answers with an \`ETag\` are not sent twice: with \`If-None-Match\` and the tag the answer is 304 until it changes.

\`\`\`sh
curl -s https://joinery.example.com/api/v1/accounts -H "Authorization: Bearer $ADMIN_TOKEN"
\`\`\`

${table(
  ['', ''],
  known.map(({ key }) => [`[${code(shown(key))}](#${slugOf(shown(key))})`, firstSentence(key)]),
)}

${known.map(({ key, status }) => routeSection(key, status)).join('\n\n')}

## Not yet

Retiring connections, removing accounts, suspending members, giving roles by hand, reading the audit log of an
account, idempotency keys, conditional changes and an OpenAPI document.
`
}

/** The path as it is read: \`{account}\` for \`:a\`. */
function shown(key: string): string {
  const names: Readonly<Record<string, string>> = {
    a: 'account',
    c: 'connection',
    k: 'catalog',
    t: 'token',
    o: 'client',
    s: 'secret',
    r: 'request',
    m: key.includes('/mappings/') ? 'mapping' : 'member',
  }
  return key.replaceAll(/:(\w)\b/g, (_match, letter: string) => `{${names[letter] ?? letter}}`)
}

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')
}

function firstSentence(key: string): string {
  return /^.*?\.(?= |$)/.exec(routeDocs[key]?.about ?? '')?.[0] ?? ''
}

function routeSection(key: string, status = 200): string {
  const doc = routeDocs[key]
  if (doc === undefined) throw new Error(key)
  if (doc.answer.body !== undefined && doc.answer.status !== status) throw new Error(`${key} answers ${status}`)
  return [
    `## ${shown(key)}`,
    doc.about,
    ...(doc.query === undefined ? [] : [table(['query', '', ''], fieldsOf(doc.query))]),
    ...(doc.body === undefined ? [] : [table(['body', '', ''], fieldsOf(doc.body))]),
    ...(doc.send === undefined ? [] : [json(doc.send)]),
    ...(doc.answers === undefined ? [] : [table(['answer', '', ''], fieldsOf(doc.answers))]),
    doc.answer.body === undefined
      ? `Answers ${doc.answer.status}.`
      : `Answers ${doc.answer.status}:\n\n${json(doc.answer.body)}`,
  ].join('\n\n')
}

const json = (value: object): string => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``

type JsonSchema = {
  type?: string | string[]
  const?: string
  enum?: string[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  default?: string | number | boolean
  required?: string[]
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  additionalProperties?: JsonSchema | boolean
}

function fieldsOf(schema: z.ZodType): string[][] {
  return rowsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, '')
}

function rowsOf({ properties = {}, required = [] }: JsonSchema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, told]) => {
    const forms = formsOf(told).filter(({ type }) => type !== 'null')
    const orNull = forms.length < formsOf(told).length ? ', or null' : ''
    const kinds = [...new Set(forms.map(constraintsOf))].join(' or ')
    return [
      [code(`${prefix}${name}`), required.includes(name) ? 'required' : '', `${kinds}${orNull}`],
      ...forms.flatMap((form) => [
        ...rowsOf(form, `${prefix}${name}.`),
        ...rowsOf(form.items ?? {}, `${prefix}${name}[].`),
      ]),
    ]
  })
}

/** What a field may be, form by form. */
function formsOf(told: JsonSchema): JsonSchema[] {
  if (Array.isArray(told.type)) return told.type.map((type) => ({ ...told, type }))
  return told.anyOf ?? [told]
}

function constraintsOf(field: JsonSchema): string {
  const { type = 'text', enum: values, minimum, maximum, maxLength, default: otherwise } = field
  if (field.const !== undefined) return code(field.const)
  if (field.oneOf !== undefined) return 'object'
  if (values !== undefined) return values.map(code).join(', ')
  if (field.items !== undefined) return `list of ${constraintsOf(field.items)}`
  if (typeof field.additionalProperties === 'object') return `object of ${constraintsOfAny(field.additionalProperties)}`
  const kind = type === 'string' ? 'text' : type === 'integer' ? 'whole number' : String(type)
  const range = minimum !== undefined && maximum !== undefined && isBound(maximum) ? `, ${minimum} to ${maximum}` : ''
  const length = maxLength === undefined ? '' : `, up to ${maxLength} characters`
  return `${kind}${range}${length}${otherwise === undefined ? '' : `; by default ${otherwise}`}`
}

function constraintsOfAny(field: JsonSchema): string {
  return [
    ...new Set(
      formsOf(field)
        .flatMap((form) => formsOf(form))
        .map(constraintsOf),
    ),
  ].join(' or ')
}

/** What every whole number is bound by says nothing. */
function isBound(maximum: number): boolean {
  return maximum < Number.MAX_SAFE_INTEGER
}

function main(): void {
  const stale = [...pages()].filter(([name, text]) => committed(name) !== text)
  if (process.argv.includes('--check')) {
    if (stale.length > 0)
      throw new Error(`not up to date: ${stale.map(([name]) => name).join(', ')}; run "npm run docs"`)
    return
  }
  for (const [name, text] of stale) writeFileSync(`${FOLDER}${name}`, text)
  console.log(stale.length === 0 ? 'docs/reference is up to date' : `wrote ${stale.map(([name]) => name).join(', ')}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
