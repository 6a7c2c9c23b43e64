import { levelOf, type Account } from '../../domain/account.ts'
import { findRole, type Catalog } from '../../domain/catalog.ts'
import { unknownIn } from '../../domain/decision.ts'
import { AppError } from '../../domain/errors.ts'
import { explain, type Explained, type GrantingPath, type LostPath, type Wanted } from '../../domain/explain.ts'
import { holderOf } from '../../domain/holder.ts'
import { reaches } from '../../domain/purview.ts'
import { judgeMember, type JudgedMember } from '../access/judge-member.ts'
import { requireMay, type AccessNeeds } from '../access/require-may.ts'
import { memberNotFound, type MemberRef } from '../members/lock-member.ts'
import type { Operation } from '../operation.ts'
import { resolveStored } from '../propagation/facts.ts'
import { namerOf, type NamedPath } from './path-names.ts'
import { reasonText } from './question.ts'

/** `at`: the account in which he would act, his own unless told. */
export type AskedAbout = MemberRef & { readonly at?: string | undefined }
export type AskedWhy = AskedAbout & {
  readonly role?: string | undefined
  readonly capability?: string | undefined
  readonly action?: string | undefined
}
type Place = { readonly memberId: string; readonly at: string; readonly level: string }
type Shown<Path extends GrantingPath> = Omit<Path, 'path'> & { readonly path: NamedPath }
export type Why = Place & {
  readonly holds: boolean
  readonly granted: readonly Shown<GrantingPath>[]
  readonly lost: readonly Shown<LostPath>[]
}
export type Permission = {
  readonly capability: string
  readonly access: readonly string[]
  readonly sources: readonly (Shown<GrantingPath> & { readonly access: readonly string[] })[]
}
export type Permissions = Place & {
  readonly roles: readonly string[]
  /** Whether he is let have less than his roles give. */
  readonly customised: boolean
  readonly permissions: readonly Permission[]
}

/** Every path that gives a member a role or access to a capability, and every one that was considered and lost. */
export async function explainAccess(ports: AccessNeeds, op: Operation, asked: AskedWhy): Promise<Why> {
  const { place, explained } = await lookAt(ports, op, asked)
  const told = explain(explained, wantedOf(explained.catalog, asked))
  const nameOf = await namerOf(
    ports,
    [...told.granted, ...told.lost].map(({ path }) => path),
  )
  return {
    ...{ ...place, holds: told.granted.length > 0 },
    granted: told.granted.map((each) => ({ ...each, path: nameOf(each.path) })),
    lost: told.lost.map((each) => ({ ...each, path: nameOf(each.path) })),
  }
}

/** All that a member may do in an account now, and through which roles and paths. */
export async function showPermissions(ports: AccessNeeds, op: Operation, asked: AskedAbout): Promise<Permissions> {
  const { place, explained } = await lookAt(ports, op, asked)
  const { catalog, level, cells, switchedOff } = explained
  const { granted } = explain(explained, null)
  const nameOf = await namerOf(
    ports,
    granted.map(({ path }) => path),
  )
  const roles = [...new Set(granted.map(({ role }) => role))]
  const { access, customised } = holderOf(catalog, { roles, cells, switchedOff }, level)
  const permissions = [...access].map(([capability, words]) => ({
    capability,
    access: words,
    sources: granted.flatMap((path) => {
      const own = holderOf(catalog, { roles: [path.role], cells, switchedOff }, level).access.get(capability)
      return own === undefined ? [] : [{ ...path, path: nameOf(path.path), access: own }]
    }),
  }))
  return { ...place, roles, customised, permissions }
}

async function lookAt(
  ports: AccessNeeds,
  op: Operation,
  { accountId, memberId, at = accountId }: AskedAbout,
): Promise<{ place: Place; explained: Explained }> {
  await requireMay(ports, op, 'see-members', accountId)
  if (at !== accountId) await requireMay(ports, op, 'see-members', at)
  const judged = await judgeMember(ports, memberId)
  if (judged?.member.accountId !== accountId) throw memberNotFound({ accountId, memberId })
  const path = await ports.views.accountPath(at)
  const account = path[0] ?? judged.member.account
  const facts = (await ports.views.facts([memberId])).get(memberId)
  if (facts === undefined) throw memberNotFound({ accountId, memberId })
  const resolution = resolveStored(ports.catalogs, judged.member, facts, ports.clock.now())
  const level = levelOf(judged.catalog, account)
  const beyond = beyondOf(judged, account, path)
  return {
    place: { memberId, at, level },
    explained: { ...judged, level, resolution, counting: judged.grants, beyond },
  }
}

function beyondOf(judged: JudgedMember, account: Account, path: readonly Account[]): Explained['beyond'] {
  const levelsDown = path.findIndex(({ id }) => id === judged.member.accountId)
  if (!reaches(judged.catalog, account, levelsDown)) return 'outside_purview'
  if (account.stopped) return 'account_suspended'
  return judged.barred === 'out_at_home' ? 'out_at_home' : null
}

function wantedOf(catalog: Catalog, { role, capability, action }: AskedWhy): Wanted {
  if (role !== undefined) {
    if (capability !== undefined || action !== undefined) throw invalid('role', 'ask for a role or for a capability')
    if (findRole(catalog, role) === undefined) throw invalid('role', `catalog "${catalog.id}" has no role "${role}"`)
    return { role }
  }
  if (capability === undefined && action === undefined) return null
  if (capability === undefined) throw invalid('capability', 'is missing; an action is of a capability')
  if (action === undefined) throw invalid('action', 'is missing; say what he would do with the capability')
  const need = { capability, access: action }
  const unknown = unknownIn(catalog, need)
  if (unknown === null) return need
  throw invalid(unknown === 'unknown_resource' ? 'capability' : 'action', reasonText(unknown))
}

function invalid(path: string, message: string): AppError {
  return new AppError('invalid_input', `${path}: ${message}`, { problems: [{ path, message }] })
}
