import type { CatalogChange, CatalogDiff } from './catalog-change.ts'
import type { CatalogDescription, DescribedCapability, DescribedRole } from './catalog-description.ts'
import { catalogRules } from './catalog-rules-text.ts'
import { availabilityText, cellText, headingText, labelIn, listed, noAccessText, rowText } from './catalog-words.ts'
import { diffCells } from './diff-cells.ts'

type Pair = { readonly before: CatalogDescription; readonly after: CatalogDescription }

/** Everything in which two catalogs differ: words, headings, roles, rows, cells, who hands out what, rules. */
export function diffCatalogs(before: CatalogDescription, after: CatalogDescription): CatalogDiff {
  const pair = { before, after }
  return {
    old: { id: before.id, label: before.label },
    new: { id: after.id, label: after.label },
    changes: [
      ...diffLabels(pair),
      ...diffWords(pair),
      ...diffSections(pair),
      ...diffRoles(pair),
      ...diffRows(pair),
      ...diffCells(before, after),
      ...diffHandingOut(pair),
      ...diffRules(pair),
    ],
  }
}

type Matched<T> = { readonly old: T | undefined; readonly new: T | undefined }

/** The entries of two lists by their ids: those of the newer one in its order, then those that are gone. */
function matched<T extends { readonly id: string }>(before: readonly T[], after: readonly T[]): Matched<T>[] {
  const known = new Set(after.map(({ id }) => id))
  return [
    ...after.map((entry) => ({ old: before.find(({ id }) => id === entry.id), new: entry })),
    ...before.filter(({ id }) => !known.has(id)).map((entry) => ({ old: entry, new: undefined })),
  ]
}

function diffLabels({ before, after }: Pair): CatalogChange[] {
  if (before.label === after.label) return []
  const text = `The catalog is called "${after.label}" instead of "${before.label}".`
  return [{ kind: 'label', old: before.label, new: after.label, text }]
}

function diffWords({ before, after }: Pair): CatalogChange[] {
  const wordsOf = ({ access }: CatalogDescription) =>
    access.kind === 'levels'
      ? access.levels.map((level, height) => ({ ...level, means: `level ${height}` }))
      : access.verbs.map(({ implies, ...verb }) => ({ ...verb, means: `implies ${listed(implies) || 'nothing'}` }))
  return matched(wordsOf(before), wordsOf(after)).flatMap((word): CatalogChange[] => {
    if (word.old === undefined) return word.new ? [{ ...wordChange('added', word.new) }] : []
    if (word.new === undefined) return [wordChange('removed', word.old)]
    const [old, now] = [`"${word.old.label}", ${word.old.means}`, `"${word.new.label}", ${word.new.means}`]
    const text = `Word of access changed: ${word.new.id}: ${old} → ${now}.`
    return old === now ? [] : [{ kind: 'word-changed', word: word.new.id, text }]
  })
}

function wordChange(how: 'added' | 'removed', word: { id: string; label: string; means: string }): CatalogChange {
  return {
    kind: `word-${how}`,
    word: word.id,
    text: `Word of access ${how}: "${word.label}" (${word.id}), ${word.means}.`,
  }
}

function diffSections({ before, after }: Pair): CatalogChange[] {
  return matched(before.sections, after.sections).flatMap(({ old, new: now }): CatalogChange[] => {
    const [was, is] = [headingText(before, old?.id ?? null), headingText(after, now?.id ?? null)]
    const section = now?.id ?? old?.id ?? ''
    if (old === undefined) return [{ kind: 'section-added', section, text: `Heading added: ${is}.` }]
    if (now === undefined) return [{ kind: 'section-removed', section, text: `Heading removed: ${was}.` }]
    return was === is ? [] : [{ kind: 'section-changed', section, text: `Heading changed: ${was} → ${is}.` }]
  })
}

function diffRoles({ before, after }: Pair): CatalogChange[] {
  return matched(before.roles, after.roles).flatMap(({ old, new: now }): CatalogChange[] => {
    if (old === undefined) return now === undefined ? [] : [roleChange('added', after, now)]
    if (now === undefined) return [roleChange('removed', before, old)]
    const changed = changedParts(roleParts(before, old), roleParts(after, now))
    return changed === ''
      ? []
      : [{ kind: 'role-changed', role: now.id, text: `Role changed: ${now.label}: ${changed}.` }]
  })
}

function roleChange(how: 'added' | 'removed', description: CatalogDescription, role: DescribedRole): CatalogChange {
  const reached = Object.values(role.grants).filter((cell) => cellText(description, cell) !== noAccessText(description))
  const rows = `${reached.length} of ${description.capabilities.length} rows`
  return {
    kind: `role-${how}`,
    role: role.id,
    text: `Role ${how}: ${role.label} (${role.id}), with access to ${rows}.`,
  }
}

function roleParts({ userTypes, roleGroups }: CatalogDescription, role: DescribedRole): Record<string, string> {
  return {
    label: `"${role.label}"`,
    description: `"${role.description ?? ''}"`,
    flags: role.flags.join(', ') || 'no flags',
    'user type': role.userType === null ? 'none' : labelIn(userTypes, role.userType),
    'role group': role.group === null ? 'none' : labelIn(roleGroups, role.group),
    grants: role.everything ? 'everything' : 'cells',
  }
}

function diffRows({ before, after }: Pair): CatalogChange[] {
  return matched(before.capabilities, after.capabilities).flatMap(({ old, new: now }): CatalogChange[] => {
    if (old === undefined) return now === undefined ? [] : [rowChange('added', after, now)]
    if (now === undefined) return [rowChange('removed', before, old)]
    const changed = changedParts(rowParts(before, old), rowParts(after, now))
    const text = `Row changed: ${rowText(after, now.id)}: ${changed}.`
    return changed === '' ? [] : [{ kind: 'row-changed', capability: now.id, text }]
  })
}

function rowChange(how: 'added' | 'removed', description: CatalogDescription, row: DescribedCapability): CatalogChange {
  const holders = description.roles.filter(
    ({ grants }) => cellText(description, grants[row.id] ?? null) !== noAccessText(description),
  )
  const has = holders.map(
    (role) =>
      `${role.label} ${how === 'added' ? 'gets' : 'loses'} ${cellText(description, role.grants[row.id] ?? null)}`,
  )
  const access = Object.fromEntries(holders.map(({ id, grants }) => [id, grants[row.id] ?? []]))
  const text = `Row ${how}: ${rowText(description, row.id)} (${row.id}): ${has.join('; ') || 'nobody has access'}.`
  return { kind: `row-${how}`, capability: row.id, access, text }
}

function rowParts(description: CatalogDescription, row: DescribedCapability): Record<string, string> {
  const { accountLevels } = description
  const words = row.levels ?? row.verbs ?? []
  return {
    label: `"${row.label}"`,
    heading: headingText(description, row.section) || 'none',
    parent: row.parent === null ? 'none' : rowText(description, row.parent),
    words: listed(words.map((word) => cellText(description, row.levels === undefined ? [word] : word))),
    ...Object.fromEntries(
      accountLevels.map(({ id, label }) => [
        `availability at ${label}`,
        availabilityText(description, row.availableAt[id]),
      ]),
    ),
  }
}

/** `label "A" → "B", heading X → Y`; empty where nothing changed. A part that one side lacks is not compared. */
function changedParts(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string {
  return Object.entries(after)
    .filter(([part, text]) => before[part] !== undefined && before[part] !== text)
    .map(([part, text]) => `${part} ${before[part] ?? ''} → ${text}`)
    .join(', ')
}

function diffHandingOut({ before, after }: Pair): CatalogChange[] {
  const tables = ['own-account', 'account-below'] as const
  return tables.flatMap((where) => {
    const [old, now] = [handedOut(before, where), handedOut(after, where)]
    const pairs = (from: ReadonlySet<string>, without: ReadonlySet<string>, how: 'added' | 'removed') =>
      [...from].filter((each) => !without.has(each)).map((each) => handOutChange({ before, after }, each, where, how))
    return [...pairs(now, old, 'added'), ...pairs(old, now, 'removed')]
  })
}

/** Giver and role, as one text each; a catalog without a table for below hands out there what it hands out at home. */
function handedOut(description: CatalogDescription, where: 'own-account' | 'account-below'): ReadonlySet<string> {
  const { assign, assignBelow, purview } = description
  const below = purview === 'own-account' ? {} : (assignBelow?.roles ?? assign)
  const table = where === 'own-account' ? assign : below
  return new Set(Object.entries(table).flatMap(([giver, roles]) => roles.map((role) => `${giver} ${role}`)))
}

function handOutChange(
  { before, after }: Pair,
  pair: string,
  where: 'own-account' | 'account-below',
  how: 'added' | 'removed',
): CatalogChange {
  const [giver = '', role = ''] = pair.split(' ')
  const called = (id: string): string => labelIn(how === 'added' ? after.roles : before.roles, id)
  const place = where === 'own-account' ? '' : ' in the accounts directly below'
  const verb = how === 'added' ? 'hands out' : 'no longer hands out'
  return { kind: `hand-out-${how}`, giver, role, where, text: `${called(giver)} ${verb} ${called(role)}${place}.` }
}

function diffRules({ before, after }: Pair): CatalogChange[] {
  const texts = (description: CatalogDescription) =>
    catalogRules(description).map(({ key, text }) => ({ id: key, text }))
  return matched(texts(before), texts(after)).flatMap(({ old, new: now }): CatalogChange[] => {
    const rule = now?.id ?? old?.id ?? ''
    if (old === undefined) return [{ kind: 'rule-added', rule, text: `Rule added: ${now?.text ?? ''}` }]
    if (now === undefined) return [{ kind: 'rule-removed', rule, text: `Rule removed: ${old.text}` }]
    return old.text === now.text
      ? []
      : [{ kind: 'rule-changed', rule, text: `Rule changed: ${old.text} → ${now.text}` }]
  })
}
