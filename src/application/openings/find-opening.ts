import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { SignedIn } from '../sessions/read-session.ts'
import type { Identity } from '../sign-in/home-standing.ts'
import { listOffers, type Offer } from './offers.ts'
import { isUntold, requireUndirected } from './require-undirected.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'openingRules' | 'workEmail'>

/** Under which catalogs somebody who is signed in may open an account of his own; none where he may not. */
export async function findOpening(
  ports: Needs,
  op: Operation,
  { session, member }: Pick<SignedIn, 'session' | 'member'>,
): Promise<readonly Offer[]> {
  authorize(op, { verb: 'sign-in' })
  return session.identity === null ? [] : offersFor(ports, session.identity, member.email)
}

/** What a stranger finds who has an account in mind: null where nobody opens one, else the sign-in that he comes in by. */
export async function findOpeningDoor(
  ports: Needs,
  op: Operation,
): Promise<{ readonly connectionId: string | null } | null> {
  authorize(op, { verb: 'sign-in' })
  if (listOffers(ports).length === 0) return null
  const [platform] = await ports.views.platformSignIns()
  return { connectionId: platform?.connection.id ?? null }
}

export async function offersFor(ports: Needs, identity: Identity, email: string | null): Promise<readonly Offer[]> {
  const offers = listOffers(ports)
  if (offers.length === 0 || email === null) return []
  const { connectionId, subject } = identity
  try {
    await requireUndirected(ports, { connectionId, subject, email })
    return (await isUntold(ports, identity)) ? offers : []
  } catch (error) {
    if (error instanceof AppError && error.rule === 'directory_owns_people') return []
    throw error
  }
}
