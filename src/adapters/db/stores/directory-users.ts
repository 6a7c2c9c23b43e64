import type { DirectoryUsers } from '../../../application/stores.ts'
import { nameKey, type DirectoryUser, type UserFacts } from '../../../domain/directory-user.ts'
import { fromUserRow, userFactsRow, type UserRow } from '../rows.ts'
import { insertRow, written, type Session } from '../session.ts'

export function createDirectoryUsers(session: Session): DirectoryUsers {
  const { db, dialect } = session
  return {
    async insert(user) {
      const { id, accountId, connectionId, memberId, createdAt } = user
      const keys = {
        id,
        account_id: accountId,
        connection_id: connectionId,
        member_id: memberId,
        created_at: createdAt,
      }
      await session.run(insertRow(session, 'directory_users', { ...keys, ...userFactsRow(user), removed_at: null }))
      await insertEmails(session, user)
    },
    async lock(connectionId, id) {
      const query = db('directory_users').where({ connection_id: connectionId, id, removed_at: null })
      const [row] = await session.rows<UserRow>(dialect.forUpdate(query))
      return row && fromUserRow(row)
    },
    matches: (connectionId, wanted) => matches(session, connectionId, wanted),
    async update(user) {
      await session.run(db('directory_users').where({ id: user.id }).update(userFactsRow(user)))
      await session.run(db('directory_user_emails').where({ user_id: user.id }).delete())
      await insertEmails(session, user)
    },
    async connectionsOf(memberId) {
      const query = db('directory_users').where({ member_id: memberId, removed_at: null }).orderBy('connection_id')
      const rows = await session.rows<{ connection_id: string }>(query.distinct('connection_id'))
      return rows.map((row) => row.connection_id)
    },
    async remove(user, at) {
      const tombstone = { removed_at: at, updated_at: at, version: user.version + 1 }
      await session.run(db('directory_users').where({ id: user.id }).update(tombstone))
      await session.run(db('memberships').where({ value: user.id }).delete())
      await session.run(db('directory_user_emails').where({ user_id: user.id }).delete())
      await session.run(db('directory_unique_values').where({ resource_id: user.id }).delete())
    },
  }
}

const liveByName = 'select * from directory_users where connection_id = ? and user_name_key = ? and removed_at is null'
const byExternalId =
  'select * from (select * from directory_users where connection_id = ? and external_id = ? limit 10) as told'

async function matches(
  session: Session,
  connectionId: string,
  { userName, externalId }: Pick<UserFacts, 'userName' | 'externalId'>,
): Promise<DirectoryUser[]> {
  const key = nameKey(userName)
  const query =
    externalId === null
      ? written(session, liveByName, [connectionId, key])
      : written(session, `${liveByName} union ${byExternalId}`, [connectionId, key, connectionId, externalId])
  return (await session.rows<UserRow>(query)).map(fromUserRow)
}

/** Up to so many e-mails go one by one, in a statement that is made once; more go together. */
const few = 5

function insertMany({ db, dialect }: Session, rows: readonly object[]) {
  const columns = {
    ...({ user_id: 'text', position: 'bigint', connection_id: 'text' } as const),
    ...({ value_key: 'text', type_key: 'text', is_primary: 'bigint' } as const),
  }
  const names = Object.keys(columns).join(', ')
  const told = dialect.recordset('told', columns, rows)
  return db.raw(`insert into directory_user_emails (${names}) select ${names} from ?`, [told])
}

async function insertEmails(session: Session, user: DirectoryUser): Promise<void> {
  if (user.emails.length === 0) return
  const rows = user.emails.map((email, position) => ({
    user_id: user.id,
    position,
    connection_id: user.connectionId,
    value_key: nameKey(email.value),
    type_key: email.type === undefined ? null : email.type.toLowerCase(),
    is_primary: email.primary === true ? 1 : 0,
  }))
  if (rows.length <= few) for (const row of rows) await session.run(insertRow(session, 'directory_user_emails', row))
  else await session.run(insertMany(session, rows))
}
