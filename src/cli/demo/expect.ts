import type { Company, Group, Person } from './model.ts'

/** Stronger first, as the catalog lists them: a plivo account gives each person one role. */
const strongestFirst = ['admin', 'developer', 'support', 'finance-analyst']

/**
 * The role that a person must end with, worked out from the IdP's side alone. It is written anew here on purpose: a
 * check by the code that it checks would say nothing.
 */
export function expectedRole({ mappings }: Company, person: Person): string | null {
  if (person.status !== 'active') return null
  const reached = mappings.filter(({ meant }) => meant?.members.has(person) === true).map(({ role }) => role)
  return strongestFirst.find((role) => reached.includes(role)) ?? null
}

/** Whom a group must hold in Joinery, as SCIM ids. */
export function expectedIds({ members }: Group): string[] {
  return [...members].flatMap(({ scimId }) => scimId ?? []).sort()
}
