import { z } from 'zod'
import { keptHours } from '../../src/application/answers/answer-once.ts'
import type { AdminDeps } from '../../src/http/admin/deps.ts'
import { shownPath, summaryOf } from '../../src/http/admin/params.ts'
import { titles } from '../../src/http/problem.ts'
import { errorsOf, statusOf, type AdminRoute } from '../../src/http/admin/route.ts'
import { routes } from '../../src/http/admin/routes.ts'
import { tags } from '../../src/http/admin/tags.ts'
import { whoSays } from '../../src/http/admin/who.ts'
import { code, madeFrom, table } from './markdown.ts'

/** docs/reference/admin-api.md: what each route says of itself. */
export function adminApiPage(): string {
  const known = routes({} as AdminDeps)
  const nouns = Object.entries(tags).map(([tag, about]) => ({
    tag,
    about,
    own: known.filter((each) => each.tag === tag),
  }))
  return `# The admin API

${madeFrom('src/http/admin')}
The API to manage accounts by, under \`/api/v1\`. It speaks JSON. Errors are problem details: see [errors](errors.md). Who
asks is one of three:

- **The operator**, by \`Authorization: Bearer <admin token>\`. The token is \`ADMIN_TOKEN\`, or in \`DATA_DIR/admin-token\` where
  it was made at first start. Whoever has it may do everything.
- **A program**, by the id and the secret of an [access key](access-keys.md) as user and password of Basic authentication. It
  may what the key's roles let it.
- **A person who is signed in**, by the session's cookie of his browser ([sign-in and sessions](sign-in.md#sessions)): for
  consoles under the host name of Joinery. He may what his roles let him in the account that he is signed in to, judged anew
  with each request: once he is suspended, or a role is gone, the next one is refused, with no worker at work. A request that
  changes something has to come from a page of the same origin, by \`Sec-Fetch-Site\` or \`Origin\`; another one is 403
  (\`cross_site\`). There is no CORS. A request with an \`Authorization\` is judged by that alone.

What the [catalog](catalogs.md) controls by nobody's capability is the operator's alone. A key, and a person, may ask 20 times
a second, with bursts of 100. The audit log names whoever it was.

Each call says who may use it, and the document as \`x-joinery-who\`; there, \`security\` has the credentials that can. Purview
counts besides: one's own account and, where the catalog says so, those below. A gateway's credential, a SCIM token and a
visitor's cookie are let in to none: gateways ask for [decisions](decisions.md).

- \`GET /openapi.json\` has all this as OpenAPI 3.1, without a token; \`joinery openapi\` prints it without a server.
- Instants are ISO 8601 texts in UTC. Ids are opaque.
- A list that goes on has \`next\`: give it as \`after\` for the next page, with the same filters and the same order:
  in another it is 400. Lists without \`next\` are whole. What has no value comes last, and first from the other end. \`sort\` names a field, \`-\` before it turns the order around. Each list says by what it is filtered and sorted;
  anything else is 400, and the answer says what there is.
- A body may have 1 MiB.
- A name that is not among those below, in a body or a query, is refused with the nearest that is: nothing is passed over.
- A POST may carry an \`Idempotency-Key\` of your own, such as a UUID. The same request with it is not carried out again within
  ${keptHours} hours: it gets the same answer, secrets included, with \`Idempotency-Replayed: true\`. Another request with it is
  422 (\`idempotency_key_reused\`). One that is being carried out or broke off is 409 (\`idempotency_key_in_use\`). A refusal
  frees the key. See [decision 0025](../adr/0025-requests-that-name-themselves.md).
- \`Joinery-Warning: account_unmanaged\` says that a change went through and left nobody of the account who manages its
  members. People of the account are refused instead: 409 (\`last_manager\`). See [decision
  0037](../adr/0037-the-last-manager-stays.md).
- Every GET answers with an \`ETag\`, but for streams. With \`If-None-Match\` and the tag the answer is 304 until it changes.
- What has a GET of its own and is changed at the same path takes the tag as \`If-Match\`: then it is changed only as you
  have seen it. Where anything about it has changed since, by whichever door, the answer is 412 (\`has_changed\`) and nothing
  is done. Tags are strong: any other byte of the answer is another tag, but for \`lastUsedAt\` of an access key. \`If-None-Match: *\` with a PUT makes it only where
  nothing is there yet. See [decision 0028](../adr/0028-changes-as-seen.md).

\`\`\`sh
curl -s https://joinery.example.com/api/v1/accounts -H "Authorization: Bearer $ADMIN_TOKEN"
\`\`\`

${nouns.map(({ tag, about, own }) => `**${tag}**: ${about}\n\n${contents(own)}`).join('\n\n')}

${nouns.flatMap(({ own }) => own.map((each) => routeSection(each))).join('\n\n')}

## Not yet

Removing accounts.
`
}

function contents(own: readonly AdminRoute[]): string {
  return table(
    ['', ''],
    own.map((each) => [`[${code(titleOf(each))}](#${slugOf(titleOf(each))})`, summaryOf(each.about)]),
  )
}

const titleOf = ({ method, path }: AdminRoute): string => `${method.toUpperCase()} ${shownPath(path)}`

function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')
}

function routeSection(route: AdminRoute): string {
  const fields = (heading: string, schema: z.ZodType, io: 'input' | 'output'): string[] => {
    const rows = fieldsOf(schema, io)
    return rows.length === 0 ? [] : [table([heading, '', ''], rows)]
  }
  return [
    `## ${titleOf(route)}`,
    route.about,
    `Who: ${whoSays(route)}`,
    ...fields('query', route.query, 'input'),
    ...fields('body', route.body, 'input'),
    ...(route.send === undefined ? [] : [json(route.send)]),
    ...(route.answer === null ? [] : fields('answer', route.answer, 'output')),
    answeredBy(route),
    `Errors: ${errorsOf(route)
      .map((each) => `${titles[each].status} ${code(each)}`)
      .join(', ')}.`,
  ].join('\n\n')
}

function answeredBy(route: AdminRoute): string {
  const { stream, example } = route
  if (stream !== undefined)
    return `Answers 200, ${code(stream.media)}:\n\n\`\`\`${stream.media.startsWith('text/csv') ? 'csv' : 'json'}\n${stream.example.trimEnd()}\n\`\`\``
  const status = statusOf(route)
  return example === undefined ? `Answers ${status}.` : `Answers ${status}:\n\n${json(example)}`
}

const json = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``

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

function fieldsOf(schema: z.ZodType, io: 'input' | 'output'): string[][] {
  return rowsOf(z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema, '')
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
