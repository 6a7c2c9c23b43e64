import { levelOf } from '../../domain/account.ts'
import type { Catalog, Cells } from '../../domain/catalog.ts'
import { holderOf, type Giver } from '../../domain/holder.ts'
import type { Grant } from '../../domain/resolve.ts'
import type { Ports } from '../ports.ts'
import type { MemberWithAccount } from '../views.ts'
import { requireAccountCatalog } from './account-catalog.ts'
import { countingGrants, needsFacts } from './counting-grants.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock'>

/** Why somebody gets nothing at all, whatever he was given. */
export type Barred = 'removed' | 'suspended' | 'account_suspended' | 'out_at_home'

/** What a member is and has at this instant. Who is barred holds nothing. */
export type JudgedMember = Giver & {
  readonly member: MemberWithAccount
  readonly catalog: Catalog
  readonly level: string
  readonly barred: Barred | null
  readonly grants: readonly Grant[]
  /** What he is let have of his roles; null where they are not customised. */
  readonly cells: Cells | null
  readonly switchedOff: readonly string[]
}

/**
 * The one answer to "who is this, and what may he do?", asked at each sign-in, session, key and decision: his suspensions,
 * those of every account up the tree, those at home of whoever comes in by another account, validity, and for who lags only what still stands. It reads the database each time and
 * waits for no worker. Undefined where there is no such member.
 */
export async function judgeMember(ports: Needs, memberId: string): Promise<JudgedMember | undefined> {
  const member = await ports.views.memberWithAccount(memberId)
  return member && judgeReadMember(ports, member)
}

/** The same, of a member who has just been read. */
export async function judgeReadMember(ports: Needs, member: MemberWithAccount): Promise<JudgedMember> {
  const catalog = await requireAccountCatalog(ports.catalogs, member.account, (id) => ports.views.permissionGroups(id))
  const level = levelOf(catalog, member.account)
  const barred = barredBy(member)
  const grants = barred === null ? await grantsNow(ports, member) : []
  const roles = [...new Set(grants.map(({ role }) => role))].sort()
  return {
    member,
    catalog,
    level,
    barred,
    grants,
    cells: member.cells,
    switchedOff: member.switchedOff,
    ...holderOf(catalog, { roles, cells: member.cells, switchedOff: member.switchedOff }, level),
  }
}

async function grantsNow(ports: Needs, member: MemberWithAccount): Promise<readonly Grant[]> {
  const standing = { ...member, accountStopped: member.account.stopped }
  const facts = needsFacts(standing, ports.clock.now()) ? await ports.views.facts([member.id]) : undefined
  return countingGrants(ports, standing, facts?.get(member.id))
}

function barredBy({ status, account, outAtHome }: MemberWithAccount): Barred | null {
  if (status !== 'active') return status
  if (account.stopped) return 'account_suspended'
  return outAtHome ? 'out_at_home' : null
}
