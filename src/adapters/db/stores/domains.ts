import type { AccountDomains } from '../../../application/ports.ts'
import { fromDomainRow, toDomainRow, type DomainRow } from '../domain-rows.ts'
import type { Session } from '../session.ts'
import { provenDomains } from '../views/domain-views.ts'

export function createAccountDomains(session: Session): AccountDomains {
  const { db, dialect } = session
  const one = async (where: Partial<DomainRow>) => {
    const [row] = await session.rows<DomainRow>(dialect.forUpdate(db('account_domains').where(where)))
    return row && fromDomainRow(row)
  }
  return {
    async insert(domain) {
      await session.run(db('account_domains').insert(toDomainRow(domain)))
    },
    lock: (accountId, domain) => one({ account_id: accountId, domain }),
    async lockOwner(domain) {
      const query = db('account_domains').where({ domain }).whereNot({ state: 'pending' })
      const [row] = await session.rows<DomainRow>(dialect.forUpdate(query))
      return row && fromDomainRow(row)
    },
    async ofAccount(accountId) {
      // The account's row is locked, so that two domains added at once are counted together.
      await session.rows(dialect.forUpdate(db('accounts').select('id').where({ id: accountId })))
      return (await session.rows<DomainRow>(db('account_domains').where({ account_id: accountId }))).map(fromDomainRow)
    },
    async update(domain) {
      await session.run(db('account_domains').where({ id: domain.id }).update(toDomainRow(domain)))
    },
    async remove(id) {
      await session.run(db('account_domains').where({ id }).delete())
    },
    async claimDue(now, until, limit) {
      const due = db('account_domains').where('next_check_at', '<=', now).whereNot({ state: 'pending' })
      const rows = await session.rows<DomainRow>(dialect.forUpdate(due.orderBy('next_check_at').limit(limit)))
      for (const { id } of rows) await session.run(db('account_domains').where({ id }).update({ next_check_at: until }))
      return rows.map(fromDomainRow)
    },
    proven: (accountId, states) => provenDomains(session, accountId, states),
  }
}
