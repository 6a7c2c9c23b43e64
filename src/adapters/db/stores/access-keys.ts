import type { AccessKeys } from '../../../application/access-keys/access-key-store.ts'
import { fromAccessKeyRow, toAccessKeyRow, type AccessKeyTableRow } from '../access-key-rows.ts'
import type { Session } from '../session.ts'

export function createAccessKeys(session: Session): AccessKeys {
  const { db, dialect } = session
  return {
    insert: (key) => session.run(db('access_keys').insert(toAccessKeyRow(key))),
    async lock(accountId, id) {
      const query = dialect.forUpdate(db('access_keys').where({ account_id: accountId, id }))
      const [row] = await session.rows<AccessKeyTableRow>(query)
      return row && fromAccessKeyRow(row)
    },
    async ofMember(memberId) {
      const query = db('access_keys').where({ member_id: memberId }).orderBy('id')
      return (await session.rows<AccessKeyTableRow>(query)).map(fromAccessKeyRow)
    },
    async update(key) {
      // Its last use is noted beside the transactions of others, and stays.
      const { last_used_at: _noted, ...row } = toAccessKeyRow(key)
      await session.run(db('access_keys').where({ id: key.id }).update(row))
    },
    remove: (id) => session.run(db('access_keys').where({ id }).delete()),
  }
}
