import type { CatalogDescription } from '../../application/catalogs/catalog-description.ts'
import { catalogRules } from '../../application/catalogs/catalog-rules-text.ts'
import { catalogTable } from '../../application/catalogs/catalog-table.ts'
import { labelIn } from '../../application/catalogs/catalog-words.ts'
import { printable, toTable } from '../output.ts'
import { wrap } from './wrap.ts'

const ROW_WIDTH = 42
const CELL_WIDTH = 20

/** A catalog for a terminal: its table, its roles, its rules. */
export function catalogText(description: CatalogDescription, options: { effective?: boolean }): string {
  return [
    printable(`${description.label} (${description.id})`),
    matrixText(description, options),
    `Roles\n${rolesText(description)}`,
    `Rules\n${catalogRules(description)
      .map(({ text }) => printable(`- ${text}`))
      .join('\n')}`,
  ].join('\n\n')
}

/** Headings at the margin, rows under them, each cell in its column; what is too wide goes on in the next line. */
function matrixText(description: CatalogDescription, options: { effective?: boolean }): string {
  const { columns, lines } = catalogTable(description, options)
  const rows = lines.map((line) =>
    line.kind === 'heading'
      ? { heading: true, cells: line.text === '' ? [] : [wrap(line.text, ROW_WIDTH)] }
      : {
          heading: false,
          cells: [indented(line.text, line.depth + 1), ...line.cells.map((cell) => wrap(cell, CELL_WIDTH))],
        },
  )
  const head = ['', ...columns].map((label) => wrap(label, narrowest(label)))
  const all = [head, ...rows.map(({ cells }) => cells)]
  const widths = head.map((_, column) =>
    Math.max(...all.flatMap((cells) => (cells[column] ?? ['']).map(({ length }) => length))),
  )
  return [
    ...linesOf(head, widths),
    ...rows.flatMap(({ heading, cells }) => [...(heading ? [''] : []), ...linesOf(cells, widths)]),
  ].join('\n')
}

/** Names of roles are long and cells are short: a head takes as many lines as it has words. */
function narrowest(label: string): number {
  return Math.max(12, ...label.split(' ').map(({ length }) => length))
}

function indented(text: string, depth: number): string[] {
  const margin = '  '.repeat(depth)
  return wrap(text, ROW_WIDTH - margin.length).map((line, index) => `${margin}${index === 0 ? '' : '  '}${line}`)
}

function linesOf(cells: readonly (readonly string[])[], widths: readonly number[]): string[] {
  const height = Math.max(0, ...cells.map(({ length }) => length))
  return Array.from({ length: height }, (_, line) =>
    printable(
      cells
        .map((cell, column) => (cell[line] ?? '').padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
  )
}

function rolesText(description: CatalogDescription): string {
  const { roles, assign, assignBelow, purview, userTypes, roleGroups } = description
  const labels = (ids: readonly string[] | undefined): string => (ids ?? []).map((id) => labelIn(roles, id)).join(', ')
  const below = purview === 'accounts-below' && assignBelow !== null
  const rows = roles.map((role) => ({
    id: role.id,
    label: role.label,
    flags: role.flags.join(', '),
    type: role.userType === null ? null : labelIn(userTypes, role.userType),
    group: role.group === null ? null : labelIn(roleGroups, role.group),
    'hands out': labels(assign[role.id]),
    'one level down': below ? labels(assignBelow.roles[role.id]) : null,
  }))
  const columns = ['id', 'label', 'flags', 'type', 'group', 'hands out', 'one level down'] as const
  return toTable(
    rows,
    columns.filter((column) => column === 'hands out' || rows.some((row) => (row[column] ?? '') !== '')),
  )
}
