import type { Searchable } from '../filter-sql.ts'

/** Columns of every resource. Ids are compared as they are, instants by time. */
const common = {
  id: { sql: 't.id', type: 'exact' },
  externalId: { sql: 't.external_id', type: 'exact' },
  displayName: { sql: 't.display_name_key', type: 'folded' },
  'meta.created': { sql: 't.created_at', type: 'instant' },
  'meta.lastModified': { sql: 't.updated_at', type: 'instant' },
} as const

/** Made for each answer out of `manager.value`, which is what to search by. */
const managerRef = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.$ref'

/** What users are searched by beside their stored resource. */
export const searchableUsers: Searchable = {
  columns: {
    ...common,
    userName: { sql: 't.user_name_key', type: 'folded' },
    active: { sql: 't.active', type: 'boolean' },
    'meta.resourceType': { sql: "'User'", type: 'exact' },
  },
  elements: {
    emails: {
      from: 'select 1 from directory_user_emails e where e.user_id = t.id and e.connection_id = t.connection_id',
      columns: {
        value: { sql: 'e.value_key', type: 'folded' },
        type: { sql: 'e.type_key', type: 'folded' },
        primary: { sql: 'e.is_primary', type: 'boolean' },
      },
      owners: {
        by: 'value',
        having: (db, connectionId, those) =>
          db.raw('(t.id in (select e.user_id from directory_user_emails e where e.connection_id = ? and ?))', [
            connectionId,
            those,
          ]),
      },
    },
    groups: {
      from: 'select 1 from memberships ms join directory_groups g on g.id = ms.group_id and g.removed_at is null where ms.value = t.id',
      columns: {
        value: { sql: 'ms.group_id', type: 'exact' },
        display: { sql: 'g.display_name_key', type: 'folded' },
      },
      owners: {
        by: 'value',
        having: (db, _connectionId, those) =>
          db.raw(
            `(t.id in (
              select ms.value from memberships ms
              join directory_groups g on g.id = ms.group_id and g.removed_at is null where ?
            ))`,
            [those],
          ),
      },
    },
  },
  rowsOnly: new Set(['groups', 'meta', 'password', 'schemas', managerRef]),
}

export const searchableGroups: Searchable = {
  columns: { ...common, 'meta.resourceType': { sql: "'Group'", type: 'exact' } },
  elements: {
    members: {
      from: 'select 1 from memberships ms where ms.group_id = t.id',
      columns: { value: { sql: 'ms.value', type: 'exact' } },
      owners: {
        by: 'value',
        having: (db, _connectionId, those) =>
          db.raw('(t.id in (select ms.group_id from memberships ms where ?))', [those]),
      },
    },
  },
  rowsOnly: new Set(['members', 'meta', 'schemas']),
}
