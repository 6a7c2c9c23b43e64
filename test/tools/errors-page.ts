import type { ErrorCode } from '../../src/domain/errors.ts'
import { attemptLimit } from '../../src/domain/propagation.ts'
import { titles } from '../../src/http/problem.ts'
import { wire, type ScimType } from '../../src/http/scim/scim-error.ts'
import { code, madeFrom, table } from './markdown.ts'

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
      'It exists already, or the state does not allow it: a userName or a group name twice on one connection, a third live token, nothing to retry, nobody left who manages the account.',
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

export function errorsPage(): string {
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
