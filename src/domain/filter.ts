/** A comparison operator of RFC 7644, 3.4.2.2; `pr` is a node of its own. */
export type ComparisonOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

/** A path in the schema's own spelling, for example `userName`, `name.familyName`, `emails.value`. */
export type AttributePath = string

/** A filter as a small tree; doors parse to it, stores compile it. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly nodes: readonly Filter[] }
  | { readonly kind: 'not'; readonly node: Filter }
  | {
      readonly kind: 'compare'
      readonly attribute: AttributePath
      readonly operator: ComparisonOperator
      readonly value: string | number | boolean | null
    }
  | { readonly kind: 'present'; readonly attribute: AttributePath }
  | { readonly kind: 'element'; readonly attribute: AttributePath; readonly node: Filter }
