import type { Session } from '../session.ts'
import { stillComes } from '../stores/group-use.ts'

/** Whoever has changes of his own to be applied, or whose time has come, in any account: each of the two has an index of its own. */
const changed = `select member_id from propagations where desired_rev > applied_rev
  union select member_id from propagations where revisit_at is not null and revisit_at <= ?`

type Stored = { role: string; n: number | string }
type Changed = Stored & { standing: number | string }

/** Everybody is counted by what is stored, which an index has; of those who have changed, only whose grant still comes from something. */
export async function holdersByRole(
  session: Session,
  accountId: string,
  { now, role }: { readonly now: number; readonly role?: string },
): Promise<Map<string, number>> {
  const { db } = session
  const of = role === undefined ? { 'g.account_id': accountId } : { 'g.account_id': accountId, 'g.role': role }
  const stored = db('grants as g').where(of).groupBy('g.role').select('g.role').countDistinct({ n: 'g.member_id' })
  const moved = db('grants as g')
    .join('members as m', 'm.id', 'g.member_id')
    .where(of)
    .whereRaw(`g.member_id in (${changed})`, [now])
    .groupBy('g.role')
    .select('g.role')
    .countDistinct({ n: 'g.member_id' })
    .select(db.raw(`count(distinct case when ${stillComes} then g.member_id end) as standing`, [now]))
  const counts = new Map((await session.rows<Stored>(stored)).map((row) => [row.role, Number(row.n)]))
  for (const each of await session.rows<Changed>(moved))
    counts.set(each.role, (counts.get(each.role) ?? 0) - Number(each.n) + Number(each.standing))
  return counts
}
