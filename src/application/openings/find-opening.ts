import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { SignedIn } from '../sessions/read-session.ts'
import { listOffers, type Offer } from './offers.ts'
import { requireUndirected } from './require-undirected.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'openingRules' | 'workEmail'>

/** Under which catalogs somebody who is signed in may open an account of his own; none where he may not. */
export async function findOpening(
  ports: Needs,
  op: Operation,
  { session: { identity }, member: { email } }: Pick<SignedIn, 'session' | 'member'>,
): Promise<Offer[]> {
  authorize(op, { verb: 'sign-in' })
  const offers = listOffers(ports)
  if (offers.length === 0 || identity === null || email === null) return []
  try {
    await requireUndirected(ports, { ...identity, email })
    return offers
  } catch (error) {
    if (error instanceof AppError && error.rule === 'directory_owns_people') return []
    throw error
  }
}
