import { accountCreated, accountShown, exampleAccount } from '../answers/accounts.ts'
import { pageOf } from '../answers/common.ts'
import type { AdminDeps } from '../deps.ts'
import { presentAccount, presentShownAccount } from '../presenters.ts'
import { accountsQuery } from '../list-queries.ts'
import { route, type AdminRoute } from '../route.ts'
import { accountBody, accountChange, ownerBody } from '../schemas.ts'

const tag = 'Accounts'

export function accountRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'createAccount', who: 'operator', tag, method: 'post', path: '/accounts', status: 201 },
      about:
        'Opens an account under a role catalog, at the top of a tree or below a `parent` of the same catalog. Its `level` is the one below its parent’s, and without a parent the [usual one](catalog-format.md#accountlevels-usuallevel-and-purview-the-account-tree) of the catalog, unless told. An `owner` is a member from the start, by himself and not by a directory, and holds the owner role of the catalog. His addresses are judged as everybody’s.',
      body: accountBody,
      send: { name: 'Acme Ltd', catalog: 'plivo', owner: { userName: 'ceo@acme.example', email: 'ceo@acme.example' } },
      answer: accountCreated,
      example: { ...exampleAccount, ownerId: '01a20d9b-5391-…' },
      errors: ['policy_violation'],
      async handle({ op, body }) {
        const { parent: parentId, ...command } = body
        const { ownerId, ...created } = await app.createAccount(op, { ...command, parentId })
        return { ...presentAccount(created), ownerId }
      },
    }),
    route({
      ...{ operation: 'listAccounts', who: 'member', tag, method: 'get', path: '/accounts' },
      about:
        'A page of the accounts that whoever asks may open one by one, the oldest first unless sorted otherwise. For the operator that is every account; for a session or an access key its own and, where a role of its reaches down, those below it, however far. Those above and beside are in no page, and no filter finds them. `parent` is left out where it lies above whoever asks. A tree is shown level by level with `parent`, which reads that level alone.',
      ...{ query: accountsQuery, answer: pageOf(accountShown), example: { items: [exampleAccount], next: null } },
      async handle({ op, query }) {
        const { parent: parentId, after, ...asked } = query
        const page = await app.listAccounts(op, { ...asked, after, parentId })
        return { items: page.items.map(presentShownAccount), next: page.next }
      },
    }),
    route({
      ...{ operation: 'getAccount', who: 'member', tag, method: 'get', path: '/accounts/:account' },
      about:
        'One account. Everybody in it reads it, by his session or an access key, whatever his roles; and whoever holds a role in an account above it that reaches down to it. `parent` is left out where it lies above whoever asks.',
      ...{ answer: accountShown, example: exampleAccount },
      handle: async ({ op, params }) => presentShownAccount(await app.getAccount(op, params.account)),
    }),
    ...changes(app),
  ]
}

function changes(app: AdminDeps['app']): AdminRoute[] {
  return [
    route({
      ...{
        operation: 'changeAccount',
        who: 'operator',
        tag,
        method: 'patch',
        conditional: 'account',
        path: '/accounts/:account',
      },
      about:
        'Renames an account, says what its plan has, or suspends it (`suspended: true`) and lifts that. In a suspended account and in all below it nobody gets in and nobody is allowed anything, from the next question on; its directories are heard all the same.',
      ...{ body: accountChange, send: { entitlements: ['role-management'] } },
      ...{ answer: accountShown, example: exampleAccount },
      async handle({ op, params, body: { suspended, ...change } }) {
        const accountId = params.account
        if (suspended !== undefined) await app.suspendAccount(op, { accountId, suspended })
        const settings = Object.values(change).some((value) => value !== undefined)
        if (settings) await app.changeAccount(op, { accountId, ...change })
        return presentShownAccount(await app.getAccount(op, accountId))
      },
    }),
    route({
      ...{ operation: 'handOverAccount', who: 'owner', tag, method: 'post', path: '/accounts/:account/owner' },
      about: 'Makes another member the owner. Whoever owned the account keeps only what he was given besides.',
      ...{ body: ownerBody, send: { member: '01a20d9b-8cfd-…' }, errors: ['conflict'] },
      handle: ({ op, params, body }) => app.handOverAccount(op, { accountId: params.account, memberId: body.member }),
    }),
  ]
}
