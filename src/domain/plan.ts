import { canonicalJson } from './directory-user.ts'
import type { Grant } from './resolve.ts'

/** The difference between the grants that are stored and those that should be; removals are carried out first. */
export type Plan = { readonly removed: readonly Grant[]; readonly set: readonly Grant[] }

export function planGrants(stored: readonly Grant[], wanted: readonly Grant[]): Plan {
  const before = new Map(stored.map((grant) => [grantKey(grant), grant]))
  const after = new Set(wanted.map(grantKey))
  return {
    removed: stored.filter((grant) => !after.has(grantKey(grant))),
    set: wanted.filter((grant) => {
      const known = before.get(grantKey(grant))
      return known === undefined || canonicalJson(known.paths) !== canonicalJson(grant.paths)
    }),
  }
}

/** Roles won and lost, path changes left aside: what the audit log tells of a plan. */
export function rolesMoved(
  plan: Plan,
  stored: readonly Grant[],
  wanted: readonly Grant[],
): { gained: string[]; lost: string[] } {
  const before = new Set(stored.map((grant) => grant.role))
  const after = new Set(wanted.map((grant) => grant.role))
  return {
    gained: [...new Set(plan.set.map((grant) => grant.role))].filter((role) => !before.has(role)).sort(),
    lost: [...new Set(plan.removed.map((grant) => grant.role))].filter((role) => !after.has(role)).sort(),
  }
}

function grantKey(grant: Grant): string {
  return `${grant.role}\n${grant.source}`
}
