import { z } from 'zod'
import { permissionGroupOrders } from '../../../application/list-orders.ts'
import {
  exampleGroup,
  exampleGroupChange,
  exampleSavedGroup,
  groupAnswer,
  groupChangeAnswer,
  presentCountedGroup,
  presentGroupChange,
  presentSavedGroup,
  savedGroupAnswer,
} from '../answers/permission-groups.ts'
import { listOf, pageOf } from '../answers/common.ts'
import type { AdminDeps } from '../deps.ts'
import { groupHistoryQuery } from '../list-queries.ts'
import { pageFields } from '../page-fields.ts'
import { route, type AdminRoute } from '../route.ts'
import { groupBody, groupChange, storable, yesOrNo } from '../schemas.ts'

const tag = 'Permission groups'
const manage = { tag, who: 'manage-permission-groups' } as const
const see = { tag, who: 'see-members' } as const
const groups = '/accounts/:account/permission-groups'
const one = `${groups}/:permissionGroup` as const
const guide = '[permission groups](permission-groups.md)'

const groupRef = (params: { account: string; permissionGroup: string }) => ({
  accountId: params.account,
  groupId: params.permissionGroup,
})

/** Roles that an account makes for itself. */
export function permissionGroupRoutes(deps: AdminDeps): AdminRoute[] {
  return [...savingRoutes(deps), ...readingRoutes(deps), ...peopleRoutes(deps)]
}

function savingRoutes({ app }: AdminDeps): AdminRoute[] {
  const saved = { answer: savedGroupAnswer, example: exampleSavedGroup }
  return [
    route({
      ...{ operation: 'createPermissionGroup', ...manage, method: 'post', path: groups, status: 201 },
      about: `Makes a permission group: a role of this account alone. It begins empty, or as a copy (\`copyOf\`) of an example role of the catalog or of another group. Permissions that need others are a \`conflict\` that names what they need; with \`complete\` that is added. See ${guide}.`,
      body: groupBody,
      send: { name: 'Night shift', copyOf: 'view-only', permissions: { 'route-plan': 'edit' } },
      ...{ ...saved, errors: ['conflict', 'policy_violation'] },
      handle: async ({ op, params, body }) =>
        presentSavedGroup(await app.createPermissionGroup(op, { accountId: params.account, ...body })),
    }),
    route({
      ...{ operation: 'changePermissionGroup', ...manage, method: 'patch', conditional: 'permissionGroup', path: one },
      about:
        'Renames a group, or sets some of its permissions anew. What is not named stays; the level that means no access takes a permission away. It is in force for all of the group’s people at once.',
      ...{ body: groupChange, send: { permissions: { reports: 'hide' } }, ...saved, errors: ['conflict'] },
      handle: async ({ op, params, body }) =>
        presentSavedGroup(await app.changePermissionGroup(op, { ...groupRef(params), ...body })),
    }),
    route({
      ...{ operation: 'removePermissionGroup', ...manage, method: 'delete', conditional: 'permissionGroup', path: one },
      about:
        'Takes a group away. One that is in use by what is so now (an assignment, an IdP’s word, a mapping, an open invitation, a key) is a `conflict` that counts them, unless `force` is true; then its assignments and mappings go with it, and invitations to it are revoked.',
      query: z.strictObject({ force: yesOrNo.optional() }),
      errors: ['conflict'],
      handle: ({ op, params, query }) =>
        app.removePermissionGroup(op, { ...groupRef(params), force: query.force === true }),
    }),
  ]
}

function readingRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'listPermissionGroups', ...see, method: 'get', path: groups },
      about:
        'All groups of an account, 200 at most. `search` finds names that have the text in them. `users` counts its people: whoever is taken out by hand is not counted from then on, all else once it is applied.',
      query: z.strictObject({
        search: storable.max(200).optional().describe('Only those with this in their name, in any letter case.'),
        sort: pageFields(permissionGroupOrders, 'name').sort,
      }),
      ...{ answer: listOf(groupAnswer), example: { items: [exampleGroup] } },
      async handle({ op, params, query }) {
        const items = await app.listPermissionGroups(op, { accountId: params.account, ...query })
        return { items: items.map(presentCountedGroup) }
      },
    }),
    route({
      ...{ operation: 'getPermissionGroup', ...see, method: 'get', path: one },
      about: 'One group. Its people are the members with its `role`.',
      ...{ answer: groupAnswer, example: exampleGroup },
      handle: async ({ op, params }) => presentCountedGroup(await app.showPermissionGroup(op, groupRef(params))),
    }),
    route({
      ...{ operation: 'getPermissionGroupHistory', ...manage, method: 'get', path: `${one}/history` },
      about:
        'What was done to a group, the newest first unless sorted otherwise, also after it was removed. It comes from the audit log.',
      ...{ query: groupHistoryQuery, answer: pageOf(groupChangeAnswer) },
      example: { items: [exampleGroupChange], next: null },
      async handle({ op, params, query }) {
        const page = await app.permissionGroupHistory(op, { ...groupRef(params), ...query })
        return { items: page.items.map(presentGroupChange), next: page.next }
      },
    }),
  ]
}

function peopleRoutes({ app }: AdminDeps): AdminRoute[] {
  const path = `${one}/members/:member` as const
  return [
    route({
      ...{ operation: 'addToPermissionGroup', who: 'manage-members', tag, method: 'put', path },
      about:
        'Puts a person into a group: the group’s role is assigned by hand, and takes the place of what the catalog lets nobody hold beside it.',
      errors: ['conflict', 'policy_violation'],
      async handle({ op, params }) {
        await app.addToPermissionGroup(op, { ...groupRef(params), memberId: params.member })
      },
    }),
    route({
      ...{ operation: 'takeFromPermissionGroup', who: 'manage-members', tag, method: 'delete', path },
      about:
        'Takes a person out of a group into which a person put him. What a mapping gives is taken with the mapping.',
      handle: ({ op, params }) => app.takeFromPermissionGroup(op, { ...groupRef(params), memberId: params.member }),
    }),
  ]
}
