import type { Path } from '../documents/document-problem.ts'
import { type CatalogProblem, problem } from './catalog-problem.ts'
import type { CatalogDocument } from './catalog-schema.ts'
import { checkNeed } from './check-table.ts'
import { named } from './names.ts'

function checkNeeds(document: CatalogDocument, needs: Readonly<Record<string, string>>, path: Path): CatalogProblem[] {
  return Object.entries(needs).flatMap(([name, word]) => checkNeed(document, name, word, [...path, name]))
}

/** A dependency, a condition and a piece of advice speak of access that exists; none needs itself. */
export function checkDependencies(document: CatalogDocument): CatalogProblem[] {
  const { dependencies, conditions, advice } = document
  return [
    ...dependencies.flatMap(({ capability, access, needs }, i) => {
      const path = ['dependencies', i]
      const itself = Object.hasOwn(needs, capability)
      const mend = `"${capability}" needs access to itself: take it away`
      return [
        ...checkNeed(document, capability, access, path),
        ...checkNeeds(document, needs, [...path, 'needs']),
        ...(itself ? [problem('needs-itself', [...path, 'needs', capability], mend)] : []),
      ]
    }),
    ...conditions.flatMap(({ capability, access }, i) => checkNeed(document, capability, access, ['conditions', i])),
    ...advice.flatMap(({ capability, access }, i) => checkNeed(document, capability, access, ['advice', i])),
  ]
}

/** What controls Joinery's verbs exists, and says something. */
export function checkControls(document: CatalogDocument): CatalogProblem[] {
  return Object.entries(document.controls).flatMap(([verb, control]) =>
    control === undefined ? [] : checkControl(document, control, ['controls', verb]),
  )
}

/** Whoever asks for other people's roles is described as a control is. */
export function checkRoleRequests(document: CatalogDocument): CatalogProblem[] {
  const { roleRequests } = document
  return roleRequests === undefined ? [] : checkControl(document, roleRequests.forOthers, ['roleRequests', 'forOthers'])
}

type Control = NonNullable<CatalogDocument['roleRequests']>['forOthers']

function checkControl(document: CatalogDocument, control: Control, path: Path): CatalogProblem[] {
  if (control === 'operator') return []
  const { needs, roles, userTypes } = control
  if (Object.keys(needs).length + roles.length + userTypes.length === 0) {
    const message = 'This control states nothing: add needs, roles or userTypes, or write operator'
    return [problem('empty-control', path, message)]
  }
  return [
    ...checkNeeds(document, needs, [...path, 'needs']),
    ...roles.flatMap((role, i) => named('role', document, role, [...path, 'roles', i])),
    ...userTypes.flatMap((type, i) => named('user-type', document, type, [...path, 'userTypes', i])),
  ]
}

/** Default roles and user types of keys exist, and no key of the organisation acts with one person's roles. */
export function checkAccessKeys(document: CatalogDocument): CatalogProblem[] {
  const { accessKeys } = document
  if (accessKeys === undefined) return []
  const { belongTo, roles, scopes } = accessKeys
  const unknownTypes = Object.keys(scopes).flatMap((type) =>
    named('user-type', document, type, ['accessKeys', 'scopes', type]),
  )
  if (roles !== 'holder') {
    const path = ['accessKeys', 'roles', 'default']
    return [...unknownTypes, ...roles.default.flatMap((role, i) => named('role', document, role, [...path, i]))]
  }
  if (belongTo === 'person') return unknownTypes
  const mend = 'write roles: { default: [...] }, or belongTo: person'
  const message = `A key of the organisation has no holder whose roles it could act with: ${mend}`
  return [...unknownTypes, problem('organisation-key-of-holder', ['accessKeys', 'roles'], message)]
}
