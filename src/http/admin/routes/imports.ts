import { z } from 'zod'
import type { ImportedRow } from '../../../domain/member-import.ts'
import { id, text } from '../answers/common.ts'
import type { AdminDeps } from '../deps.ts'
import { route, type AdminRoute } from '../route.ts'
import { importBody } from '../schemas.ts'

const rowAnswer = z.strictObject({
  ...{ line: z.int(), kind: z.enum(['added', 'unchanged', 'refused']), member: id.nullable() },
  ...{ field: text.nullable(), reason: text.nullable() },
  key: z.strictObject({ id, secret: text }).nullable(),
})
const none = { field: null, reason: null, key: null }
const example = [
  { line: 2, kind: 'added' as const, member: '01a20d9b-9c01-…', ...none },
  {
    line: 3,
    kind: 'refused' as const,
    member: null,
    field: 'email',
    reason: 'gmail.com is a personal mail provider; …',
    key: null,
  },
]

export function importRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{
        operation: 'importMembers',
        who: 'manage-members',
        tag: 'Members',
        method: 'post',
        path: '/accounts/:account/members/import',
      },
      about:
        'Brings up to 200 people of an older system in, with their roles. Rows that can be taken are taken together, in one transaction; each of the others is `refused`, with the field and the reason. Sent again, the same rows are `unchanged`. `dryRun` says what would happen. Where the catalog makes [access keys](access-keys.md) for people who are brought in, or `issueKeys` asks for it, `key` is the key of who was added: its `secret` is answered this once. See [importing](../guides/import.md).',
      body: importBody,
      send: {
        dryRun: false,
        rows: [{ line: 2, userName: 'jane@corp.example', email: 'jane@corp.example', roles: ['developer'] }],
      },
      answer: z.strictObject({ issuesKeys: z.boolean(), rows: z.array(rowAnswer) }),
      example: { issuesKeys: false, rows: example },
      errors: ['policy_violation'],
      async handle({ op, params, body: { rows, ...body } }) {
        const told = rows.map(({ displayName = null, ...row }) => ({ ...row, displayName }))
        const done = await app.importMembers(op, { accountId: params.account, ...body, rows: told })
        return { issuesKeys: done.issuesKeys, rows: done.rows.map(presentRow) }
      },
    }),
  ]
}

function presentRow({ line, kind, memberId: member, ...rest }: ImportedRow) {
  const told = { line, kind, member }
  if ('field' in rest) return { ...told, ...none, field: rest.field, reason: rest.reason }
  return { ...told, ...none, key: 'key' in rest ? rest.key : null }
}
