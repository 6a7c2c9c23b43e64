import { describe, expect, it } from 'vitest'
import { loadShippedCatalogs } from '../../src/adapters/catalogs/load-catalogs.ts'
import { explain, type Explained } from '../../src/domain/explain.ts'
import { nestingLimit } from '../../src/domain/nesting.ts'
import {
  resolve,
  type Facts,
  type LossReason,
  type MappedMembership,
  type Resolution,
} from '../../src/domain/resolve.ts'
import type { Catalog } from '../../src/domain/catalog.ts'

const plivo = loadShippedCatalogs().get('plivo') as Catalog
const now = 1_000_000
const people = 1000

/** Roles that a directory and a person may give in this catalog. */
const roles = plivo.roles.filter(({ flags }) => !flags.exclusive && !flags.unassignable).map(({ id }) => id)

const alone: Facts = {
  ...{ now, accountStopped: false, status: 'active', incarnation: 2, catalog: plivo },
  ...{ memberships: [], profileRoles: [], assignments: [] },
}
const nested = (index: number): string[] => Array.from({ length: index % 10 }, (_, depth) => `inner-${index}-${depth}`)

/** A thousand people with one path to one role each, of every kind that there is. */
function person(index: number): { facts: Facts; role: string } {
  const role = roles[index % roles.length] ?? ''
  const standing = { connectionId: `connection-${index % 7}`, connectionActive: true, userActive: true }
  if (index % 4 === 0) {
    const assignment = { id: `assignment-${index}`, role, source: 'manual', incarnation: 2 } as const
    return {
      role,
      facts: { ...alone, assignments: [{ ...assignment, validFrom: now - index, validTo: now + 1 + index }] },
    }
  }
  if (index % 4 === 1) {
    const told = { ...standing, accepted: true, value: role, display: null }
    const idpRole = ['admin', 'owner'].includes(role) ? 'developer' : role
    return { role: idpRole, facts: { ...alone, profileRoles: [{ ...told, value: idpRole }] } }
  }
  const via = index % 4 === 2 ? [] : nested(index)
  const membership = { ...standing, via, groupId: `group-${index}`, mappingId: `mapping-${index}`, role }
  return { role, facts: { ...alone, memberships: [membership] } }
}

type Cut = { edge: string; facts: Facts; reason: LossReason | null }

/** Each edge of the path taken away in turn. A path of which nothing is left (`reason` null) is no path any more. */
function cuts(facts: Facts): Cut[] {
  const cut = (edge: string, change: Partial<Facts>, reason: LossReason | null): Cut => ({
    ...{ edge, facts: { ...facts, ...change }, reason },
  })
  const all = (change: object) => ({
    memberships: facts.memberships.map((each) => ({ ...each, ...change })),
    profileRoles: facts.profileRoles.map((each) => ({ ...each, ...change })),
  })
  const assigned = (change: object) => ({ assignments: facts.assignments.map((each) => ({ ...each, ...change })) })
  const given = facts.assignments.length > 0
  return [
    cut('the member, suspended', { status: 'suspended' }, 'suspended'),
    cut('the member, removed', { status: 'removed' }, 'removed'),
    cut('the account', { accountStopped: true }, 'account_suspended'),
    cut('the role in the catalog', { catalog: withoutRoles(facts.catalog) }, 'unknown_role'),
    ...(given
      ? [
          cut('the assignment', { assignments: [] }, null),
          cut('its beginning', assigned({ validFrom: now + 1 }), 'not_yet'),
          cut('its end', assigned({ validTo: now }), 'expired'),
          cut('its life', assigned({ incarnation: 1 }), 'former_life'),
        ]
      : [
          cut('the connection', all({ connectionActive: false }), 'connection_retired'),
          cut('the directory user', all({ userActive: false }), 'suspended'),
        ]),
    ...(facts.profileRoles.length > 0
      ? [
          cut('the word of the IdP', { profileRoles: [] }, null),
          cut('that it is accepted', all({ accepted: false }), 'not_accepted'),
        ]
      : []),
    ...facts.memberships.flatMap((membership) => membershipCuts(membership, cut)),
  ]
}

function membershipCuts(
  membership: MappedMembership,
  cut: (edge: string, change: Partial<Facts>, reason: LossReason | null) => Cut,
): Cut[] {
  const deep = Array.from({ length: nestingLimit + 1 }, (_, depth) => `inner-${depth}`)
  return [
    // A membership, a nested one and a mapping are joined to this one fact: without any of them it is not there.
    cut('the membership or the mapping', { memberships: [] }, null),
    cut('a nesting not too deep', { memberships: [{ ...membership, via: deep }] }, 'nested_too_deep'),
  ]
}

function withoutRoles(catalog: Catalog): Catalog {
  return { ...catalog, roles: [] }
}

/** What is asked of whoever has these facts, with all applied and nothing taken from him. */
function explained(catalog: Catalog, resolution: Resolution): Explained {
  const whole = { beyond: null, cells: null, switchedOff: [] }
  return { catalog, level: 'account', resolution, counting: resolution.grants, ...whole }
}

function why(facts: Facts, role: string) {
  return explain(explained(facts.catalog, resolve(facts)), { role })
}

describe('why is complete', () => {
  const everybody = Array.from({ length: people }, (_, index) => person(index))

  it('each of a thousand people has exactly one path to his role', () => {
    for (const { facts, role } of everybody) {
      const { granted, lost } = why(facts, role)
      expect({ granted: granted.length, lost: lost.length, role: granted[0]?.role }).toEqual({
        granted: 1,
        lost: 0,
        role,
      })
    }
  })

  it('without any one edge of the path the role is gone, and the lost path names its reason', () => {
    let tried = 0
    for (const { facts, role } of everybody) {
      for (const { edge, facts: fewer, reason } of cuts(facts)) {
        const { granted, lost } = why(fewer, role)
        expect(granted, edge).toEqual([])
        expect(
          lost.map((each) => each.reason),
          edge,
        ).toEqual(reason === null ? [] : [reason])
        tried += 1
      }
    }
    expect(tried).toBeGreaterThan(7 * people)
  })

  it('a path beside the lost one keeps the role, and both are told', () => {
    for (const { facts, role } of everybody) {
      const spare = { id: 'spare', role, source: 'manual', incarnation: 2, validFrom: null, validTo: null } as const
      const expired = { ...spare, id: 'late', validTo: now }
      const { granted, lost } = why({ ...facts, assignments: [...facts.assignments, spare, expired] }, role)
      expect(granted.map(({ path }) => path)).toContainEqual({ assignment: 'spare' })
      expect(lost.map(({ reason }) => reason)).toEqual(['expired'])
    }
  })

  it('what reaches no further than its account, or is not applied yet, is lost to that', () => {
    const { facts, role } = person(2)
    const base = explained(plivo, resolve(facts))
    expect(explain({ ...base, beyond: 'outside_purview' }, { role }).lost).toMatchObject([
      { reason: 'outside_purview' },
    ])
    expect(explain({ ...base, counting: [] }, { role }).lost).toMatchObject([{ reason: 'not_applied_yet' }])
  })

  it('access that the role does not give at this level is lost to the level', () => {
    const capabilities = plivo.capabilities.map((row) => ({ ...row, availableAt: [] }))
    const catalog = { ...plivo, capabilities }
    const assignments = [
      { id: 'a', role: 'admin', source: 'manual', incarnation: 2, validFrom: null, validTo: null },
    ] as const
    const base = explained(catalog, resolve({ ...alone, catalog, assignments }))
    const wanted = { capability: 'account-settings.team', access: 'edit' }
    expect(explain(base, wanted)).toMatchObject({
      ...{ granted: [], lost: [{ role: 'admin', reason: 'not_available_at_level' }] },
    })
    expect(explain({ ...base, catalog: plivo }, wanted)).toMatchObject({ granted: [{ role: 'admin' }], lost: [] })
  })
})
