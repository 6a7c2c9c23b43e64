import type { CatalogChange, CatalogDiff } from './catalog-change.ts'
import type { CatalogDescription } from './catalog-description.ts'
import { catalogRules } from './catalog-rules-text.ts'
import { diffCells } from './diff-cells.ts'
import { matched, type Pair } from './diff-matched.ts'
import { diffHandingOut, diffRoles } from './diff-roles.ts'
import { diffRows } from './diff-rows.ts'
import { diffWords } from './diff-words.ts'

/** Everything in which two catalogs differ: words, headings, roles, rows, cells, who hands out what, rules. */
export function diffCatalogs(before: CatalogDescription, after: CatalogDescription): CatalogDiff {
  const pair = { before, after }
  return {
    old: { id: before.id, label: before.label },
    new: { id: after.id, label: after.label },
    changes: [
      ...diffWords(pair),
      ...diffRoles(pair),
      ...diffRows(pair),
      ...diffCells(pair),
      ...diffHandingOut(pair),
      ...diffRules(pair),
    ],
  }
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
