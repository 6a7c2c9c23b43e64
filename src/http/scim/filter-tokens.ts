import { invalidFilter } from './scim-error.ts'

export type Token = {
  readonly kind: 'word' | 'string' | '(' | ')' | '[' | ']'
  readonly text: string
  readonly position: number
}

const longestFilter = 2048
const token = /\s+|[()[\]]|"(?:[^"\\]|\\.)*"|[^\s()[\]"]+/y

/** Splits a filter into words, quoted values and brackets; each character is looked at once. */
export function tokenize(text: string): Token[] {
  if (text.length > longestFilter) throw invalidFilter(`filter: longer than ${longestFilter} characters`)
  const tokens: Token[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const position = token.lastIndex
    const found = token.exec(text)?.[0]
    if (found === undefined) throw invalidFilter(`filter: the quote at position ${position} is never closed`)
    if (found.trim() !== '') tokens.push(toToken(found, position))
  }
  return tokens
}

function toToken(found: string, position: number): Token {
  if (found === '(' || found === ')' || found === '[' || found === ']') return { kind: found, text: found, position }
  if (!found.startsWith('"')) return { kind: 'word', text: found, position }
  try {
    return { kind: 'string', text: JSON.parse(found) as string, position }
  } catch {
    throw invalidFilter(`filter: the value at position ${position} is not a JSON string`)
  }
}
