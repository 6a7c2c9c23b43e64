import type { AttributeType } from './filter.ts'

export const mutabilities = ['readWrite', 'readOnly', 'immutable', 'writeOnly'] as const
export const returnedKinds = ['default', 'always', 'request', 'never'] as const
export const uniquenessKinds = ['none', 'server'] as const
export const simpleTypes = ['string', 'boolean', 'integer', 'decimal', 'dateTime', 'reference', 'binary'] as const

/** One attribute with the characteristics of RFC 7643, 7. */
export type ExtensionAttribute = {
  readonly name: string
  readonly type: AttributeType
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: (typeof mutabilities)[number]
  readonly returned: (typeof returnedKinds)[number]
  /** `server`: no two users, or groups, of a connection have the same value. */
  readonly uniqueness: (typeof uniquenessKinds)[number]
  readonly canonicalValues?: readonly string[] | undefined
  readonly referenceTypes?: readonly string[] | undefined
  readonly subAttributes?: readonly ExtensionAttribute[] | undefined
}

/** What an account’s directories may tell of people or groups beside RFC 7643: one URN, and the attributes under it. */
export type ExtensionSchema = {
  /** The URN. It is found in any letter case, and kept as it is written. */
  readonly id: string
  readonly name: string
  readonly description: string
  readonly resourceType: 'User' | 'Group'
  /** Each resource that is made or replaced has the extension, with what is required of it. */
  readonly required: boolean
  readonly attributes: readonly ExtensionAttribute[]
}

/** The extension schemas of an account; `rev` moves with each change of them, and is 0 as long as there never was one. */
export type AccountSchemas = { readonly rev: number; readonly list: readonly ExtensionSchema[] }

export const noSchemas: AccountSchemas = { rev: 0, list: [] }

export function sameUrn(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Whether one URN begins with the other, so that a path could mean either. */
export function overlap(a: string, b: string): boolean {
  const [left, right] = [`${a.toLowerCase()}:`, `${b.toLowerCase()}:`]
  return left !== right && (left.startsWith(right) || right.startsWith(left))
}

/** URNs that RFC 7643, RFC 7644 and this service’s own resource types have taken. */
export const reservedUrns: readonly string[] = [
  'urn:ietf:params:scim:schemas:core',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  'urn:ietf:params:scim:api',
  'urn:okta:scim:schemas:core',
]

export function isReserved(urn: string): boolean {
  return reservedUrns.some((reserved) => sameUrn(urn, reserved) || overlap(urn, reserved))
}
