import type { Path } from '../documents/document-problem.ts'
import { type CatalogProblem, problem } from './catalog-problem.ts'
import type { CatalogDocument } from './catalog-schema.ts'
import { named } from './names.ts'

type Owner = NonNullable<CatalogDocument['owner']>

/** At most one role is exclusive, and that is the role of whoever creates the account. */
export function checkOwner(document: CatalogDocument): CatalogProblem[] {
  const { owner, roles } = document
  const exclusive = roles.flatMap(({ id, flags }, index) => (flags.includes('exclusive') ? [{ id, index }] : []))
  const [only, ...more] = exclusive
  const problems = more.map(({ id, index }) =>
    problem('several-exclusive-roles', ['roles', index, 'flags'], `"${id}" is a second exclusive role: keep one`),
  )
  if (owner !== undefined) problems.push(...checkNames(document, owner))
  if (problems.length > 0) return problems
  const exclusively = owner?.kind === 'exclusive' ? owner.role : undefined
  if (exclusively !== undefined && exclusively !== only?.id) {
    const who = typeof exclusively === 'string' ? `flag "${exclusively}" as exclusive` : 'name one exclusive role'
    const message = `The owner is to be exclusive: ${who}, or make it kind: first`
    return [problem('owner-not-exclusive', ['owner', 'kind'], message)]
  }
  if (only !== undefined && exclusively === undefined) {
    const message = `Nobody could get "${only.id}": name it under owner with kind: exclusive, or take the flag away`
    return [problem('exclusive-not-owner', ['roles', only.index, 'flags'], message)]
  }
  return []
}

function checkNames(document: CatalogDocument, { role }: Owner): CatalogProblem[] {
  const path: Path = ['owner', 'role']
  if (typeof role === 'string') return named('role', document, role, path)
  const absent = document.accountLevels.filter(({ id }) => !Object.hasOwn(role, id)).map(({ id }) => id)
  const message = `An account of ${absent.join(', ')} would have no owner: name a role for each account level`
  return [
    ...Object.entries(role).flatMap(([level, name]) => [
      ...named('account-level', document, level, [...path, level]),
      ...named('role', document, name, [...path, level]),
      ...atHome(document, level, name, [...path, level]),
    ]),
    ...(absent.length > 0 ? [problem('missing-owner-level', path, message)] : []),
  ]
}

/** A role for one type of user is not given where no user of that type is at home. */
function atHome({ roles, userTypes }: CatalogDocument, level: string, name: string, path: Path): CatalogProblem[] {
  const userType = roles.find(({ id }) => id === name)?.userType
  const home = userTypes.find(({ id }) => id === userType)?.accountLevel
  if (home === undefined || home === level) return []
  return [problem('owner-not-at-home', path, `"${name}" is a role of the level ${home}: name one of ${level}`)]
}
