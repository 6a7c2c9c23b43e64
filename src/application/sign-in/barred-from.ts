import type { Member } from '../../domain/member.ts'
import type { SignInRefusal } from '../../domain/sign-in.ts'
import type { Tx } from '../ports.ts'
import type { Person } from './arrival.ts'
import { barredAtHome } from './home-standing.ts'

/** Why a found person does not come in: what he is here, and what he is at home. */
export async function barredFrom(tx: Tx, { member, link }: Person): Promise<SignInRefusal | null> {
  const barred = await barredHere(tx, member)
  if (barred !== null) return barred
  if (await foreignAndUnwanted(tx, link)) return 'own_sign_in_required'
  return barredAtHome(tx, link)
}

/** What keeps a member out whichever way he comes: he himself is out, or his account is stopped. */
export async function barredHere(
  tx: Tx,
  { status, accountId }: Pick<Member, 'status' | 'accountId'>,
): Promise<SignInRefusal | null> {
  if (status !== 'active') return status
  const account = await tx.accounts.find(accountId)
  return account === undefined || account.stopped ? 'account_suspended' : null
}

/** An account that has a sign-in of its own is entered by that one. */
async function foreignAndUnwanted(tx: Tx, link: Person['link']): Promise<boolean> {
  const home = await tx.connections.find(link.connectionId)
  if (home?.accountId === link.accountId) return false
  return tx.identityLinks.hasOwnSignIn(link.accountId, link.connectionId)
}
