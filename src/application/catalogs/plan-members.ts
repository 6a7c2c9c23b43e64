import type { Impact } from '../../domain/catalog-impact.ts'
import { isDescending, type plannedMemberOrders, type SortOf } from '../list-orders.ts'
import { placeIn, placeText } from '../list-place.ts'
import { authorize, type Operation } from '../operation.ts'
import type { MemberPlace } from './catalogs-in-force.ts'
import { standingOf, type PlanNeeds } from './plan-catalog.ts'
import { weighMembers } from './weigh-members.ts'

export type PlanMembers = {
  readonly id: string
  readonly limit: number
  readonly after: string | undefined
  readonly account?: string | undefined
  readonly sort?: SortOf<typeof plannedMemberOrders> | undefined
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
  const { id, limit, account, sort = 'account' } = query
  const { file } = await standingOf(ports, id)
  const before = ports.catalogs.get(id)
  if (before === undefined) return { items: [], next: null }
  const place = query.after === undefined ? undefined : placeOf(query.after, sort)
  const slice = { limit, after: place, accountId: account, descending: isDescending(sort) }
  const weighed = await weighMembers(ports, { before, after: file.catalog }, slice)
  const items = weighed.flatMap(({ member, judged: { impact } }) =>
    impact === null ? [] : [{ account: member.accountId, member: member.id, userName: member.userName, ...impact }],
  )
  const last = weighed.at(-1)?.member
  const more = last !== undefined && weighed.length >= limit
  return { items, next: more ? placeText(sort, { value: last.accountId, id: last.id }) : null }
}

function placeOf(after: string, sort: string): MemberPlace {
  const { value, id } = placeIn(after, sort)
  return { accountId: String(value), memberId: id }
}
