import { expandCell } from '../../domain/access-vocabulary.ts'
import { type Capability, type Catalog, type CatalogRole, cellOf, grantsOf } from '../../domain/catalog.ts'
import { brokenDependencies } from '../../domain/catalog-dependencies.ts'
import type { Path } from '../documents/document-problem.ts'
import { type CatalogProblem, problem } from './catalog-problem.ts'

/** A role of the catalog gives nothing that a parent hides, and keeps the dependencies that bind permission groups. */
export function checkRolesHoldTogether(catalog: Catalog): CatalogProblem[] {
  const rows = new Map(catalog.capabilities.map(({ id }, index) => [id, index]))
  const pathOf = (row: string, role: CatalogRole): Path => ['capabilities', rows.get(row) ?? 0, 'grants', role.id]
  return catalog.roles.flatMap((role) => [
    ...catalog.capabilities.filter(hiddenIn(catalog, role)).map(({ id, parent }) => {
      const hidden = `"${role.label}" has access to "${id}" but none to its parent "${parent}", which hides it`
      const message = `${hidden}: give access to the parent, or none here`
      return problem('hidden-by-parent', pathOf(id, role), message)
    }),
    ...brokenDependencies(catalog, grantsOf(catalog, role.id)).map(({ dependency, missing }) => {
      const needed = missing.map(({ capability, access }) => `${access} of "${capability}"`).join(', ')
      const message = `"${role.label}" would need ${needed} as well: ${dependency.reason}`
      return problem('broken-dependency', pathOf(dependency.capability, role), message)
    }),
  ])
}

function hiddenIn(catalog: Catalog, { id, grants }: CatalogRole): (capability: Capability) => boolean {
  if (grants.kind === 'everything') return () => false
  const shown = grantsOf(catalog, id)
  return (capability) => {
    const words = expandCell(catalog.access, cellOf(grants.cells, capability.id))
    return !shown.has(capability.id) && words.some((word) => capability.allows.includes(word))
  }
}
