import type { Impact } from '../../domain/catalog-impact.ts'
import { authorize, type Operation } from '../operation.ts'
import type { MemberPlace } from './catalogs-in-force.ts'
import { standingOf, type PlanNeeds } from './plan-catalog.ts'
import { weighMembers } from './weigh-members.ts'

export type PlanMembers = {
  readonly id: string
  readonly limit: number
  readonly after: string | undefined
  readonly account?: string | undefined
}
export type PlannedMember = Impact & {
  readonly account: string
  readonly member: string
  readonly userName: string
}
export type PlannedMembers = { readonly items: readonly PlannedMember[]; readonly next: string | null }

/** Whom a plan touches, one by one. A page looks at `limit` members, and may hold fewer, even none, while others follow. */
export async function planMembers(ports: PlanNeeds, op: Operation, query: PlanMembers): Promise<PlannedMembers> {
  authorize(op, { verb: 'operate' })
  const { id, limit, account } = query
  const { file } = await standingOf(ports, id)
  const before = ports.catalogs.get(id)
  if (before === undefined) return { items: [], next: null }
  const slice = { limit, after: placeOf(query.after), accountId: account }
  const weighed = await weighMembers(ports, { before, after: file.catalog }, slice)
  const items = weighed.flatMap(({ member, judged: { impact } }) =>
    impact === null ? [] : [{ account: member.accountId, member: member.id, userName: member.userName, ...impact }],
  )
  const last = weighed.at(-1)?.member
  return { items, next: last === undefined || weighed.length < limit ? null : `${last.accountId}:${last.id}` }
}

function placeOf(after: string | undefined): MemberPlace | undefined {
  const [accountId = '', memberId = ''] = after?.split(':') ?? []
  return after === undefined ? undefined : { accountId, memberId }
}
