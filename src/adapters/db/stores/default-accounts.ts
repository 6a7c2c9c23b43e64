import type { DefaultAccounts } from '../../../application/sign-in/stores.ts'
import type { Session } from '../session.ts'

export function createDefaultAccounts(session: Session): DefaultAccounts {
  const { db } = session
  return {
    async find(connectionId, subject) {
      const query = db('default_accounts').where({ connection_id: connectionId, subject }).select('account_id')
      const [row] = await session.rows<{ account_id: string }>(query)
      return row?.account_id ?? null
    },
    async put(connectionId, subject, accountId) {
      const row = { connection_id: connectionId, subject, account_id: accountId }
      await session.run(db('default_accounts').insert(row).onConflict(['connection_id', 'subject']).merge())
    },
  }
}
