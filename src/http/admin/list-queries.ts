import { z } from 'zod'
import {
  accessKeyOrders,
  accountOrders,
  auditOrders,
  checkpointOrders,
  groupChangeOrders,
  invitationOrders,
  mailOrders,
  memberOrders,
  plannedMemberOrders,
  requestOrders,
  roleRequestOrders,
} from '../../application/list-orders.ts'
import { keyStates } from '../../domain/access-key.ts'
import { doors } from '../../domain/audit.ts'
import { invitationStates } from '../../domain/invitation.ts'
import { mailStates } from '../../domain/mail.ts'
import { roleRequestStates } from '../../domain/role-request.ts'
import { actionNames } from './answers/audit.ts'
import { oneOf } from './one-of.ts'
import { pageFields } from './page-fields.ts'
import { instant, storable, word, yesOrNo } from './schemas.ts'

const only = (name: string, field = name) => word.optional().describe(`Only those with this \`${field}\`.`)
const part = (what: string) => word.optional().describe(`Only those with this in their ${what}, in any letter case.`)

const span = {
  since: instant.optional().describe('Only those of this instant and later.'),
  until: instant.optional().describe('Only those before this instant.'),
}

export const accountsQuery = z.strictObject({
  ...pageFields(accountOrders, 'createdAt'),
  parent: word.optional().describe('Only those directly below this account.'),
  catalog: only('catalog'),
  level: only('level'),
  stopped: yesOrNo.optional().describe('Only those that are suspended, or have one above that is; or only the others.'),
  name: part('name'),
})
export const membersQuery = z.strictObject({
  ...pageFields(memberOrders, 'createdAt'),
  userName: storable.max(1000).optional().describe('Only whoever has this `userName`, in any letter case.'),
  name: part('display name or user name'),
  status: oneOf(['active', 'suspended', 'removed']).optional().describe('Only those with this `status`.'),
  suspendedBy: oneOf(['account', 'directory', 'operator']).optional().describe('Only those whom this one suspended.'),
  customised: yesOrNo.optional().describe('Only those whose permissions are customised, or only the others.'),
  role: word.optional().describe('Only active members who hold this role.'),
})
/** Of the report: by the member of each line. */
export const reportQuery = membersQuery.pick({
  ...{ limit: true, after: true, sort: true, userName: true, name: true, customised: true, role: true },
})
export const accessKeysQuery = z.strictObject({
  ...pageFields(accessKeyOrders, 'createdAt'),
  member: word.optional().describe('Only those of this member.'),
  state: oneOf(keyStates).optional().describe('Only those with this `state`.'),
  name: part('name'),
  role: word.optional().describe('Only those that carry this role by name.'),
})
export const invitationsQuery = z.strictObject({
  ...pageFields(invitationOrders, '-createdAt'),
  state: oneOf(invitationStates).optional().describe('Only those with this `state`.'),
  email: storable.max(320).optional().describe('Only those to this address, in any letter case.'),
  role: word.optional().describe('Only those to this role.'),
  invitedBy: only('invitedBy'),
})
export const roleRequestsQuery = z.strictObject({
  ...pageFields(roleRequestOrders, 'askedAt'),
  state: oneOf(roleRequestStates).optional().describe('Only those with this `state`.'),
  member: only('member'),
  role: only('role'),
  askedBy: only('askedBy'),
  overdue: yesOrNo.optional().describe('Only those that are overdue, or only the others.'),
})
export const allRoleRequestsQuery = roleRequestsQuery.extend({ account: only('account') })
export const mailQuery = z.strictObject({
  ...pageFields(mailOrders, '-createdAt'),
  account: only('account'),
  state: oneOf(mailStates).optional().describe('Only those with this `state`.'),
  about: only('about'),
  to: only('to'),
})
export const requestsQuery = z.strictObject({
  ...pageFields(requestOrders, '-at'),
  status: storable
    .regex(/^([2-5]xx|[2-5]\d\d)$/, 'must be a status like 409, or a class like 4xx')
    .optional()
    .describe('Only those with this `status`, or of this class, such as `4xx`.'),
  method: oneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional().describe('Only those with this `method`.'),
  ...span,
  member: word.optional().describe('Only those about this member, or that changed him.'),
  failed: yesOrNo.optional().describe('Only those that were refused or failed, or only the others.'),
})
export const auditQuery = z.strictObject({
  ...pageFields(auditOrders, '-at'),
  actor: only('actor'),
  action: z
    .enum(actionNames, 'must be one of the actions in docs/reference/audit-log.md')
    .optional()
    .describe('Only lines with this `action`.'),
  target: only('target'),
  member: only('member'),
  door: oneOf(doors).optional().describe('Only what came by this `door`.'),
  ...span,
})
const line = z.coerce
  .number('must be the number of a line')
  .int('must be the number of a line')
  .min(0, 'must be at least 0')
  .max(Number.MAX_SAFE_INTEGER)
export const checkpointsQuery = z.strictObject({
  ...pageFields(checkpointOrders, 'seq'),
  after: line.optional().describe('The number of the line that the page before ended with: its `next`.'),
  key: only('key'),
})
export const groupHistoryQuery = z.strictObject({
  ...pageFields(groupChangeOrders, '-at'),
  actor: only('actor'),
})
export const planMembersQuery = z.strictObject({
  ...pageFields(plannedMemberOrders, 'account'),
  account: only('account'),
})
