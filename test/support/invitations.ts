import type { AcceptingIdentity } from '../../src/domain/invitation.ts'
import type { Operation } from '../../src/application/operation.ts'
import { eventually, settled, type Api } from './api.ts'
import { operator, type Joinery } from './joinery.ts'

export const signIn: Operation = { actor: { kind: 'system', part: 'sign-in' }, id: 'test' }

/** Somebody who acts in an account, as a signed-in member. */
export const as = ({ accountId, memberId }: { accountId: string; memberId: string }): Operation => ({
  actor: { kind: 'member', accountId, memberId },
  id: 'test',
})

/** A member who holds a role, applied. */
export async function aHolder(joinery: Joinery, accountId: string, userName: string, role: string) {
  const { app } = joinery.runtime
  const { id: memberId } = await app.addMember(operator, { accountId, userName, email: userName })
  await app.assignRole(operator, { accountId, memberId, role })
  await settled(joinery.api, accountId)
  return { accountId, memberId }
}

/** The token in the mail that went out last about an invitation. */
export async function mailedToken(api: Api, accountId: string, invitationId: string): Promise<string> {
  const mails = () => api.ok('GET', `/mail?account=${accountId}`)
  const ofIt = ({ items }: any) => items.filter((mail: any) => mail.about === invitationId)
  const page = await eventually(mails, (found) => ofIt(found)[0]?.state === 'sent')
  const { text } = await api.ok('GET', `/mail/${ofIt(page)[0].id}`)
  return /\/auth\/invitations\/(\S+)/.exec(text as string)?.[1] ?? ''
}

/** An identity of a connection, whose verified domain proves the address unless told otherwise. */
export function anIdentity(
  connectionId: string,
  email: string,
  told: Partial<AcceptingIdentity> = {},
): AcceptingIdentity {
  return {
    ...{ connectionId, issuer: 'https://login.corp.example', subject: `sub of ${email}`, objectId: null },
    ...{ claimedEmail: email, provenEmail: email, displayName: null },
    ...told,
  }
}

export async function rolesOf(joinery: Joinery, accountId: string, memberId: string): Promise<string[]> {
  await settled(joinery.api, accountId)
  return (await joinery.api.ok('GET', `/accounts/${accountId}/members/${memberId}`)).roles as string[]
}
