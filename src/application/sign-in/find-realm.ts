import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'

type Needs = Pick<Ports, 'views' | 'workEmail'>

/** Where a sign-in begins: a connection, and the account that is meant where the connection serves several. */
export type Realm = { readonly connectionId: string; readonly accountId: string | null }

/**
 * Home-realm discovery: by the domain of an e-mail address that an account has proved, or by the name
 * of an account. Nobody is looked for, so that the answer tells of no person; null where nothing fits.
 */
export async function findRealm(ports: Needs, op: Operation, hint: string): Promise<Realm | null> {
  authorize(op, { verb: 'sign-in' })
  const wanted = hint.trim()
  const accountId = wanted.includes('@') ? await ownerOfDomain(ports, wanted) : await accountNamed(ports, wanted)
  if (accountId === null) return null
  const [own] = await ports.views.signInsOfAccount(accountId)
  if (own !== undefined) return { connectionId: own.connection.id, accountId: null }
  const [platform] = await ports.views.platformSignIns()
  return platform === undefined ? null : { connectionId: platform.connection.id, accountId }
}

/**
 * The sign-in of an issuer, for whoever begins one from outside; null where there is none. Where several accounts name the
 * issuer, one that has proved a domain goes before, and then the oldest sign-in, so that none takes it from another.
 */
export async function findRealmByIssuer(
  ports: Pick<Needs, 'views'>,
  op: Operation,
  issuer: string,
): Promise<Realm | null> {
  authorize(op, { verb: 'sign-in' })
  const found = await ports.views.signInOfIssuer(issuer)
  return found === undefined ? null : { connectionId: found.connection.id, accountId: null }
}

/** The address itself is nobody's here: its domain alone is looked at, in the form that the rule brings it into. */
async function ownerOfDomain({ views, workEmail }: Needs, address: string): Promise<string | null> {
  const { domain } = workEmail.judgeAddress(address, { verifiedDomains: new Set() })
  return domain === '' ? null : ((await views.domainOwner(domain))?.accountId ?? null)
}

async function accountNamed({ views }: Needs, name: string): Promise<string | null> {
  if (!/^[0-9A-Za-z-]{1,64}$/.test(name)) return null
  return (await views.accountByName(name.toLowerCase()))?.id ?? null
}
