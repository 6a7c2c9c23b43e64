import { expandCell } from './access-vocabulary.ts'
import { accessOf, cellOf, type Catalog, type Cells } from './catalog.ts'
import { adviceOn, brokenDependencies, completeCells } from './catalog-dependencies.ts'
import type { Advice } from './catalog-rules.ts'
import type { FieldProblem } from './errors.ts'
import type { AccessNeed } from './joinery-verbs.ts'
import { nearestName } from './nearest-name.ts'

/** Access as people send it: a level, a verb, or several verbs. */
export type WantedCells = Readonly<Record<string, string | readonly string[]>>

export type ReadCells = { readonly cells: Cells; readonly problems: readonly FieldProblem[] }

/** The cells that are meant, and whatever in them the catalog does not know. The word for no access empties a cell. */
export function readCells(catalog: Catalog, wanted: WantedCells): ReadCells {
  const cells: Record<string, readonly string[]> = {}
  const problems: FieldProblem[] = []
  for (const [id, told] of Object.entries(wanted)) {
    const words = typeof told === 'string' ? [told] : told
    const message = wrongCell(catalog, id, words)
    if (message !== null) problems.push({ path: `permissions.${id.slice(0, 100)}`, message })
    else cells[id] = words.filter((word) => word !== noAccessWord(catalog))
  }
  return { cells, problems }
}

function wrongCell(catalog: Catalog, id: string, words: readonly string[]): string | null {
  const capability = catalog.capabilities.find((each) => each.id === id)
  if (capability === undefined) {
    const known = catalog.capabilities.map((each) => each.id)
    const near = nearestName(id, known)
    return `is no capability of catalog "${catalog.id}"; ${near === null ? `there are: ${known.join(', ')}` : `did you mean "${near}"?`}`
  }
  const none = noAccessWord(catalog)
  const allowed = [...(none === null ? [] : [none]), ...capability.allows]
  if (catalog.access.kind === 'levels' && words.length > 1) return `takes one level: ${allowed.join(', ')}`
  const wrong = words.find((word) => !allowed.includes(word))
  return wrong === undefined ? null : `does not know "${wrong.slice(0, 100)}"; choose of: ${allowed.join(', ')}`
}

/** The lowest level of a scale, which is no access; a set of verbs has no word for it. */
function noAccessWord({ access }: Catalog): string | null {
  return access.kind === 'levels' ? (access.levels[0]?.id ?? null) : null
}

/** Cells that hold together, with what was added so that they do and what the platform advises against; or what they lack. */
export type JudgedCells =
  | { readonly kind: 'broken'; readonly problems: readonly FieldProblem[] }
  | {
      readonly kind: 'whole'
      readonly cells: Cells
      readonly added: readonly AccessNeed[]
      readonly advice: readonly Advice[]
    }

/** Judges cells by the catalog's dependencies and by what hides what; with `complete`, what they need is added to them. */
export function judgeCells(catalog: Catalog, wanted: Cells, complete: boolean): JudgedCells {
  const cells = complete ? completeCells(catalog, wanted) : wanted
  const problems = [...hidden(catalog, cells), ...dependent(catalog, cells)]
  if (problems.length > 0) return { kind: 'broken', problems }
  const access = accessOf(catalog, { kind: 'cells', cells })
  const added = Object.keys(cells).flatMap((capability) =>
    cellOf(cells, capability)
      .filter((word) => !cellOf(wanted, capability).includes(word))
      .map((word) => ({ capability, access: word })),
  )
  return { kind: 'whole', cells, added, advice: adviceOn(catalog, access) }
}

function dependent(catalog: Catalog, cells: Cells): FieldProblem[] {
  return brokenDependencies(catalog, accessOf(catalog, { kind: 'cells', cells })).map(({ dependency, missing }) => {
    const needs = missing.map((need) => named(catalog, need)).join(', ')
    const message = `${named(catalog, dependency)} needs ${needs}: ${dependency.reason}`
    return { path: `permissions.${dependency.capability}`, message }
  })
}

/** Capabilities that are given and yet not shown, because the one above them is hidden. */
function hidden(catalog: Catalog, cells: Cells): FieldProblem[] {
  const access = accessOf(catalog, { kind: 'cells', cells })
  return catalog.capabilities.flatMap(({ id, parent }) => {
    const words = expandCell(catalog.access, cellOf(cells, id))
    const [least] = catalog.capabilities.find((row) => row.id === parent)?.allows ?? []
    if (words.length === 0 || parent === undefined || least === undefined || access.has(parent)) return []
    const given = named(catalog, { capability: id, access: words.at(-1) ?? '' })
    const message = `${given} needs ${named(catalog, { capability: parent, access: least })}, which shows it`
    return [{ path: `permissions.${id}`, message }]
  })
}

/** As the platform calls it: `"Product Users" at "Edit"`. */
function named({ access, capabilities }: Catalog, need: AccessNeed): string {
  const words = access.kind === 'levels' ? access.levels : access.verbs
  const capability = capabilities.find(({ id }) => id === need.capability)?.label ?? need.capability
  return `"${capability}" at "${words.find(({ id }) => id === need.access)?.label ?? need.access}"`
}
