/** A catalog under which signed-in people may open accounts of their own, and the account that those stand below; null: none. */
export type OpeningOffer = { readonly catalog: string; readonly parentId: string | null }

/** What the deployment lets people do; without offers nobody opens an account but the operator. */
export type OpeningRules = {
  readonly offers: readonly OpeningOffer[]
  /** Whether people whom a company's directory tells of may, too. */
  readonly directoryPeople: boolean
}

/** An account that a person opened for himself, by which identity and when. */
export type Opening = {
  readonly accountId: string
  readonly connectionId: string
  readonly subject: string
  /** The hash of the name that the request had; null where it had none. */
  readonly keyHash: string | null
  /** The hash of what was asked for. */
  readonly requestHash: string
  readonly openedAt: number
}

/** One person opens so many accounts within this time. */
export const mostOpenings = 5
export const openingWindowMs = 60 * 60_000

/** In how many milliseconds there is room for one more; null where there is. `opened` are the instants of the last ones. */
export function roomForOpening(opened: readonly number[], now: number): number | null {
  const recent = opened.filter((at) => at > now - openingWindowMs).toSorted((a, b) => a - b)
  const blocking = recent[recent.length - mostOpenings]
  return blocking === undefined ? null : blocking + openingWindowMs - now
}

const longestName = 200
/** What mail programs make a link of: also a bare name of a host, whichever dot it has. */
const address = /[<>@/\\]|www\.|[\p{L}\p{M}\p{N}-]{2,}[.\u3002\uff0e\uff61][\p{L}\p{M}-]{2,}/iu
const noAddress =
  'must be a name, and no address of a page or a person: leave out "/", "@", "<", ">", and dots inside a word'

/**
 * The name that a person gives his account, and what is wrong with it. It stands in mail that the account sends, so it is no
 * address: nobody has us send a link of his to others.
 */
export function accountName(given: string): { readonly name: string; readonly problem: string | null } {
  const name = given.trim()
  if (name === '') return { name, problem: 'must not be empty' }
  if (name.length > longestName) return { name, problem: `must have at most ${longestName} characters` }
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)) return { name, problem: 'must hold no invisible characters' }
  if (address.test(name)) return { name, problem: noAddress }
  return { name, problem: null }
}
