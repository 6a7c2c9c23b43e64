import type { ChangeRow, Views } from '../../../application/views.ts'
import { parseJson } from '../rows.ts'
import type { Session } from '../session.ts'
import { sortedPage, type Order } from './sorted-page.ts'
import { holdersByRole } from './holders-by-role.ts'
import { groupsOfAccount } from '../permission-group-rows.ts'
import { readRoleRequests } from '../stores/role-requests.ts'

type GroupViews = Pick<Views, 'permissionGroups' | 'holdersByRole' | 'permissionGroupEvents' | 'roleRequests'>

export function createGroupViews(session: Session): GroupViews {
  const { db } = session
  return {
    roleRequests: (query) => readRoleRequests(session, query),
    permissionGroups: (accountId) => groupsOfAccount(session, accountId),
    holdersByRole: (accountId, at) => holdersByRole(session, accountId, at),
    async permissionGroupEvents({ accountId, groupId, actor, sort = '-at', limit, after }) {
      const actions = ['created', 'changed', 'removed'].map((verb) => `permission_group.${verb}`)
      const select = db('audit_events as e').select('e.*').where({ 'e.account_id': accountId, 'e.target': groupId })
      if (actor !== undefined) void select.where('e.actor', actor)
      const page = await sortedPage<EventRow>(session, select.whereIn('e.action', actions), order, {
        sort,
        limit,
        after,
      })
      return { items: page.items.map(toChange), next: page.next }
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

const order: Order = { id: 'e.id', columns: { at: { column: 'e.at', type: 'number' } } }

function toChange({ id, at, action, actor, before_values, after_values }: EventRow): ChangeRow {
  return { id, at, action, actor, before: valuesOf(before_values), after: valuesOf(after_values) }
}
