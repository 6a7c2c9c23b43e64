import { firstLife, type Member } from '../../domain/member.ts'
import { requireWorkPerson, type PersonPolicy } from '../directory-users/require-work-person.ts'
import type { Ports } from '../ports.ts'

/** A person who is no directory's: named and reached by himself. */
export type NewPerson = { userName: string; email: string; displayName?: string | undefined }

/** How a person's one address is judged: what refuses it names his field below `at`, and not the attribute of a directory. */
export function ownPolicy(provenDomains: PersonPolicy['provenDomains'], at = ''): PersonPolicy {
  const fieldOf = (attribute: string) => `${at}${attribute === 'userName' ? 'userName' : 'email'}`
  return { emailPolicy: 'standard', provenDomains, fieldOf }
}

/** The person as a member in his first life; refused where a personal address identifies or reaches him. */
export async function newMember(
  ports: Pick<Ports, 'workEmail' | 'clock' | 'newId'>,
  accountId: string,
  person: NewPerson,
  provenDomains: PersonPolicy['provenDomains'],
  at?: string,
): Promise<Member> {
  const emails = [{ value: person.email, type: 'work', primary: true }]
  const judged = { userName: person.userName, emails }
  const email = await requireWorkPerson(ports.workEmail, judged, ownPolicy(provenDomains, at))
  const now = ports.clock.now()
  return {
    ...{ id: ports.newId(), accountId, userName: person.userName, email, displayName: person.displayName ?? null },
    ...{ ...firstLife, createdAt: now, updatedAt: now },
  }
}
