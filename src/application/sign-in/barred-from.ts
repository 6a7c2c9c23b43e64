import type { SignInRefusal } from '../../domain/sign-in.ts'
import type { Tx } from '../ports.ts'
import type { Person } from './arrival.ts'
import { barredAtHome } from './home-standing.ts'

/** Why a found person does not come in: what he is here, and what he is at home. */
export async function barredFrom(tx: Tx, { member, link }: Person): Promise<SignInRefusal | null> {
  if (member.status !== 'active') return member.status
  const account = await tx.accounts.find(member.accountId)
  if (account === undefined || account.stopped) return 'account_suspended'
  if (await foreignAndUnwanted(tx, link)) return 'own_sign_in_required'
  return barredAtHome(tx, link)
}

/** An account that has a sign-in of its own is entered by that one. */
async function foreignAndUnwanted(tx: Tx, link: Person['link']): Promise<boolean> {
  const home = await tx.connections.find(link.connectionId)
  if (home?.accountId === link.accountId) return false
  return tx.identityLinks.hasOwnSignIn(link.accountId, link.connectionId)
}
