import { nameKey } from '../../domain/directory-user.ts'
import type { PermissionGroup } from '../../domain/permission-group.ts'
import { parseJson } from './rows.ts'
import { written, type Session } from './session.ts'

type Row = {
  id: string
  account_id: string
  name: string
  name_key: string
  cells: string
  copied_from: string | null
  created_at: number
  updated_at: number
}

/** All groups of an account, in the order in which they were made. */
export async function groupsOfAccount(session: Session, accountId: string): Promise<PermissionGroup[]> {
  const query = written(session, 'select * from permission_groups where account_id = ? order by id', [accountId])
  return (await session.rows<Row>(query)).map(fromRow)
}

export async function groupsOfAccounts(session: Session, accountIds: readonly string[]): Promise<PermissionGroup[]> {
  const { db, dialect } = session
  const query = db('permission_groups').where(dialect.among('account_id', accountIds)).orderBy('id')
  return (await session.rows<Row>(query)).map(fromRow)
}

export function toGroupRow({ id, accountId, name, cells, copiedFrom, createdAt, updatedAt }: PermissionGroup): Row {
  return {
    ...{ id, account_id: accountId, name, name_key: nameKey(name), cells: JSON.stringify(cells) },
    ...{ copied_from: copiedFrom, created_at: createdAt, updated_at: updatedAt },
  }
}

function fromRow({ id, account_id, name, cells, copied_from, created_at, updated_at }: Row): PermissionGroup {
  return {
    ...{ id, accountId: account_id, name, cells: parseJson<PermissionGroup['cells']>(cells) },
    ...{ copiedFrom: copied_from, createdAt: created_at, updatedAt: updated_at },
  }
}
