import type { Database } from '../../src/adapters/db/database.ts'

export type Crowd = { accountId: string; connectionId: string; count: number; prefix?: string }

const batch = 2000

/** A resource's id that tells its number: people come in the order of their numbers. */
export function idOf(kind: 'user' | 'member' | 'group', index: number, prefix = '0'): string {
  const kinds = { user: '7', member: '8', group: '9' }
  return `${prefix.padStart(8, '0')}-0000-${kinds[kind]}000-8000-${index.toString(16).padStart(12, '0')}`
}

const text = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'text' as const]))
const number = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 'bigint' as const]))

/** People by the thousand, written straight into the database: each has a name, a key, an address and a member. */
export async function insertPeople(
  { transaction }: Database,
  { accountId, connectionId, count, prefix = '0' }: Crowd,
): Promise<void> {
  const at = Date.now()
  for (let first = 0; first < count; first += batch) {
    const numbers = Array.from({ length: Math.min(batch, count - first) }, (_, index) => first + index)
    await transaction(async ({ db, dialect, rows }) => {
      const insert = async (
        table: string,
        columns: Record<string, 'text' | 'bigint'>,
        values: object[],
      ): Promise<void> => {
        const names = Object.keys(columns).join(', ')
        await rows(
          db.raw(`insert into ${table} (${names}) select ${names} from ?`, [
            dialect.recordset('told', columns, values),
          ]),
        )
      }
      const times = { created_at: at, updated_at: at }
      const people = numbers.map((index) => ({ index, name: `person-${prefix}-${index}@corp.example` }))
      await insert(
        'members',
        {
          ...text('id', 'account_id', 'user_name', 'user_name_key', 'email', 'status', 'suspended_by'),
          ...number('incarnation', 'status_version', 'created_at', 'updated_at'),
        },
        people.map(({ index, name }) => ({
          ...{
            id: idOf('member', index, prefix),
            account_id: accountId,
            user_name: name,
            user_name_key: name,
            email: name,
          },
          ...{ status: 'active', suspended_by: '', incarnation: 1, status_version: 1, ...times },
        })),
      )
      await insert(
        'directory_users',
        {
          ...text(
            'id',
            'account_id',
            'connection_id',
            'member_id',
            'external_id',
            'user_name',
            'user_name_key',
            'attributes',
            'search',
          ),
          ...number('active', 'version', 'created_at', 'updated_at'),
        },
        people.map(({ index, name }) => {
          const attributes = JSON.stringify({
            ...{ externalId: `ext-${index}`, userName: name, name: { givenName: 'P', familyName: `N${index}` } },
            ...{ emails: [{ value: name, type: 'work', primary: true }], active: true },
          })
          return {
            ...{
              id: idOf('user', index, prefix),
              account_id: accountId,
              connection_id: connectionId,
              member_id: idOf('member', index, prefix),
            },
            ...{
              external_id: `ext-${index}`,
              user_name: name,
              user_name_key: name,
              attributes,
              search: attributes.toLowerCase(),
            },
            ...{ active: 1, version: 1, ...times },
          }
        }),
      )
      await insert(
        'directory_user_emails',
        { ...text('user_id', 'connection_id', 'value_key', 'type_key'), ...number('position', 'is_primary') },
        people.map(({ index, name }) => ({
          ...{ user_id: idOf('user', index, prefix), connection_id: connectionId, value_key: name, type_key: 'work' },
          ...{ position: 0, is_primary: 1 },
        })),
      )
      await insert(
        'propagations',
        {
          ...text('member_id', 'account_id', 'status', 'caused_by'),
          ...number(
            'desired_rev',
            'applied_rev',
            'applied_epoch',
            'leaving',
            'dirty_since',
            'attempts',
            'next_attempt_at',
            'claim',
            'lease_until',
          ),
        },
        people.map(({ index }) => ({
          ...{ member_id: idOf('member', index, prefix), account_id: accountId, status: 'open', caused_by: 'test' },
          ...{ desired_rev: 1, applied_rev: 1, applied_epoch: 1, leaving: 0, dirty_since: at, attempts: 0 },
          ...{ next_attempt_at: 0, claim: 0, lease_until: 0 },
        })),
      )
    })
  }
}

/** Groups by the thousand, without members. */
export async function insertGroups(
  { transaction }: Database,
  { accountId, connectionId, count, prefix = '0' }: Crowd,
): Promise<void> {
  const at = Date.now()
  for (let first = 0; first < count; first += batch) {
    const values = Array.from({ length: Math.min(batch, count - first) }, (_, index) => ({
      ...{ id: idOf('group', first + index, prefix), account_id: accountId, connection_id: connectionId },
      ...{
        external_id: `ext-${first + index}`,
        display_name: `Group ${first + index}`,
        display_name_key: `group ${first + index}`,
      },
      ...{ attributes: '{}', search: '{}', version: 1, created_at: at, updated_at: at },
    }))
    const columns = {
      ...text(
        'id',
        'account_id',
        'connection_id',
        'external_id',
        'display_name',
        'display_name_key',
        'attributes',
        'search',
      ),
      ...number('version', 'created_at', 'updated_at'),
    }
    const names = Object.keys(columns).join(', ')
    await transaction(({ db, dialect, rows }) =>
      rows(
        db.raw(`insert into directory_groups (${names}) select ${names} from ?`, [
          dialect.recordset('told', columns, values),
        ]),
      ),
    )
  }
}
