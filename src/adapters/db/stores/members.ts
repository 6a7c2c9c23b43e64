import type { HoldingQuery, Mappings, Members } from '../../../application/stores.ts'
import { nameKey } from '../../../domain/directory-user.ts'
import type { Mapping } from '../../../domain/mapping.ts'
import type { Member } from '../../../domain/member.ts'
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
    holding: (query) => holding(session, query),
    async facts(memberId) {
      return (await readFacts(session, [memberId])).get(memberId)
    },
    factsOf: (memberIds) => readFacts(session, memberIds),
    async named(accountId, userName) {
      const query = db('members').where({ account_id: accountId, user_name_key: nameKey(userName) })
      return (await session.rows<MemberTableRow>(query.whereNot('status', 'removed'))).map(fromMemberRow)
    },
  }
}

async function holding(
  { db, dialect, rows }: Session,
  { accountId, roles, by, limit, after = '' }: HoldingQuery,
): Promise<Member[]> {
  // From those few to their rows, and not from all members of the account.
  const those = db(by).where({ account_id: accountId }).where(dialect.among('role', roles)).distinct('member_id')
  const select = db
    .select('m.*')
    .from(db.raw('? as t cross join members as m', [those]))
    .whereRaw('m.id = t.member_id')
  void select.where({ 'm.account_id': accountId, 'm.status': 'active' }).where('m.id', '>', after)
  void select.orderBy('m.id').limit(limit)
  return (await rows<MemberTableRow>(select)).map(fromMemberRow)
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
