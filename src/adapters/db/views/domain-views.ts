import type { ProvenStates, Views } from '../../../application/views.ts'
import { fromDomainRow, type DomainRow } from '../domain-rows.ts'
import { written, type Session } from '../session.ts'

type DomainViews = Pick<Views, 'domains' | 'domain' | 'domainOwner' | 'provenDomains'>

export function createDomainViews(session: Session): DomainViews {
  const { db } = session
  return {
    async domains(accountId) {
      const query = db('account_domains').where({ account_id: accountId }).orderBy('domain')
      return (await session.rows<DomainRow>(query)).map(fromDomainRow)
    },
    async domain(accountId, domain) {
      const [row] = await session.rows<DomainRow>(db('account_domains').where({ account_id: accountId, domain }))
      return row && fromDomainRow(row)
    },
    async domainOwner(domain) {
      const text = "select account_id, state from account_domains where domain = ? and state <> 'pending'"
      const [row] = await session.rows<DomainRow>(written(session, text, [domain]))
      return row && { accountId: row.account_id, newLinks: row.state === 'verified' }
    },
    provenDomains: (accountId, states) => provenDomains(session, accountId, states),
  }
}

export async function provenDomains(
  session: Session,
  accountId: string,
  states: ProvenStates,
): Promise<ReadonlySet<string>> {
  const query = session.db('account_domains').select('domain').where({ account_id: accountId })
  const wanted = states === 'verified' ? query.where({ state: 'verified' }) : query.whereNot({ state: 'pending' })
  return new Set((await session.rows<{ domain: string }>(wanted)).map(({ domain }) => domain))
}
