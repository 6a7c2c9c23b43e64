import type { Path } from '../documents/document-problem.ts'
import { type CatalogProblem, problem } from './catalog-problem.ts'
import type { CatalogDocument } from './catalog-schema.ts'
import { knownWord, named } from './names.ts'

type Child = { readonly id: string; readonly parent?: string | undefined }

/** Every id is used once in its list. */
export function checkUniqueIds(document: CatalogDocument): CatalogProblem[] {
  const { access } = document
  const words = access.kind === 'levels' ? access.levels : access.verbs
  return [
    ...duplicates(words, ['access', access.kind]),
    ...(['accountLevels', 'sections', 'capabilities', 'userTypes', 'roleGroups', 'roles'] as const).flatMap((list) =>
      duplicates(document[list], [list]),
    ),
  ]
}

function duplicates(list: readonly { id: string }[], path: Path): CatalogProblem[] {
  const seen = new Set<string>()
  return list.flatMap(({ id }, index) => {
    const taken = seen.has(id)
    seen.add(id)
    if (!taken) return []
    return [problem('duplicate-id', [...path, index, 'id'], `The id "${id}" is taken above: give this one another`)]
  })
}

/** Whatever names a verb, section, capability, account level, user type or role group names one that exists. */
export function checkReferences(document: CatalogDocument): CatalogProblem[] {
  const { access, sections, capabilities, userTypes, roleGroups, roles } = document
  const verbs = access.kind === 'verbs' ? access.verbs : []
  const optional = (kind: Parameters<typeof named>[0], name: string | undefined, path: Path) =>
    name === undefined ? [] : named(kind, document, name, path)

  return [
    ...verbs.flatMap(({ implies }, i) =>
      implies.flatMap((verb, j) => knownWord(document, verb, ['access', 'verbs', i, 'implies', j])),
    ),
    ...sections.flatMap(({ parent }, i) => optional('section', parent, ['sections', i, 'parent'])),
    ...capabilities.flatMap(({ section }, i) => optional('section', section, ['capabilities', i, 'section'])),
    ...capabilities.flatMap(({ parent }, i) => optional('capability', parent, ['capabilities', i, 'parent'])),
    ...optional('account-level', document.usualLevel, ['usualLevel']),
    ...userTypes.flatMap((type, i) =>
      named('account-level', document, type.accountLevel, ['userTypes', i, 'accountLevel']),
    ),
    ...roleGroups.flatMap((group, i) =>
      group.sections.flatMap((name, j) => named('section', document, name, ['roleGroups', i, 'sections', j])),
    ),
    ...roles.flatMap(({ userType }, i) => optional('user-type', userType, ['roles', i, 'userType'])),
    ...roles.flatMap(({ group }, i) => optional('role-group', group, ['roles', i, 'group'])),
  ]
}

/** No section and no capability stands, over its parents, above itself. */
export function checkParents({ sections, capabilities }: CatalogDocument): CatalogProblem[] {
  return [...cycles(sections, 'sections'), ...cycles(capabilities, 'capabilities')]
}

function cycles(list: readonly Child[], name: string): CatalogProblem[] {
  const parents = new Map(list.map(({ id, parent }) => [id, parent]))
  const reported = new Set<string>()
  return list.flatMap(({ id }, index) => {
    const circle = circleOf(id, parents)
    if (circle === undefined || reported.has(id)) return []
    for (const member of circle) reported.add(member)
    const message = `The parents run in a circle, ${[...circle, id].join(' → ')}: take one parent away`
    return [problem('parent-cycle', [name, index, 'parent'], message)]
  })
}

/** Upwards from a child, where that leads back to it. */
function circleOf(id: string, parents: ReadonlyMap<string, string | undefined>): ReadonlySet<string> | undefined {
  const way = new Set([id])
  for (let parent = parents.get(id); parent !== undefined; parent = parents.get(parent)) {
    if (parent === id) return way
    if (way.has(parent)) return undefined // a circle further up, which its own members report
    way.add(parent)
  }
  return undefined
}
