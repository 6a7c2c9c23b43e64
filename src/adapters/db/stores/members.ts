import type { Mappings, Members } from '../../../application/stores.ts'
import { nameKey } from '../../../domain/directory-user.ts'
import type { Mapping } from '../../../domain/mapping.ts'
import { readFacts } from '../facts.ts'
import { fromMappingRow, fromMemberRow, memberFactsRow, type MappingTableRow, type MemberTableRow } from '../rows.ts'
import { insertRow, type Session, type Statement } from '../session.ts'

export function createMembers(session: Session): Members {
  const { db, dialect } = session
  return {
    async insert(member) {
      const keys = { id: member.id, account_id: member.accountId, created_at: member.createdAt }
      await session.run(insertRow(session, 'members', { ...keys, ...memberFactsRow(member) }))
    },
    async lock(id) {
      const [row] = await session.rows<MemberTableRow>(dialect.forUpdate(db('members').where({ id })))
      return row && fromMemberRow(row)
    },
    async update(member) {
      await session.run(db('members').where({ id: member.id }).update(memberFactsRow(member)))
    },
    async holding({ accountId, roles, limit, after = '' }) {
      const among = dialect.among('role', roles)
      const select = db('members as m').where({ 'm.account_id': accountId, 'm.status': 'active' })
      void select.where('m.id', '>', after).orderBy('m.id').limit(limit).select('m.*')
      const stored = db('grants').where({ account_id: accountId }).where(among).select('member_id')
      const byHand = db('assignments').whereRaw('member_id = m.id').where(among).select(db.raw('1'))
      void select.whereRaw('(m.id in ? or exists ?)', [stored, byHand])
      return (await session.rows<MemberTableRow>(select)).map(fromMemberRow)
    },
    async facts(memberId) {
      return (await readFacts(session, [memberId])).get(memberId)
    },
    async named(accountId, userName) {
      const query = db('members').where({ account_id: accountId, user_name_key: nameKey(userName) })
      return (await session.rows<MemberTableRow>(query.whereNot('status', 'removed'))).map(fromMemberRow)
    },
  }
}

export function createMappings(session: Session): Mappings {
  const { db, dialect } = session
  const many = async (query: Statement) => (await session.rows<MappingTableRow>(query)).map(fromMappingRow)
  return {
    async insert(mapping) {
      const { id, accountId, connectionId, createdAt } = mapping
      const keys = { id, account_id: accountId, connection_id: connectionId, created_at: createdAt }
      await session.run(db('mappings').insert({ ...keys, ...mappingFactsRow(mapping) }))
    },
    async lock(accountId, id) {
      const [row] = await session.rows<MappingTableRow>(
        dialect.forUpdate(db('mappings').where({ account_id: accountId, id })),
      )
      return row && fromMappingRow(row)
    },
    waitingFor: (connectionId, groupName) =>
      many(db('mappings').where({ connection_id: connectionId, state: 'waiting', group_name_key: nameKey(groupName) })),
    ofGroup: (groupId) => many(db('mappings').where({ group_id: groupId, state: 'bound' })),
    async update(mapping) {
      await session.run(db('mappings').where({ id: mapping.id }).update(mappingFactsRow(mapping)))
    },
    async remove(id) {
      await session.run(db('mappings').where({ id }).delete())
    },
  }
}

function mappingFactsRow({ groupId, groupName, role, state }: Mapping) {
  const group_name_key = groupName === null ? null : nameKey(groupName)
  return { group_id: groupId, group_name: groupName, group_name_key, role, state }
}
