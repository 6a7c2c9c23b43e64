import type { Assignments } from '../../../application/stores.ts'
import type { MemberAssignment } from '../../../domain/assignment.ts'
import type { Session, Statement } from '../session.ts'

type Row = {
  id: string
  account_id: string
  member_id: string
  role: string
  source: string
  incarnation: number
  valid_from: number | null
  valid_to: number | null
  assigned_by: string | null
  created_at: number
}

export function createAssignments(session: Session): Assignments {
  const { db, dialect } = session
  const many = async (query: Statement) => (await session.rows<Row>(query)).map(fromRow)
  return {
    insert: (assignment) => session.run(db('assignments').insert(toRow(assignment))),
    ofMember: (memberId) => many(db('assignments').where({ member_id: memberId }).orderBy('id')),
    owners: (accountId) =>
      many(dialect.forUpdate(db('assignments').where({ account_id: accountId, source: 'owner' }).orderBy('id'))),
    async remove(ids) {
      if (ids.length > 0) await session.run(db('assignments').where(dialect.among('id', ids)).delete())
    },
  }
}

function toRow(assignment: MemberAssignment): Row {
  const { id, accountId, memberId, role, source, incarnation, validFrom, validTo, assignedBy, createdAt } = assignment
  return {
    ...{ id, account_id: accountId, member_id: memberId, role, source, incarnation },
    ...{ valid_from: validFrom, valid_to: validTo, assigned_by: assignedBy, created_at: createdAt },
  }
}

function fromRow(row: Row): MemberAssignment {
  const { id, role, incarnation } = row
  return {
    ...{
      id,
      accountId: row.account_id,
      memberId: row.member_id,
      role,
      source: row.source as MemberAssignment['source'],
    },
    ...{ incarnation, validFrom: row.valid_from, validTo: row.valid_to, assignedBy: row.assigned_by },
    createdAt: row.created_at,
  }
}
