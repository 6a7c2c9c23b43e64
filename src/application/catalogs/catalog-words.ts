import type { CatalogDescription, DescribedCapability, DescribedCell } from './catalog-description.ts'

/** What something is called, by its id; the id itself where nothing has it. */
export function labelIn(list: readonly { id: string; label: string }[], id: string): string {
  return list.find((each) => each.id === id)?.label ?? id
}

/** A cell in the platform's own words; one that the platform leaves empty is empty. */
export function cellText({ access }: CatalogDescription, cell: DescribedCell | null): string {
  if (cell === null) return ''
  if (access.kind === 'levels') return labelIn(access.levels, String(cell))
  const verbs = typeof cell === 'string' ? [cell] : cell
  return verbs.length === 0 ? access.noAccess : verbs.map((verb) => labelIn(access.verbs, verb)).join(' / ')
}

/** What an empty cell comes to. */
export function noAccessText({ access }: CatalogDescription): string {
  return access.kind === 'levels' ? (access.levels[0]?.label ?? '') : access.noAccess
}

/** Whether a row is there at an account level: yes, no, or the most that anybody has of it there. */
export function availabilityText(description: CatalogDescription, at: boolean | DescribedCell | undefined): string {
  if (typeof at === 'boolean' || at === undefined) return at === true ? 'Yes' : 'No'
  return cellText(description, at)
}

/** The headings above a row: `Voice › Other settings`. */
export function headingText({ sections }: CatalogDescription, id: string | null): string {
  const labels: string[] = []
  for (let next = id; next !== null;) {
    const section = sections.find((each) => each.id === next)
    if (section === undefined) break
    labels.unshift(section.label)
    next = section.parent
  }
  return labels.join(' › ')
}

/** A row by its label, with its heading where another row has the same label. */
export function rowText(description: CatalogDescription, id: string): string {
  const row = description.capabilities.find((each) => each.id === id)
  if (row === undefined) return id
  const alone = description.capabilities.every((each) => each === row || each.label !== row.label)
  const heading = headingText(description, row.section)
  return alone || heading === '' ? row.label : `${heading} › ${row.label}`
}

/** How deep a row stands under the rows that show it, as far as they come before it. */
export function depthOf({ capabilities }: CatalogDescription, row: DescribedCapability): number {
  const above = capabilities.slice(0, capabilities.indexOf(row))
  let depth = 0
  for (let id = row.parent; id !== null; depth += 1) {
    const parent = above.find((each) => each.id === id)
    if (parent === undefined) break
    id = parent.parent
  }
  return depth
}

/** `A, B and C`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}
