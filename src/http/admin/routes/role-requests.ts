import { z } from 'zod'
import { isOverdue, roleRequestStates, type RoleRequest } from '../../../domain/role-request.ts'
import { id, instant, pageOf, text } from '../answers/common.ts'
import type { AdminDeps } from '../deps.ts'
import { iso, isoOrNull } from '../iso.ts'
import { allRoleRequestsQuery, roleRequestsQuery } from '../list-queries.ts'
import { route, type AdminRoute } from '../route.ts'
import { decisionBody, roleRequestBody } from '../schemas.ts'

const tag = 'Role requests'
const requests = '/accounts/:account/role-requests'
const one = `${requests}/:roleRequest` as const

const answer = z
  .strictObject({
    ...{ id, account: id, member: id, role: id, reason: text.nullable(), state: z.enum(roleRequestStates) },
    ...{ askedBy: text, askedAt: instant, promisedAt: instant, overdue: z.boolean() },
    ...{ decidedBy: text.nullable(), decidedAt: instant.nullable(), answer: text.nullable() },
  })
  .meta({ id: 'RoleRequest' })
const example = {
  ...{ id: '01a20d9b-9c10-…', account: '01a20d9b-7b1e-…', member: '01a20d9b-8cfd-…' },
  ...{ role: 'billing_administrator', reason: 'I pay the bills' },
  ...{ state: 'open' as const, askedBy: 'member:01a20d9b-8cfd-…', askedAt: '2026-11-24T12:50:27.703Z' },
  ...{ promisedAt: '2026-11-26T12:50:27.703Z', overdue: false, decidedBy: null, decidedAt: null, answer: null },
}
const decided = { decidedBy: 'operator', decidedAt: '2026-11-24T14:02:11.480Z' }

function present(request: RoleRequest, now: number) {
  const { accountId, memberId, role, reason, state, askedBy, askedAt, promisedAt, decidedBy, decidedAt } = request
  return {
    ...{ id: request.id, account: accountId, member: memberId, role, reason, state, askedBy, askedAt: iso(askedAt) },
    ...{ promisedAt: iso(promisedAt), overdue: isOverdue(request, now), decidedBy, answer: request.answer },
    decidedAt: isoOrNull(decidedAt),
  }
}
const ref = (params: { account: string; roleRequest: string }) => ({
  accountId: params.account,
  requestId: params.roleRequest,
})

/** What people ask for, where the catalog lets them. */
export function roleRequestRoutes(deps: AdminDeps): AdminRoute[] {
  return [...asking(deps), ...deciding(deps)]
}

function asking({ app, clock }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'askForRole', who: 'person', tag, method: 'post', path: requests, status: 201 },
      about:
        'Asks for a role for a member, where the account’s catalog has role requests. The operator writes down what the member asked him for.',
      body: roleRequestBody,
      send: { member: '01a20d9b-8cfd-…', role: 'billing_administrator', reason: 'I pay the bills' },
      ...{ answer, example, errors: ['conflict', 'policy_violation'] },
      async handle({ op, params, body: { member: memberId, role, reason } }) {
        const asked = await app.askForRole(op, { accountId: params.account, memberId, role, reason })
        return present(asked, clock.now())
      },
    }),
    route({
      ...{ operation: 'listRoleRequests', who: 'own-requests', tag, method: 'get', path: requests },
      about:
        'A page of what was asked for, the oldest first unless sorted otherwise. `overdue`: it is open, and the promised time is over. With `member`, a person sees what was asked for himself, and the answer.',
      ...{ query: roleRequestsQuery, answer: pageOf(answer), example: { items: [example], next: null } },
      async handle({ op, params, query: { member: memberId, after, ...query } }) {
        const page = await app.listRoleRequests(op, { accountId: params.account, memberId, after, ...query })
        return { items: page.items.map((each) => present(each, clock.now())), next: page.next }
      },
    }),
    route({
      ...{ operation: 'listAllRoleRequests', who: 'operator', tag, method: 'get', path: '/role-requests' },
      about:
        'The same of all accounts: with `state=open&sort=promisedAt`, whose answer is due first; with `overdue=true`, what was promised and not kept.',
      ...{ query: allRoleRequestsQuery, answer: pageOf(answer), example: { items: [example], next: null } },
      async handle({ op, query: { account: accountId, member: memberId, after, ...query } }) {
        const page = await app.listAllRoleRequests(op, { accountId, memberId, after, ...query })
        return { items: page.items.map((each) => present(each, clock.now())), next: page.next }
      },
    }),
  ]
}

const deciders = { who: 'manage-members', byPeople: true } as const

function deciding({ app, clock }: AdminDeps): AdminRoute[] {
  const send = { answer: 'Welcome to the team' }
  return [
    route({
      ...{ operation: 'grantRoleRequest', ...deciders, tag, method: 'post', path: `${one}/grant` },
      about:
        'Grants a request: the role is assigned by hand in the same step. Whoever asked, or whom it is for, cannot.',
      ...{ body: decisionBody, send, answer, errors: ['conflict', 'policy_violation'] },
      example: { ...example, ...decided, state: 'granted', answer: send.answer },
      handle: async ({ op, params, body }) =>
        present(await app.grantRoleRequest(op, { ...ref(params), ...body }), clock.now()),
    }),
    route({
      ...{ operation: 'declineRoleRequest', ...deciders, tag, method: 'post', path: `${one}/decline` },
      about: 'Declines a request. `answer` tells the person why.',
      ...{ body: decisionBody, send: { answer: 'One is enough' }, answer, errors: ['conflict'] },
      example: { ...example, ...decided, state: 'declined', answer: 'One is enough' },
      handle: async ({ op, params, body }) =>
        present(await app.declineRoleRequest(op, { ...ref(params), ...body }), clock.now()),
    }),
    route({
      ...{ operation: 'withdrawRoleRequest', who: 'person', tag, method: 'post', path: `${one}/withdraw` },
      about: 'Takes a request back that nobody has decided on.',
      ...{ answer, example: { ...example, ...decided, state: 'withdrawn' }, errors: ['conflict'] },
      handle: async ({ op, params }) => present(await app.withdrawRoleRequest(op, ref(params)), clock.now()),
    }),
  ]
}
