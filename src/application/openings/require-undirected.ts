import { AppError } from '../../domain/errors.ts'
import { owningDirectory } from '../invitations/inviting.ts'
import type { Ports, Tx } from '../ports.ts'
import type { Identity } from '../sign-in/home-standing.ts'

type Needs = Pick<Ports, 'views' | 'workEmail' | 'openingRules'>
/** An identity with the address that its sign-in proved. */
type WithAddress = Identity & { readonly email: string }

/**
 * Refuses somebody for whom a company's directory answers: of the sign-in that he came in by, of an account that he is a
 * member of, or of the account that has proved the domain of his address. What he owned would stay behind when that directory
 * lets him go. The platform's own sign-in is no company's.
 */
export async function requireUndirected(ports: Needs, opener: WithAddress): Promise<void> {
  if (ports.openingRules.directoryPeople) return
  for (const accountId of await accountsBehind(ports, opener)) {
    if ((await owningDirectory(ports, accountId)) === undefined) continue
    throw directed()
  }
}

/** Refuses whom a directory tells of now, whatever the sign-in of its connection is set to: asked in the transaction. */
export async function requireUntold(
  { openingRules }: Pick<Ports, 'openingRules'>,
  tx: Tx,
  { connectionId, subject }: Identity,
): Promise<void> {
  if (openingRules.directoryPeople) return
  for (const { memberId } of await tx.identityLinks.ofIdentity(connectionId, subject))
    if ((await tx.users.connectionsOf(memberId)).length > 0) throw directed()
}

/** The same for a page, which offers nobody what he would be refused. */
export async function isUntold(
  { openingRules, views }: Pick<Ports, 'openingRules' | 'views'>,
  { connectionId, subject }: Identity,
): Promise<boolean> {
  return openingRules.directoryPeople || !(await views.isTold(connectionId, subject))
}

function directed(): AppError {
  const message =
    'the people of your company come from its directory; have the operator of this service open the account'
  return new AppError('policy_violation', message, { rule: 'directory_owns_people' })
}

async function accountsBehind({ views, workEmail }: Needs, opener: WithAddress): Promise<ReadonlySet<string>> {
  const { connectionId, subject, email } = opener
  const signIn = await views.signIn(connectionId)
  const { domain } = workEmail.judgeAddress(email, { verifiedDomains: new Set() })
  const owner = domain === '' ? undefined : await views.domainOwner(domain)
  const memberships = await views.memberships(connectionId, subject)
  const accounts = new Set(memberships.map(({ link }) => link.accountId))
  if (owner !== undefined) accounts.add(owner.accountId)
  if (signIn?.settings.platform === true) accounts.delete(signIn.connection.accountId)
  else if (signIn !== undefined) accounts.add(signIn.connection.accountId)
  return accounts
}
