import type { DescribedCell } from './catalog-description.ts'

/** What a role has more and less of in a row, once implied verbs and lower levels are counted in. */
type Moved = { readonly gained: readonly string[]; readonly lost: readonly string[] }

/** One difference between two catalogs: what moved, and a sentence for people. */
export type CatalogChange = { readonly text: string } & (
  | { readonly kind: 'label'; readonly old: string; readonly new: string }
  | { readonly kind: 'word-added' | 'word-removed' | 'word-changed'; readonly word: string }
  | {
      readonly kind: 'account-level-added' | 'account-level-removed' | 'account-level-changed'
      readonly level: string
    }
  | { readonly kind: 'section-added' | 'section-removed' | 'section-changed'; readonly section: string }
  | { readonly kind: 'role-added' | 'role-removed' | 'role-changed'; readonly role: string }
  | { readonly kind: 'roles-reordered'; readonly roles: readonly string[] }
  | {
      readonly kind: 'row-added' | 'row-removed'
      readonly capability: string
      /** Whoever has something of the row, and what. */
      readonly access: Readonly<Record<string, DescribedCell>>
    }
  | { readonly kind: 'row-changed'; readonly capability: string }
  | ({
      readonly kind: 'cell-changed'
      readonly capability: string
      readonly role: string
      /** As the platform writes them; null is a cell that it leaves empty, or a role that has everything. */
      readonly old: DescribedCell | null
      readonly new: DescribedCell | null
    } & Moved)
  | {
      readonly kind: 'hand-out-added' | 'hand-out-removed'
      readonly giver: string
      readonly role: string
      readonly where: 'own-account' | 'account-below'
    }
  | { readonly kind: 'rule-added' | 'rule-removed' | 'rule-changed'; readonly rule: string }
)

export type CatalogDiff = {
  readonly old: { readonly id: string; readonly label: string }
  readonly new: { readonly id: string; readonly label: string }
  readonly changes: readonly CatalogChange[]
}
