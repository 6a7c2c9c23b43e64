import type { CatalogChange } from './catalog-change.ts'
import type { CatalogDescription } from './catalog-description.ts'
import { headingText, listed } from './catalog-words.ts'
import { changedParts, matched, type Pair, type Part, quoted } from './diff-matched.ts'

/** What differs in the words in which two catalogs speak: their names, words of access, account levels, headings. */
export function diffWords(pair: Pair): CatalogChange[] {
  return [...diffLabels(pair), ...diffAccess(pair), ...diffLevels(pair), ...diffSections(pair)]
}

function diffLabels({ before, after }: Pair): CatalogChange[] {
  if (before.label === after.label) return []
  const text = `The catalog is called "${after.label}" instead of "${before.label}".`
  return [{ kind: 'label', old: before.label, new: after.label, text }]
}

type Word = { readonly id: string; readonly label: string; readonly means: string }

function diffAccess({ before, after }: Pair): CatalogChange[] {
  const empty = [noAccessOf(before), noAccessOf(after)]
  const [was, is] = empty
  return [
    ...(was === undefined || is === undefined || was === is
      ? []
      : [{ kind: 'word-changed' as const, word: '', text: `No access is called "${is}" instead of "${was}".` }]),
    ...matched(wordsOf(before), wordsOf(after)).flatMap((word): CatalogChange[] => {
      if (word.old === undefined) return word.new === undefined ? [] : [wordChange('added', word.new)]
      if (word.new === undefined) return [wordChange('removed', word.old)]
      const [old, now] = [`"${word.old.label}", ${word.old.means}`, `"${word.new.label}", ${word.new.means}`]
      const text = `Word of access changed: ${word.new.id}: ${old} → ${now}.`
      return old === now ? [] : [{ kind: 'word-changed', word: word.new.id, text }]
    }),
  ]
}

function noAccessOf({ access }: CatalogDescription): string | undefined {
  return access.kind === 'verbs' ? access.noAccess : undefined
}

function wordsOf({ access }: CatalogDescription): Word[] {
  return access.kind === 'levels'
    ? access.levels.map((level, height) => ({ ...level, means: `level ${height}` }))
    : access.verbs.map(({ implies, ...verb }) => ({ ...verb, means: `implies ${listed(implies) || 'nothing'}` }))
}

function wordChange(how: 'added' | 'removed', word: Word): CatalogChange {
  const text = `Word of access ${how}: "${word.label}" (${word.id}), ${word.means}.`
  return { kind: `word-${how}`, word: word.id, text }
}

function diffLevels({ before, after }: Pair): CatalogChange[] {
  return matched(before.accountLevels, after.accountLevels).flatMap(({ old, new: now }): CatalogChange[] => {
    const level = now?.id ?? old?.id ?? ''
    const called = `${now?.label ?? old?.label ?? ''} (${level})`
    if (old === undefined) return [{ kind: 'account-level-added', level, text: `Account level added: ${called}.` }]
    if (now === undefined) return [{ kind: 'account-level-removed', level, text: `Account level removed: ${called}.` }]
    if (old.label === now.label) return []
    return [{ kind: 'account-level-changed', level, text: `Account level changed: "${old.label}" → "${now.label}".` }]
  })
}

function diffSections({ before, after }: Pair): CatalogChange[] {
  return matched(before.sections, after.sections).flatMap(({ old, new: now }): CatalogChange[] => {
    const [was, is] = [headingText(before, old?.id ?? null), headingText(after, now?.id ?? null)]
    const section = now?.id ?? old?.id ?? ''
    if (old === undefined) return [{ kind: 'section-added', section, text: `Heading added: ${is}.` }]
    if (now === undefined) return [{ kind: 'section-removed', section, text: `Heading removed: ${was}.` }]
    const parts = (of: { label: string; parent: string | null }, whole: string): Record<string, Part> => ({
      label: quoted(of.label),
      under: { is: of.parent, text: whole },
    })
    if (was !== is) return [{ kind: 'section-changed', section, text: `Heading changed: ${was} → ${is}.` }]
    const changed = changedParts(parts(old, was), parts(now, is))
    return changed === '' ? [] : [{ kind: 'section-changed', section, text: `Heading changed: ${is}: ${changed}.` }]
  })
}
