/**
 * Writes the generated pages of docs/reference from the code that they describe. `--check` writes nothing and fails where a
 * page is not what it should be; test/unit/docs/generated.test.ts asks the same.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Argument, Command, Option } from 'commander'
import { z } from 'zod'
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
import { titles } from '../../src/http/problem.ts'
import { groupBodyLimit, userBodyLimit } from '../../src/http/scim/body.ts'
import { defaultCount, largestCount } from '../../src/http/scim/query.ts'
import { largestBody } from '../../src/http/scim/request-log/redact-body.ts'
import { wire, type ScimType } from '../../src/http/scim/scim-error.ts'
import { adminApiPage } from './admin-pages.ts'
import { auditLogPage } from './audit-page.ts'
import { catalogsPage } from './catalog-pages.ts'
import { platformsPage } from './platform-pages.ts'
import { dialectsPage } from './dialect-pages.ts'
import { deviationsPage, scimPage } from './scim-pages.ts'

const FOLDER = fileURLToPath(new URL('../../docs/reference/', import.meta.url))

/** Every generated page: its name in docs/reference, and its text. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([
    ['configuration.md', configurationPage()],
    ['errors.md', errorsPage()],
    ['cli.md', cliPage()],
    ['admin-api.md', adminApiPage(madeFrom('src/http/admin'), table)],
    ['audit-log.md', auditLogPage(madeFrom('src/domain/audit.ts'), table)],
    ['catalogs.md', catalogsPage(madeFrom('src/catalogs'), table)],
    ['platforms.md', platformsPage(madeFrom('test/platforms/rows.ts and the titles of tests'), table)],
    ['dialects.md', dialectsPage(madeFrom('src/http/scim/dialects.ts and test/fixtures/idp'), table)],
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
unless \`--limit\` is there: then a last line says that there is more, and from where \`--after\` goes on. Every list takes
\`--sort\` and the filters of its [list in the admin API](admin-api.md), under the same names written with hyphens: what is
\`groupName=…\` there is \`--group-name …\` here, \`customised=true\` is \`--customised\`, and \`customised=false\`
\`--no-customised\`.
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
  'joinery doctor': 'Before the first start it says that the database is not there yet, and makes nothing.',
  'joinery demo':
    'It keeps to the folder `demo` in `DATA_DIR`, which it empties first, and starts a Redis of its own where one is installed. It refuses a `PUBLIC_URL`: the people in it are made up.',
  'joinery schemas check':
    'Problems are printed as `FILE:LINE: rule: what is wrong and how to mend it`, to stderr; with `--json` all of them to stdout. The status is 1 where there are any. The rules are in [the format](extension-schemas.md#when-something-is-wrong).',
  'joinery schemas put':
    'The file is checked first, as `joinery schemas check` does. See [changing a schema](extension-schemas.md#changing-a-schema).',
  'joinery requests list':
    'See [the request log](request-log.md). `--failed` shows what an administrator has to look at.',
  'joinery secrets rotate':
    'Give every process the new key first: see [change the secret key](../operations/runbook.md#change-the-secret-key).',
  'joinery mappings add':
    'Give the group by `--group` or by `--group-name`. What a mapping by name does is in [member and roles](member-roles.md#mappings-by-name).',
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
