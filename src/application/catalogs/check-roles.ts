import { type CatalogProblem, problem } from './catalog-problem.ts'
import type { CatalogDocument } from './catalog-schema.ts'
import { named } from './names.ts'

/** At most one role is exclusive, and that is the role of whoever creates the account. */
export function checkOwner(document: CatalogDocument): CatalogProblem[] {
  const { owner, roles } = document
  const exclusive = roles.flatMap(({ id, flags }, index) => (flags.includes('exclusive') ? [{ id, index }] : []))
  const [only, ...more] = exclusive
  const problems = more.map(({ id, index }) =>
    problem('several-exclusive-roles', ['roles', index, 'flags'], `"${id}" is a second exclusive role: keep one`),
  )
  if (owner !== undefined) {
    problems.push(...named('role', document, owner.role, ['owner', 'role']))
    if (owner.kind === 'exclusive' && problems.length === 0 && owner.role !== only?.id) {
      const mend = `flag "${owner.role}" as exclusive, or make it kind: first`
      problems.push(problem('owner-not-exclusive', ['owner', 'kind'], `The owner is to be exclusive: ${mend}`))
    }
  }
  if (only !== undefined && problems.length === 0 && (owner?.kind !== 'exclusive' || owner.role !== only.id)) {
    const message = `Nobody could get "${only.id}": name it under owner with kind: exclusive, or take the flag away`
    problems.push(problem('exclusive-not-owner', ['roles', only.index, 'flags'], message))
  }
  return problems
}

/** Who hands out what: roles that exist, and none that nobody hands out. */
export function checkAssign(document: CatalogDocument): CatalogProblem[] {
  const unassignable = new Set(document.roles.filter(({ flags }) => flags.includes('unassignable')).map(({ id }) => id))
  return Object.entries(document.assign).flatMap(([giver, given]) => [
    ...named('role', document, giver, ['assign', giver]),
    ...given.flatMap((role, i) => {
      const path = ['assign', giver, i]
      if (!unassignable.has(role)) return named('role', document, role, path)
      return [problem('unassignable-assigned', path, `"${role}" is flagged unassignable: take it from this list`)]
    }),
  ])
}

/** Role groups and the rule of one role per group come together, and then every role is in a group. */
export function checkRoleGroups({ holding, roleGroups, roles }: CatalogDocument): CatalogProblem[] {
  if (holding === 'one-per-group') {
    return roles.flatMap(({ id, group }, index) => {
      if (group !== undefined) return []
      const message = `A member holds one role per group, and "${id}" is in none: add group`
      return [problem('missing-role-group', ['roles', index], message)]
    })
  }
  if (roleGroups.length === 0) return []
  const message = `Role groups mean nothing with holding: ${holding}: write holding: one-per-group, or remove them`
  return [problem('role-group-without-rule', ['roleGroups'], message)]
}

/** Examples are there to be copied into permission groups. */
export function checkExamples({ permissionGroups, roles }: CatalogDocument): CatalogProblem[] {
  if (permissionGroups) return []
  const mend = 'write permissionGroups: true, or take the flag away'
  return roles.flatMap(({ id, flags }, index) => {
    if (!flags.includes('example')) return []
    const message = `Nothing can be made after the example "${id}": ${mend}`
    return [problem('example-without-groups', ['roles', index, 'flags'], message)]
  })
}
