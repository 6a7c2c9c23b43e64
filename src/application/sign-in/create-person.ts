import { firstLife, type Member } from '../../domain/member.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'
import type { Operation } from '../operation.ts'
import type { Tx } from '../ports.ts'
import type { Arrival, PersonNeeds } from './arrival.ts'

type Created = Member | { readonly refusal: SignInRefusal; readonly detail?: Readonly<Record<string, unknown>> }

/**
 * Somebody new, where the connection lets a sign-in create people: only by an address that this very token calls verified,
 * in a domain that the account has proved. His one role is the connection's; whatever else he gets, the directory says.
 */
export async function createPerson(ports: PersonNeeds, op: Operation, tx: Tx, arrival: Arrival): Promise<Created> {
  const { connection, settings, claims, now } = arrival
  const { email } = claims
  if (email === null || !claims.emailVerified) return { refusal: 'no_verified_address' }
  const verifiedDomains = await tx.domains.proven(connection.accountId, 'verified')
  const verdict = ports.workEmail.judgeAddress(email, { verifiedDomains })
  if (verdict.kind === 'refused') return { refusal: 'not_a_work_address', detail: { rule: verdict.rule } }
  if (!verifiedDomains.has(verdict.domain))
    return { refusal: 'domain_not_verified', detail: { domain: verdict.domain } }
  const member: Member = {
    ...{ id: ports.newId(), accountId: connection.accountId, userName: email, email, displayName: claims.name },
    ...{ ...firstLife, createdAt: now, updatedAt: now },
  }
  await tx.members.insert(member)
  await giveDefaultRole(ports, tx, member, settings.defaultRole)
  await tx.propagations.start(member, op, now)
  const { accountId, id: memberId } = member
  const detail = { source: 'sign-in', connection: connection.id, role: settings.defaultRole }
  await tx.audit.record(op, { action: 'member.created', accountId, target: memberId, memberId, detail }, now)
  return member
}

async function giveDefaultRole(
  { newId }: PersonNeeds,
  tx: Tx,
  { id: memberId, accountId, incarnation, createdAt }: Member,
  role: string | null,
): Promise<void> {
  if (role === null) return
  await tx.assignments.insert({
    ...{ id: newId(), accountId, memberId, role, source: 'sign-in', incarnation, createdAt },
    ...{ validFrom: null, validTo: null, assignedBy: null },
  })
}
