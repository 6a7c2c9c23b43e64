import { levelOf } from '../../domain/account.ts'
import { joineryVerbsFor } from '../../domain/catalog.ts'
import { holderOf } from '../../domain/holder.ts'
import { withGroups } from '../../domain/permission-group.ts'
import type { Ports } from '../ports.ts'
import { resolveStored, type StoredFacts } from '../propagation/facts.ts'
import type { PeopleAround, PersonAround } from './retirement-store.ts'

type Needs = Pick<Ports, 'catalogs' | 'clock'>
const managing = ['manage-members', 'manage-mappings'] as const
export type Managing = (typeof managing)[number]
const slice = 500

/** What somebody of the account manages now, and nobody of it would once the connection is gone. */
export async function leftUnmanaged(ports: Needs, connectionId: string, people: PeopleAround): Promise<Managing[]> {
  const [managed, kept] = [new Set<Managing>(), new Set<Managing>()]
  let after: string | undefined
  while (kept.size < managing.length) {
    const part = await people({ limit: slice, after })
    for (const each of part) {
      for (const verb of managedBy(ports, each)) managed.add(verb)
      if (each.leaves) continue
      for (const verb of managedBy(ports, { ...each, facts: factsWithout(each.facts, connectionId) })) kept.add(verb)
    }
    after = part.at(-1)?.member.id
    if (after === undefined) break
  }
  return managing.filter((verb) => managed.has(verb) && !kept.has(verb))
}

/** Of a catalog that is not loaded nobody can say what it gives. */
function managedBy({ catalogs, clock }: Needs, { member, facts }: PersonAround): Managing[] {
  const platforms = catalogs.get(facts.catalogId)
  if (platforms === undefined) return []
  const catalog = withGroups(platforms, facts.groups)
  const roles = resolveStored(catalogs, member, facts, clock.now()).grants.map(({ role }) => role)
  const holder = holderOf(catalog, { ...member, roles }, levelOf(catalog, member))
  const verbs = joineryVerbsFor(catalog, holder)
  return managing.filter((verb) => verbs.includes(verb))
}

function factsWithout(facts: StoredFacts, connectionId: string): StoredFacts {
  const ofOthers = (told: { readonly connectionId: string }): boolean => told.connectionId !== connectionId
  return {
    ...facts,
    memberships: facts.memberships.filter(ofOthers),
    profileRoles: facts.profileRoles.filter(ofOthers),
  }
}
