/** A comparison operator of RFC 7644, 3.4.2.2; `pr` is a node of its own. */
export type ComparisonOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

export type AttributeType =
  'string' | 'boolean' | 'integer' | 'decimal' | 'dateTime' | 'reference' | 'binary' | 'complex'

/** An attribute as a filter or an order names it. */
export type AttributeRef = {
  /** In the schema's own spelling, for example `userName`, `name.familyName`; inside an element, its sub-attribute alone. */
  readonly path: string
  /** Where it stands in the stored resource, or in the element; empty where the element is the value itself. */
  readonly steps: readonly string[]
  readonly type: AttributeType
  readonly caseExact: boolean
  readonly multiValued: boolean
  /** Whether no two resources of a connection have the same, so that the one can be looked up. */
  readonly unique?: boolean
}

export type FilterValue = string | number | boolean | null

/**
 * A filter as a small tree; doors parse to it, stores compile it. Values have the type of their attribute: a dateTime is text
 * in UTC with milliseconds. `element` asks for one element of a list that satisfies the whole node.
 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly nodes: readonly Filter[] }
  | { readonly kind: 'not'; readonly node: Filter }
  | {
      readonly kind: 'compare'
      readonly attribute: AttributeRef
      readonly operator: ComparisonOperator
      readonly value: FilterValue
    }
  | { readonly kind: 'present'; readonly attribute: AttributeRef }
  | { readonly kind: 'element'; readonly attribute: AttributeRef; readonly node: Filter }
  | { readonly kind: 'constant'; readonly holds: boolean }

/** The order of a list: by an attribute, or by one sub-attribute of a list's primary or first element. */
export type Sort = {
  readonly attribute: AttributeRef
  readonly list: AttributeRef | null
  readonly descending: boolean
}
