import { accountAnswer, accountCreated, exampleAccount } from '../answers/accounts.ts'
import { pageOf } from '../answers/common.ts'
import type { AdminDeps } from '../deps.ts'
import { presentAccount } from '../presenters.ts'
import { route, type AdminRoute } from '../route.ts'
import { accountBody, listQuery } from '../schemas.ts'

const tag = 'Accounts'

export function accountRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'createAccount', tag, method: 'post', path: '/accounts', status: 201 },
      about:
        'Opens an account under a role catalog. An `owner` is a member from the start, by himself and not by a directory, and holds the owner role of the catalog. His addresses are judged as everybody’s.',
      body: accountBody,
      send: { name: 'Acme Ltd', catalog: 'plivo', owner: { userName: 'ceo@acme.example', email: 'ceo@acme.example' } },
      answer: accountCreated,
      example: { ...exampleAccount, ownerId: '01a20d9b-5391-…' },
      errors: ['policy_violation'],
      async handle({ op, body }) {
        const { ownerId, ...created } = await app.createAccount(op, body)
        return { ...presentAccount(created), ownerId }
      },
    }),
    route({
      ...{ operation: 'listAccounts', tag, method: 'get', path: '/accounts' },
      about: 'A page of accounts, the oldest first.',
      ...{ query: listQuery, answer: pageOf(accountAnswer), example: { items: [exampleAccount], next: null } },
      async handle({ op, query }) {
        const page = await app.listAccounts(op, { limit: query.limit, after: query.after })
        return { items: page.items.map(presentAccount), next: page.next }
      },
    }),
    route({
      ...{ operation: 'getAccount', tag, method: 'get', path: '/accounts/:account' },
      about: 'One account.',
      ...{ answer: accountAnswer, example: exampleAccount },
      handle: async ({ op, params }) => presentAccount(await app.getAccount(op, params.account)),
    }),
  ]
}
