import type { CatalogDescription, DescribedRole } from './catalog-description.ts'
import { availabilityText, cellText, depthOf, headingText, labelIn, noAccessText } from './catalog-words.ts'

export type TableLine =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'row'; readonly text: string; readonly depth: number; readonly cells: readonly string[] }

/** The platform's table as people read it: a column for each account level where that says anything, then the roles. */
export type CatalogTable = { readonly columns: readonly string[]; readonly lines: readonly TableLine[] }

type Row = Extract<TableLine, { kind: 'row' }> & { readonly section: string | null }

/** `effective`: what the cells come to, instead of what the platform writes. */
export function catalogTable(description: CatalogDescription, { effective = false } = {}): CatalogTable {
  const { accountLevels, capabilities, roles } = description
  const everywhere = capabilities.every(({ availableAt }) => Object.values(availableAt).every((at) => at === true))
  const levels = everywhere ? [] : accountLevels
  const rows = capabilities.map((row): Row & { id: string } => ({
    ...{ kind: 'row', id: row.id, section: row.section, text: row.label, depth: depthOf(description, row) },
    cells: [
      ...levels.map(({ id }) => availabilityText(description, row.availableAt[id])),
      ...roles.map((role) => roleCell(description, role, row.id, effective)),
    ],
  }))
  const ofRoles = rowOfRoles(description, levels)
  const at = rows.findIndex(({ id }) => id === description.assignBelow?.row?.after)
  const all: Row[] = ofRoles === undefined ? rows : rows.toSpliced(at < 0 ? rows.length : at + 1, 0, ofRoles)
  return { columns: [...levels, ...roles].map(({ label }) => label), lines: withHeadings(description, all) }
}

function roleCell(description: CatalogDescription, role: DescribedRole, row: string, effective: boolean): string {
  if (role.everything && !effective) return 'everything'
  return cellText(description, (effective ? role.grants : role.written)[row] ?? null)
}

/** The row whose cells are the roles that are handed out one level down; they are called after that level. */
function rowOfRoles(
  description: CatalogDescription,
  levels: CatalogDescription['accountLevels'],
): (Row & { id: string }) | undefined {
  const { assignBelow, accountLevels, roles } = description
  if (assignBelow === null || assignBelow.row === null) return undefined
  const { row, roles: handedOut } = assignBelow
  const only = accountLevels.filter(({ id }) => row.availableAt[id] === true)
  const below =
    only.length === 1 ? accountLevels[accountLevels.findIndex(({ id }) => id === only[0]?.id) + 1] : undefined
  const called = (id: string): string =>
    [below?.label, labelIn(roles, id)].filter((word) => word !== undefined).join(' ')
  const cell = (giver: string): string => (handedOut[giver] ?? []).map(called).join(', ') || noAccessText(description)
  return {
    ...{ kind: 'row', id: row.id, section: row.section, text: row.label, depth: 0 },
    cells: [
      ...levels.map(({ id }) => availabilityText(description, row.availableAt[id])),
      ...roles.map(({ id }) => cell(id)),
    ],
  }
}

/** A heading wherever the section is another one than in the row above. */
function withHeadings(description: CatalogDescription, rows: readonly Row[]): TableLine[] {
  let above: string | null = null
  return rows.flatMap((row): TableLine[] => {
    const { section, text, depth, cells } = row
    const line: TableLine = { kind: 'row', text, depth, cells }
    if (section === above) return [line]
    above = section
    return [{ kind: 'heading', text: headingText(description, section) }, line]
  })
}
