import { pageOf } from '../answers/common.ts'
import {
  exampleMember,
  exampleMemberDetail,
  memberAnswer,
  memberDetailAnswer,
  propagationAnswer,
} from '../answers/members.ts'
import type { AdminDeps } from '../deps.ts'
import { presentMember, presentMemberDetail } from '../presenters.ts'
import { route, type AdminRoute } from '../route.ts'
import { membersQuery } from '../schemas.ts'

const members = '/accounts/:account/members'
const memberRef = (params: { account: string; member: string }) => ({
  accountId: params.account,
  memberId: params.member,
})

export function memberRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'listMembers', tag: 'Members', method: 'get', path: members },
      about:
        'A page of members with the roles that [count now](member-roles.md#what-counts-while-a-member-lags). `role` finds active members for whom that role is stored.',
      ...{ query: membersQuery, answer: pageOf(memberAnswer), example: { items: [exampleMember], next: null } },
      async handle({ op, params, query }) {
        const page = await app.listMembers(op, { accountId: params.account, ...query, after: query.after })
        return { items: page.items.map(presentMember), next: page.next }
      },
    }),
    route({
      ...{ operation: 'getMember', tag: 'Members', method: 'get', path: `${members}/:member` },
      about:
        'One member: each role with every path to it, each path that was considered and [lost](member-roles.md#losses), and the 50 newest events.',
      ...{ answer: memberDetailAnswer, example: exampleMemberDetail },
      handle: async ({ op, params }) => presentMemberDetail(await app.showMember(op, memberRef(params))),
    }),
    route({
      ...{ operation: 'retryPropagation', tag: 'Propagation', method: 'post' },
      path: `${members}/:member/propagation/retry`,
      about: 'Lets a blocked member’s propagation try again. A `conflict` where nothing is blocked.',
      errors: ['conflict'],
      handle: ({ op, params }) => app.retryPropagation(op, memberRef(params)),
    }),
    route({
      ...{ operation: 'getPropagation', tag: 'Propagation', method: 'get', path: '/accounts/:account/propagation' },
      about:
        'How far an account is behind: members that wait, that are being reconciled, that are blocked. `held` is always 0 today. `oldestPendingMs` is the age of the oldest change of a member’s own that waits; changes of the whole account, such as mappings, do not count in it.',
      answer: propagationAnswer,
      example: { pending: 0, running: 0, held: 0, blocked: 0, oldestPendingMs: 0 },
      handle: ({ op, params }) => app.propagationStatus(op, params.account),
    }),
  ]
}
