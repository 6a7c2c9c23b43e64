import type { z } from 'zod'
import type { MemberRef } from '../../../application/members/lock-member.ts'
import type { Operation } from '../../../application/operation.ts'
import type { Member } from '../../../domain/member.ts'
import { pageOf } from '../answers/common.ts'
import {
  assignmentAnswer,
  exampleAssignment,
  exampleMember,
  exampleMemberDetail,
  exampleStanding,
  memberAnswer,
  memberDetailAnswer,
  propagationAnswer,
  standingAnswer,
} from '../answers/members.ts'
import type { AdminDeps } from '../deps.ts'
import { presentAssignment, presentMember, presentMemberDetail, presentStanding } from '../presenters.ts'
import { membersQuery } from '../list-queries.ts'
import { route, type AdminRoute } from '../route.ts'
import { memberBody, memberChange, roleBody } from '../schemas.ts'
import { memberRef } from './refs.ts'

const members = '/accounts/:account/members'
const manage = { tag: 'Members', who: 'manage-members' } as const

export function memberRoutes(deps: AdminDeps): AdminRoute[] {
  return [...looks(deps), adding(deps), ...changes(deps), ...roles(deps), ...propagation(deps)]
}

function looks({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'listMembers', who: 'see-members', tag: 'Members', method: 'get', path: members },
      about:
        'A page of members with the roles that [count now](member-roles.md#what-counts-while-a-member-lags). `role` finds active members for whom that role is stored.',
      ...{ query: membersQuery, answer: pageOf(memberAnswer), example: { items: [exampleMember], next: null } },
      async handle({ op, params, query }) {
        const page = await app.listMembers(op, { accountId: params.account, ...query, after: query.after })
        return { items: page.items.map(presentMember), next: page.next }
      },
    }),
    route({
      ...{ operation: 'getMember', who: 'see-members', tag: 'Members', method: 'get', path: `${members}/:member` },
      about:
        'One member: each role with every path to it, each path that was considered and [lost](member-roles.md#losses), and the 50 newest events.',
      ...{ answer: memberDetailAnswer, example: exampleMemberDetail },
      handle: async ({ op, params }) => presentMemberDetail(await app.showMember(op, memberRef(params))),
    }),
  ]
}

function adding({ app }: AdminDeps): AdminRoute {
  return route({
    ...{ operation: 'addMember', ...manage, method: 'post', path: members, status: 201 },
    about:
      'Adds a person whom no directory brings, with `roles`, or with none until he is [assigned one](member-roles.md#roles-by-hand). His addresses are judged as everybody’s. Whoever manages the members may do it where no directory says who they are (`directory_owns_people`); the operator anywhere. An [invitation](../guides/invitations.md) to his address gives him a sign-in.',
    ...{
      body: memberBody,
      send: { userName: 'jane@acme.example', email: 'jane@acme.example', roles: ['developer'] },
    },
    ...{ answer: standingAnswer, example: exampleStanding, errors: ['policy_violation', 'conflict'] },
    handle: async ({ op, params, body }) =>
      presentStanding(await app.addMember(op, { accountId: params.account, ...body })),
  })
}

function changes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{
        operation: 'changeMember',
        ...manage,
        method: 'patch',
        conditional: 'member',
        path: `${members}/:member`,
      },
      about:
        'Suspends a member, or switches his access to role groups off and on. `suspended`: the operator, the account and the directory each lift only their own suspension: `suspendedBy` says whose are left. `roleGroups`: what is named goes dark (`{"turnkey": false}`) or counts again, whatever his roles give in its sections; what is not named stays.',
      ...{ body: memberChange, send: { suspended: true }, errors: ['conflict'] },
      ...{ answer: standingAnswer, example: { ...exampleStanding, status: 'suspended', suspendedBy: ['operator'] } },
      handle: async ({ op, params, body }) => presentStanding(await changed(app, op, memberRef(params), body)),
    }),
    route({
      ...{
        operation: 'removeMember',
        ...manage,
        method: 'delete',
        conditional: 'member',
        path: `${members}/:member`,
      },
      about:
        'Removes a member for good. A `conflict` where a directory brings him: he is removed there, or where nobody would be left who manages the account (`last_manager`).',
      errors: ['conflict'],
      handle: ({ op, params }) => app.removeMember(op, memberRef(params)),
    }),
  ]
}

async function changed(
  app: AdminDeps['app'],
  op: Operation,
  ref: MemberRef,
  { suspended, roleGroups = {} }: z.output<typeof memberChange>,
): Promise<Member> {
  return suspended === undefined
    ? app.switchRoleGroups(op, { ...ref, roleGroups })
    : app.suspendMember(op, { ...ref, suspended })
}

function roles({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'assignRole', ...manage, method: 'post', path: `${members}/:member/roles`, status: 201 },
      about:
        'Gives a member a role [by hand](member-roles.md#roles-by-hand), from `validFrom` up to `validTo` where they are told. It takes the place of what the catalog does not let him hold beside it.',
      ...{ body: roleBody, send: { role: 'support', validTo: '2027-01-01T00:00:00Z' } },
      ...{ answer: assignmentAnswer, example: exampleAssignment, errors: ['policy_violation', 'conflict'] },
      handle: async ({ op, params, body }) =>
        presentAssignment(await app.assignRole(op, { ...memberRef(params), ...body })),
    }),
    route({
      ...{ operation: 'unassignRole', ...manage, method: 'delete', path: `${members}/:member/roles/:role` },
      about:
        'Takes a role that was given by hand. What a directory gives is taken by its group or its mapping. A `conflict` where nobody would be left who manages the account (`last_manager`).',
      errors: ['conflict'],
      handle: ({ op, params }) => app.unassignRole(op, { ...memberRef(params), role: params.role }),
    }),
  ]
}

function propagation({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'retryPropagation', who: 'operator', tag: 'Propagation', method: 'post' },
      path: `${members}/:member/propagation/retry`,
      about: 'Lets a blocked member’s propagation try again. A `conflict` where nothing is blocked.',
      errors: ['conflict'],
      handle: ({ op, params }) => app.retryPropagation(op, memberRef(params)),
    }),
    route({
      ...{
        operation: 'getPropagation',
        who: 'see-members',
        tag: 'Propagation',
        method: 'get',
        path: '/accounts/:account/propagation',
      },
      about:
        'How far an account is behind: members that wait, that are being reconciled, that are blocked. `held` is always 0 today. `oldestPendingMs` is the age of the oldest change of a member’s own that waits; changes of the whole account, such as mappings, do not count in it.',
      answer: propagationAnswer,
      example: { pending: 0, running: 0, held: 0, blocked: 0, oldestPendingMs: 0 },
      handle: ({ op, params }) => app.propagationStatus(op, params.account),
    }),
  ]
}
