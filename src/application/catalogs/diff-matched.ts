import type { CatalogDescription } from './catalog-description.ts'

export type Pair = { readonly before: CatalogDescription; readonly after: CatalogDescription }
type Matched<T> = { readonly old: T | undefined; readonly new: T | undefined }

/** The entries of two lists by their ids: those of the newer one in its order, then those that are gone. */
export function matched<T extends { readonly id: string }>(before: readonly T[], after: readonly T[]): Matched<T>[] {
  const known = new Set(after.map(({ id }) => id))
  return [
    ...after.map((entry) => ({ old: before.find(({ id }) => id === entry.id), new: entry })),
    ...before.filter(({ id }) => !known.has(id)).map((entry) => ({ old: entry, new: undefined })),
  ]
}

/** One property of an entry: what it is, and how people read it. */
export type Part = { readonly is: string | null; readonly text: string }

export const plain = (text: string): Part => ({ is: text, text })
export const quoted = (text: string): Part => ({ is: text, text: `"${text}"` })

/** `label "A" → "B", heading X → Y`; empty where nothing changed. A part that one side lacks is not compared. */
export function changedParts(before: Readonly<Record<string, Part>>, after: Readonly<Record<string, Part>>): string {
  return Object.entries(after)
    .flatMap(([name, now]) => {
      const old = before[name]
      if (old === undefined || (old.is === now.is && old.text === now.text)) return []
      // Two things of one name are told apart by their ids.
      return old.text === now.text
        ? [`${name} ${old.is ?? 'none'} → ${now.is ?? 'none'}`]
        : [`${name} ${old.text} → ${now.text}`]
    })
    .join(', ')
}
