import { replacedBy } from '../../domain/assignment.ts'
import type { Catalog } from '../../domain/catalog.ts'
import type { Member } from '../../domain/member.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'

type Giving = {
  readonly member: Member
  readonly roles: readonly string[]
  /** Who gives them, as the audit log names him. */
  readonly by: string
  /** What they come by, for the audit log. */
  readonly source: 'adding' | 'import' | 'invitation'
  readonly catalog: Catalog
}

/** Assigns roles by hand to a member whose row is locked or new: each takes the place of what its slot held. */
export async function giveRoles(
  ports: Pick<Ports, 'clock' | 'newId'>,
  op: Operation,
  tx: Tx,
  { member, roles, by, source, catalog }: Giving,
): Promise<void> {
  const now = ports.clock.now()
  const { id: memberId, accountId, incarnation } = member
  for (const role of roles) {
    const replaced = replacedBy(catalog, role, await tx.assignments.ofMember(memberId))
    await tx.assignments.remove(replaced.map(({ id }) => id))
    const id = ports.newId()
    await tx.assignments.insert({
      ...{ id, accountId, memberId, role, source: 'manual', incarnation },
      ...{ validFrom: null, validTo: null, assignedBy: by, createdAt: now },
    })
    const detail = { role, before: replaced.map((each) => each.role), source }
    await tx.audit.record(op, { action: 'role.assigned', accountId, target: id, memberId, detail }, now)
  }
}
