import { invalidSyntax } from './scim-error.ts'

/** Refuses a message whose `schemas` do not name it (RFC 7644, 3.1): whatever else stands there is looked at by nobody. */
export function requireMessage(schemas: unknown, urn: string, what: string): void {
  const isNamed = (each: unknown): boolean => typeof each === 'string' && each.toLowerCase() === urn.toLowerCase()
  if (!Array.isArray(schemas) || !schemas.some(isNamed)) throw invalidSyntax(`schemas: ${what} names "${urn}"`)
}
