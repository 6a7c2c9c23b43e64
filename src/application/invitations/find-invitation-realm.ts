import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { findRealm, type Realm } from '../sign-in/find-realm.ts'
import { openLink } from './invitation-link.ts'

type Needs = Pick<Ports, 'views' | 'workEmail' | 'secrets'>
/** `hint` is his work address, or the name of his company's account. */
export type FindInvitationRealm = { token: string; hint: string }

/**
 * Where somebody who is invited signs in: at the sign-in of the account that invites him, as no other one enters it; else at
 * his own company's; else at the platform's. Null where there is none of these.
 */
export async function findInvitationRealm(
  ports: Needs,
  op: Operation,
  { token, hint }: FindInvitationRealm,
): Promise<Realm | null> {
  authorize(op, { verb: 'sign-in' })
  const { accountId } = await openLink(ports, token)
  const [required] = await ports.views.signInsOfAccount(accountId)
  if (required !== undefined) return { connectionId: required.connection.id, accountId: null }
  const own = hint.trim() === '' ? null : await findRealm(ports, op, hint)
  if (own !== null) return { ...own, accountId: null }
  const [platform] = await ports.views.platformSignIns()
  return platform === undefined ? null : { connectionId: platform.connection.id, accountId: null }
}
