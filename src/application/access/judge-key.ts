import {
  isAmong,
  keyEnd,
  keysOfOperator,
  neverOnKeys,
  scopesOf,
  type AccessKey,
  type KeyEnd,
} from '../../domain/access-key.ts'
import { levelOf, type Account } from '../../domain/account.ts'
import type { Catalog, Cells } from '../../domain/catalog.ts'
import { holderOf, type Giver } from '../../domain/holder.ts'
import type { Ports } from '../ports.ts'
import { requireAccountCatalog } from './account-catalog.ts'
import { judgeMember, type Barred, type JudgedMember } from './judge-member.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock'>

/** What a key is and may do at this instant. Which is barred holds nothing. */
export type JudgedKey = Giver & {
  readonly key: AccessKey
  readonly account: Account
  readonly catalog: Catalog
  readonly level: string
  readonly barred: Barred | KeyEnd | null
  /** What its person is let have of his roles; null where they are not customised. */
  readonly cells: Cells | null
  readonly switchedOff: readonly string[]
  /** Null where the catalog knows no scopes. */
  readonly scopes: readonly string[] | null
  /** Whose the key is; null: the organisation's. */
  readonly person: JudgedMember['member'] | null
}

/**
 * What a key may do now, read from what is committed. A person's key acts with roles that he has at this instant, and ends
 * with the life in which it was made; a key of the organisation has the roles that it was given. Undefined where there is
 * no such key.
 */
export async function judgeKey(ports: Needs, keyId: string): Promise<JudgedKey | undefined> {
  const key = await ports.views.accessKey(keyId)
  return key && judgeReadKey(ports, key)
}

/** The same, of a key that has just been read. */
export async function judgeReadKey(ports: Needs, key: AccessKey): Promise<JudgedKey | undefined> {
  const base = key.person === null ? await organisation(ports, key) : await personOf(ports, key.person.memberId)
  if (base === undefined) return undefined
  const { catalog, level } = base
  const barred = base.barred ?? (isOfFormerLife(key, base.person) ? 'removed' : keyEnd(key, ports.clock.now()))
  const holder = holderNow(key, base)
  const rule = catalog.accessKeys ?? keysOfOperator
  const scopes = scopesOf(rule, { ...holder, catalog, level })
  // People of a catalog that has no keys for them any more, or none for their type of user, have none.
  const withoutKeys = key.person !== null && rule.belongTo !== 'person'
  const ended = withoutKeys || scopes?.length === 0 ? 'key_disabled' : null
  const stop = barred ?? ended
  const { cells, switchedOff } = base.held ?? { cells: null, switchedOff: [] }
  const has = stop === null ? holder : holderOf(catalog, { roles: [], cells, switchedOff }, level)
  const place = { account: base.account, person: base.person, catalog, level }
  return { ...has, key, ...place, scopes, barred: stop, cells, switchedOff }
}

type Base = Pick<JudgedKey, 'account' | 'catalog' | 'level' | 'person'> & {
  readonly barred: Barred | null
  /** What the person has; null: nobody’s. */
  readonly held: JudgedMember | null
}

async function personOf(ports: Needs, memberId: string): Promise<Base | undefined> {
  const judged = await judgeMember(ports, memberId)
  if (judged === undefined) return undefined
  const { member, catalog, level, barred } = judged
  return { account: member.account, catalog, level, barred, held: judged, person: member }
}

async function organisation(ports: Needs, { accountId }: AccessKey): Promise<Base | undefined> {
  const account = await ports.views.account(accountId)
  if (account === undefined) return undefined
  const catalog = await requireAccountCatalog(ports.catalogs, account, (id) => ports.views.permissionGroups(id))
  const barred = account.stopped ? 'account_suspended' : null
  return { account, catalog, level: levelOf(catalog, account), barred, held: null, person: null }
}

function isOfFormerLife({ person }: AccessKey, now: JudgedMember['member'] | null): boolean {
  return person !== null && person.incarnation !== now?.incarnation
}

function holderNow({ roles }: AccessKey, { held, catalog, level }: Base): Giver {
  if (held === null) {
    const standing = (roles ?? []).filter((role) => neverOnKeys(catalog, role, level) === null)
    return holderOf(catalog, { roles: standing, cells: null, switchedOff: [] }, level)
  }
  const both = roles === null ? held.roles : roles.filter((role) => isAmong(catalog, held.roles, role))
  return holderOf(catalog, { roles: both, cells: held.cells, switchedOff: held.switchedOff }, level)
}
