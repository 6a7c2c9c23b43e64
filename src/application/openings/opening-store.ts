import type { Opening } from '../../domain/opening.ts'

type Identity = Pick<Opening, 'connectionId' | 'subject'>
export type Openings = {
  insert(opening: Opening): Promise<void>
  /** The one that a request of this name has made. */
  named(who: Identity, keyHash: string): Promise<Opening | undefined>
  /** When the identity opened accounts, after an instant. */
  since(who: Identity, after: number): Promise<number[]>
}
