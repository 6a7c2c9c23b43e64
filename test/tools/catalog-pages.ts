import { loadShippedCatalogs } from '../../src/adapters/catalogs/load-catalogs.ts'
import type { CatalogDescription } from '../../src/application/catalogs/catalog-description.ts'
import { catalogRules } from '../../src/application/catalogs/catalog-rules-text.ts'
import { catalogTable } from '../../src/application/catalogs/catalog-table.ts'
import { labelIn } from '../../src/application/catalogs/catalog-words.ts'
import { describeCatalog } from '../../src/application/catalogs/describe-catalog.ts'
import { madeFrom, table } from './markdown.ts'

/** docs/reference/catalogs.md: the catalogs that ship, as tables. */
export function catalogsPage(): string {
  const catalogs = [...loadShippedCatalogs().values()].map(describeCatalog)
  const contents = catalogs.map(({ id, label, roles, capabilities }) => [
    `[\`${id}\`](#${id})`,
    label,
    String(roles.length),
    String(capabilities.length),
  ])
  return `# The role catalogs that ship

${madeFrom('src/catalogs')}
Each is the access model of a real platform, row by row, in the platform's own names. The files are in \`src/catalogs\`; at
each row they name the line of the platform's text that it was taken from, and say where that text leaves something open.
How a catalog is written, and how to bring one of your own, is in [the format](catalog-format.md).

${table(['id', 'platform', 'roles', 'rows'], contents)}

An empty cell is one that the platform leaves empty, which is no access. A row that stands under another (\`›\`) is hidden
with it. The words of the table are the platform's; what they come to is told by \`joinery catalog show ID --effective\`.

${catalogs.map((catalog) => catalogSection(catalog)).join('\n\n')}
`
}

function catalogSection(catalog: CatalogDescription): string {
  const { columns, lines } = catalogTable(catalog)
  const rows = lines.map((line) =>
    line.kind === 'heading'
      ? [line.text === '' ? '**·**' : `**${line.text}**`, ...columns.map(() => '')]
      : [`${'› '.repeat(line.depth)}${line.text}`, ...line.cells],
  )
  return [
    `## ${catalog.id}`,
    `${catalog.label}.`,
    table(['', ...columns], rows),
    rolesTable(catalog),
    catalogRules(catalog)
      .map(({ text }) => `- ${text}`)
      .join('\n'),
  ].join('\n\n')
}

function rolesTable({ roles, assign, assignBelow, purview }: CatalogDescription): string {
  const labels = (ids: readonly string[] | undefined): string => (ids ?? []).map((id) => labelIn(roles, id)).join(', ')
  const below = purview === 'accounts-below' ? assignBelow : null
  const rows = roles.map(({ id, label, flags }) => [
    `${label} (\`${id}\`)`,
    flags.join(', '),
    labels(assign[id]),
    ...(below === null ? [] : [labels(below.roles[id])]),
  ])
  return table(['role', 'flags', 'hands out', ...(below === null ? [] : ['hands out one level down'])], rows)
}
