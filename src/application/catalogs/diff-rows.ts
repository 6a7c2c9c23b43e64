import type { CatalogChange } from './catalog-change.ts'
import type { CatalogDescription, DescribedCapability } from './catalog-description.ts'
import { availabilityText, cellText, headingText, listed, noAccessText, rowText } from './catalog-words.ts'
import { changedParts, matched, type Pair, type Part, quoted } from './diff-matched.ts'

/** Rows of the table that came, went or changed, the row that holds roles among them; their cells are told elsewhere. */
export function diffRows({ before, after }: Pair): CatalogChange[] {
  const rows = matched(before.capabilities, after.capabilities).flatMap(({ old, new: now }): CatalogChange[] => {
    if (old === undefined) return now === undefined ? [] : [rowChange('added', after, now)]
    if (now === undefined) return [rowChange('removed', before, old)]
    return changedRow(now.id, rowText(after, now.id), rowParts(before, old), rowParts(after, now))
  })
  return [...rows, ...diffRowOfRoles({ before, after })]
}

function changedRow(
  capability: string,
  called: string,
  old: Readonly<Record<string, Part>>,
  now: Readonly<Record<string, Part>>,
): CatalogChange[] {
  const changed = changedParts(old, now)
  return changed === '' ? [] : [{ kind: 'row-changed', capability, text: `Row changed: ${called}: ${changed}.` }]
}

function rowChange(how: 'added' | 'removed', description: CatalogDescription, row: DescribedCapability): CatalogChange {
  const cell = (grants: CatalogDescription['roles'][number]['grants']): string =>
    cellText(description, grants[row.id] ?? null)
  const holders = description.roles.filter(({ grants }) => cell(grants) !== noAccessText(description))
  const verb = how === 'added' ? 'gets' : 'loses'
  const who = holders.map(({ label, grants }) => `${label} ${verb} ${cell(grants)}`).join('; ')
  const access = Object.fromEntries(holders.map(({ id, grants }) => [id, grants[row.id] ?? []]))
  const text = `Row ${how}: ${rowText(description, row.id)} (${row.id}): ${who || 'nobody has access'}.`
  return { kind: `row-${how}`, capability: row.id, access, text }
}

function rowParts(description: CatalogDescription, row: DescribedCapability): Record<string, Part> {
  const words = row.levels ?? row.verbs ?? []
  const said = words.map((word) => cellText(description, row.levels === undefined ? [word] : word))
  return {
    ...namedParts(description, row),
    parent: { is: row.parent, text: row.parent === null ? 'none' : rowText(description, row.parent) },
    words: { is: words.join(), text: listed(said) },
    ...availabilityParts(description, row),
  }
}

type Row = Pick<DescribedCapability, 'label' | 'section' | 'availableAt'>

function namedParts(description: CatalogDescription, { label, section }: Row): Record<string, Part> {
  return { label: quoted(label), heading: { is: section, text: headingText(description, section) || 'none' } }
}

function availabilityParts(description: CatalogDescription, { availableAt }: Row): Record<string, Part> {
  return Object.fromEntries(
    description.accountLevels.map(({ id, label }) => {
      const at = availableAt[id]
      return [`availability at ${label}`, { is: JSON.stringify(at), text: availabilityText(description, at) }]
    }),
  )
}

function diffRowOfRoles({ before, after }: Pair): CatalogChange[] {
  const [old, now] = [before.assignBelow?.row ?? null, after.assignBelow?.row ?? null]
  if (old !== null && old.id === now?.id) {
    const parts = (description: CatalogDescription, row: typeof old): Record<string, Part> => ({
      ...namedParts(description, row),
      after: { is: row.after, text: row.after === null ? 'none' : rowText(description, row.after) },
      ...availabilityParts(description, row),
    })
    return changedRow(now.id, now.label, parts(before, old), parts(after, now))
  }
  const told = (row: typeof old, how: 'added' | 'removed'): CatalogChange[] =>
    row === null
      ? []
      : [{ kind: `row-${how}`, capability: row.id, access: {}, text: `Row of roles ${how}: ${row.label} (${row.id}).` }]
  return [...told(now, 'added'), ...told(old, 'removed')]
}
