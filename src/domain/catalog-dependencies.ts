import { expandCell } from './access-vocabulary.ts'
import { accessOf, type Catalog, cellOf, type Cells } from './catalog.ts'
import type { Advice, Dependency } from './catalog-rules.ts'
import { type AccessNeed, type EffectiveAccess, hasAccess } from './joinery-verbs.ts'

export type BrokenDependency = { readonly dependency: Dependency; readonly missing: readonly AccessNeed[] }

/** The dependencies that access breaks, each with what it lacks. */
export function brokenDependencies(catalog: Catalog, access: EffectiveAccess): readonly BrokenDependency[] {
  return catalog.dependencies
    .filter((dependency) => hasAccess(access, dependency))
    .map((dependency) => ({ dependency, missing: dependency.needs.filter((need) => !hasAccess(access, need)) }))
    .filter(({ missing }) => missing.length > 0)
}

/** The warnings for whoever gives this access. */
export function adviceOn(catalog: Catalog, access: EffectiveAccess): readonly Advice[] {
  return catalog.advice.filter((advice) => hasAccess(access, advice))
}

/** The cells with all else that they need: what dependencies name, and access to the parents that hide a row. */
export function completeCells(catalog: Catalog, cells: Cells): Cells {
  let completed = cells
  for (let before: Cells | undefined; before !== completed;) {
    before = completed
    completed = lacking(catalog, before).reduce((sofar, need) => raise(catalog, sofar, need), before)
  }
  return completed
}

function lacking(catalog: Catalog, cells: Cells): AccessNeed[] {
  const access = accessOf(catalog, { kind: 'cells', cells })
  const hiding = catalog.capabilities.flatMap(({ id, parent }) => {
    const least = catalog.capabilities.find((row) => row.id === parent)?.allows[0]
    const given = expandCell(catalog.access, cellOf(cells, id)).length > 0
    return given && parent !== undefined && least !== undefined && !access.has(id)
      ? [{ capability: parent, access: least }]
      : []
  })
  return [...hiding, ...brokenDependencies(catalog, access).flatMap(({ missing }) => missing)]
}

/** The cells themselves where they have the access already: this is how the completion knows that it is done. */
function raise({ access }: Catalog, cells: Cells, need: AccessNeed): Cells {
  const before = cellOf(cells, need.capability)
  if (expandCell(access, before).includes(need.access)) return cells
  return { ...cells, [need.capability]: access.kind === 'levels' ? [need.access] : [...before, need.access] }
}
