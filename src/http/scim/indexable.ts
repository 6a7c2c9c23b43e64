import { invalidValue } from './scim-error.ts'

/** What is searched by stands in an index, and no database indexes texts without end. */
const longest = 500

export function requireIndexable(texts: Readonly<Record<string, unknown>>): void {
  for (const [where, text] of Object.entries(texts)) {
    if (typeof text === 'string' && text.length > longest)
      throw invalidValue(`${where}: at most ${longest} characters, not ${text.length}`)
  }
}
