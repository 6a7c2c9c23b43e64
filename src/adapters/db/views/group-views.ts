import type { Views } from '../../../application/views.ts'
import { parseJson } from '../rows.ts'
import type { Session } from '../session.ts'
import { groupsOfAccount } from '../stores/permission-groups.ts'
import { readRoleRequests } from '../stores/role-requests.ts'

type GroupViews = Pick<Views, 'permissionGroups' | 'holdersByRole' | 'permissionGroupEvents' | 'roleRequests'>

export function createGroupViews(session: Session): GroupViews {
  const { db } = session
  return {
    roleRequests: (query) => readRoleRequests(session, query),
    permissionGroups: (accountId) => groupsOfAccount(session, accountId),
    async holdersByRole(accountId) {
      const query = db('grants').where({ account_id: accountId }).groupBy('role').select('role')
      const rows = await session.rows<{ role: string; n: number | string }>(query.countDistinct({ n: 'member_id' }))
      return new Map(rows.map(({ role, n }) => [role, Number(n)]))
    },
    async permissionGroupEvents({ accountId, groupId, limit }) {
      const actions = ['created', 'changed', 'removed'].map((verb) => `permission_group.${verb}`)
      const query = db('audit_events')
        .where({ account_id: accountId, target: groupId })
        .whereIn('action', actions)
        .orderBy([
          { column: 'at', order: 'desc' },
          { column: 'id', order: 'desc' },
        ])
        .limit(limit)
      return (await session.rows<EventRow>(query)).map(({ id, at, action, actor, before_values, after_values }) => ({
        ...{ id, at, action, actor, before: valuesOf(before_values), after: valuesOf(after_values) },
      }))
    },
  }
}

type EventRow = {
  id: string
  at: number
  action: string
  actor: string
  before_values: string | null
  after_values: string | null
}

function valuesOf(text: string | null): Readonly<Record<string, unknown>> | null {
  return text === null ? null : parseJson(text)
}
