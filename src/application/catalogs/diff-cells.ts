import type { CatalogChange } from './catalog-change.ts'
import type { CatalogDescription, DescribedCell, DescribedRole } from './catalog-description.ts'
import { cellText, labelIn, listed, noAccessText, rowText } from './catalog-words.ts'
import type { Pair } from './diff-matched.ts'

/**
 * The cells that differ where both catalogs have the role and the row: those that are written anew, and those that come to
 * something else though they are written as before, since a verb implies more or a parent hides them.
 */
export function diffCells({ before, after }: Pair): CatalogChange[] {
  return after.capabilities
    .filter(({ id }) => before.capabilities.some((row) => row.id === id))
    .flatMap(({ id }) =>
      after.roles.flatMap((now) => {
        const old = before.roles.find((role) => role.id === now.id)
        return old === undefined ? [] : diffCell({ before, after }, id, old, now)
      }),
    )
}

function diffCell({ before, after }: Pair, row: string, old: DescribedRole, now: DescribedRole): CatalogChange[] {
  const had = held(before, old.grants[row])
  const has = held(after, now.grants[row])
  const gained = has.filter((word) => !had.includes(word))
  const lost = had.filter((word) => !has.includes(word))
  const same =
    old.everything === now.everything && JSON.stringify(old.written[row]) === JSON.stringify(now.written[row])
  if (same && gained.length + lost.length === 0) return []
  const [wrote, writes] = [writtenText(before, old, row), writtenText(after, now, row)]

  const labels = (description: CatalogDescription, words: readonly string[]): string =>
    listed(words.map((word) => wordLabel(description, word)))
  const moved = [
    ...(gained.length === 0 ? [] : [`gains ${labels(after, gained)}`]),
    ...(lost.length === 0 ? [] : [`loses ${labels(before, lost)}`]),
  ]
  const effect = moved.length === 0 ? 'comes to the same' : moved.join(', ')
  const cell = same ? `written as before (${writes}), ${effect}` : `${wrote} → ${writes} (${effect})`
  const written = ({ written: cells }: DescribedRole): DescribedCell | null => cells[row] ?? null
  const text = `${rowText(after, row)}: ${now.label}: ${cell}.`
  return [
    { kind: 'cell-changed', capability: row, role: now.id, old: written(old), new: written(now), gained, lost, text },
  ]
}

/** Every word that a cell comes to. */
function held({ access }: CatalogDescription, cell: DescribedCell | undefined): readonly string[] {
  if (cell === undefined) return []
  if (access.kind === 'verbs') return typeof cell === 'string' ? [cell] : cell
  const words = access.levels.map(({ id }) => id)
  return words.slice(1, words.indexOf(String(cell)) + 1)
}

function writtenText(description: CatalogDescription, role: DescribedRole, row: string): string {
  if (role.everything) return 'everything'
  return cellText(description, role.written[row] ?? null) || `left empty, ${noAccessText(description)}`
}

function wordLabel({ access }: CatalogDescription, word: string): string {
  return labelIn(access.kind === 'levels' ? access.levels : access.verbs, word)
}
