import { z } from 'zod'
import { count, id, instant, text } from './common.ts'

export const requestAnswer = z
  .strictObject({
    ...{ id, at: instant, operation: text, method: text, path: text, query: text.nullable() },
    ...{ status: z.int(), scimType: text.nullable(), detail: text.nullable(), ms: z.number() },
    credential: id.nullable(),
    ...{ repaired: z.array(text), repairedTotal: count },
    changed: z.array(z.strictObject({ action: text, target: text, member: id.nullable() })),
    changedTotal: count,
    ...{ members: z.array(id), membersTotal: count },
  })
  .meta({ id: 'Request' })
const kept = z.strictObject({ body: z.unknown(), truncated: z.boolean() }).nullable()
export const requestDetailAnswer = requestAnswer.extend({ request: kept, answer: kept }).meta({ id: 'RequestDetail' })

export const exampleRequest = {
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
export const exampleRequestDetail = {
  ...exampleRequest,
  request: {
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
    },
    truncated: false,
  },
  answer: { body: { id: '01a20d9b-8cf1-…', userName: 'j***@acme.example', active: false }, truncated: false },
}
