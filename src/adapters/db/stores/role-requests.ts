import type { RoleRequests } from '../../../application/ports.ts'
import type { RoleRequestQuery, Slice } from '../../../application/views.ts'
import type { RoleRequest, RoleRequestState } from '../../../domain/role-request.ts'
import { sortedPage, type Order } from '../views/sorted-page.ts'
import type { Session, Statement } from '../session.ts'

type Row = {
  id: string
  account_id: string
  member_id: string
  incarnation: number
  role: string
  reason: string | null
  state: string
  asked_by: string
  asked_at: number
  promised_at: number
  decided_by: string | null
  decided_at: number | null
  answer: string | null
}

export function createRoleRequests(session: Session): RoleRequests {
  const { db, dialect } = session
  const many = async (query: Statement) => (await session.rows<Row>(query)).map(fromRow)
  return {
    insert: (request) => session.run(db('role_requests').insert(toRow(request))),
    update: (request) => session.run(db('role_requests').where({ id: request.id }).update(toRow(request))),
    openOf: (memberId) => many(db('role_requests').where({ member_id: memberId, state: 'open' })),
    async lock(accountId, id) {
      return (await many(dialect.forUpdate(db('role_requests').where({ account_id: accountId, id }))))[0]
    },
  }
}

const order: Order = {
  id: 'r.id',
  columns: {
    askedAt: null,
    promisedAt: { column: 'r.promised_at', type: 'number' },
    decidedAt: { column: 'r.decided_at', type: 'number', nullable: true },
    role: { column: 'r.role', type: 'text' },
  },
}

export async function readRoleRequests(session: Session, query: RoleRequestQuery): Promise<Slice<RoleRequest>> {
  const { accountId, sort = 'askedAt', state, memberId, role, askedBy, late, limit, after } = query
  const told = { account_id: accountId, state, member_id: memberId, role, asked_by: askedBy }
  const select = session.db('role_requests as r').select('r.*')
  for (const [column, value] of Object.entries(told)) if (value !== undefined) void select.where(`r.${column}`, value)
  if (late?.overdue === true) void select.where('r.state', 'open').where('r.promised_at', '<', late.at)
  if (late?.overdue === false)
    void select.where((or) => void or.whereNot('r.state', 'open').orWhere('r.promised_at', '>=', late.at))
  const { items, next } = await sortedPage<Row>(session, select, order, { sort, limit, after })
  return { items: items.map(fromRow), next }
}

function toRow(request: RoleRequest): Row {
  const { id, role, reason, state, answer } = request
  return {
    ...{ id, account_id: request.accountId, member_id: request.memberId, role, reason, state },
    ...{ incarnation: request.incarnation },
    ...{ asked_by: request.askedBy, asked_at: request.askedAt, promised_at: request.promisedAt },
    ...{ decided_by: request.decidedBy, decided_at: request.decidedAt, answer },
  }
}

function fromRow(row: Row): RoleRequest {
  const { id, role, reason, answer } = row
  return {
    ...{
      id,
      accountId: row.account_id,
      memberId: row.member_id,
      incarnation: row.incarnation,
      role,
      reason,
      state: row.state as RoleRequestState,
    },
    ...{ askedBy: row.asked_by, askedAt: row.asked_at, promisedAt: row.promised_at },
    ...{ decidedBy: row.decided_by, decidedAt: row.decided_at, answer },
  }
}
