import type { Member } from '../../domain/member.ts'
import { requireWorkPerson, type PersonPolicy } from '../directory-users/require-work-person.ts'
import type { Ports } from '../ports.ts'

/** A person who is no directory's: named and reached by himself. */
export type NewPerson = { userName: string; email: string; displayName?: string | undefined }

/** The person as a member in his first life; refused where a personal address identifies or reaches him. */
export async function newMember(
  ports: Pick<Ports, 'workEmail' | 'clock' | 'newId'>,
  accountId: string,
  person: NewPerson,
  provenDomains: PersonPolicy['provenDomains'],
): Promise<Member> {
  const emails = [{ value: person.email, type: 'work', primary: true }]
  const judged = { userName: person.userName, emails }
  const email = await requireWorkPerson(ports.workEmail, judged, { emailPolicy: 'standard', provenDomains })
  const now = ports.clock.now()
  return {
    ...{ id: ports.newId(), accountId, userName: person.userName, email, displayName: person.displayName ?? null },
    ...{ status: 'active', suspendedBy: [], incarnation: 1, statusVersion: 1, createdAt: now, updatedAt: now },
  }
}
