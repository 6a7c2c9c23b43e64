import type { Path } from '../documents/document-problem.ts'
import { type CatalogProblem, problem } from './catalog-problem.ts'
import type { CatalogDocument } from './catalog-schema.ts'
import { named } from './names.ts'

/** Who hands out what: roles that exist, and none that nobody hands out. */
export function checkAssign(document: CatalogDocument): CatalogProblem[] {
  return handsOut(document, document.assign, ['assign'])
}

function handsOut(document: CatalogDocument, table: CatalogDocument['assign'], at: Path): CatalogProblem[] {
  const unassignable = new Set(document.roles.filter(({ flags }) => flags.includes('unassignable')).map(({ id }) => id))
  return Object.entries(table).flatMap(([giver, given]) => [
    ...named('role', document, giver, [...at, giver]),
    ...given.flatMap((role, i) => {
      const path = [...at, giver, i]
      if (!unassignable.has(role)) return named('role', document, role, path)
      return [problem('unassignable-assigned', path, `"${role}" is flagged unassignable: take it from this list`)]
    }),
  ])
}

/** What is handed out below: roles that exist, in a tree that is reached, in a row that is no capability's. */
export function checkAssignBelow(document: CatalogDocument): CatalogProblem[] {
  const { assignBelow, purview, capabilities, roles } = document
  if (assignBelow === undefined) return []
  const path: Path = ['assignBelow']
  const problems = handsOut(document, assignBelow.roles, [...path, 'roles'])
  if (purview === 'own-account') {
    const mend = 'write purview: accounts-below, or take assignBelow away'
    problems.push(problem('below-without-purview', path, `No role reaches the accounts below: ${mend}`))
  }
  const { row } = assignBelow
  if (row === undefined) return problems
  const at: Path = [...path, 'row']
  if (capabilities.some(({ id }) => id === row.id)) {
    problems.push(problem('duplicate-id', [...at, 'id'], `The id "${row.id}" is a capability's: give this row another`))
  }
  if (row.section !== undefined) problems.push(...named('section', document, row.section, [...at, 'section']))
  if (row.after !== undefined) problems.push(...named('capability', document, row.after, [...at, 'after']))
  const levels = row.availableAt ?? []
  problems.push(...levels.flatMap((level, i) => named('account-level', document, level, [...at, 'availableAt', i])))
  const absent = roles.filter(({ id }) => !Object.hasOwn(assignBelow.roles, id)).map(({ id }) => id)
  if (absent.length > 0) {
    const message = `The row "${row.id}" has no cell for ${absent.join(', ')}: write [] for a role that hands out none`
    problems.push(problem('missing-cell', [...path, 'roles'], message))
  }
  return problems
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
