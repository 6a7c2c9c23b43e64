import type { ComparisonOperator, Filter } from '../../domain/filter.ts'
import { isStorable } from '../storable-text.ts'
import { tokenize, type Token } from './filter-tokens.ts'
import { invalidFilter } from './scim-error.ts'

/** Bounds that hold before anything is built: they keep a filter's cost in proportion to its length. */
const deepest = 20
const mostNodes = 50

/** Turns an attribute's text into its canonical path; throws where there is no such attribute. */
export type ResolveAttribute = (text: string, list: string | null) => string

type Reader = { tokens: readonly Token[]; at: number; nodes: number; resolve: ResolveAttribute }

/** Parses a filter of RFC 7644, Figure 1, and the forms beside it that IdPs send (`emails[…].value eq`, unquoted words). */
export function parseFilter(text: string, resolve: ResolveAttribute): Filter {
  const reader: Reader = { tokens: tokenize(text), at: 0, nodes: 0, resolve }
  const filter = parseOr(reader, null, 0)
  const rest = reader.tokens[reader.at]
  if (rest !== undefined) throw invalidFilter(`filter: "${rest.text}" at position ${rest.position} is one too many`)
  return filter
}

function parseOr(reader: Reader, list: string | null, depth: number): Filter {
  return parseChain(reader, 'or', depth, () => parseAnd(reader, list, depth))
}

function parseAnd(reader: Reader, list: string | null, depth: number): Filter {
  return parseChain(reader, 'and', depth, () => parseUnary(reader, list, depth))
}

function parseChain(reader: Reader, kind: 'and' | 'or', depth: number, next: () => Filter): Filter {
  if (depth > deepest) throw invalidFilter(`filter: nested deeper than ${deepest} levels; simplify it`)
  const nodes = [next()]
  while (isWord(reader, kind)) {
    reader.at += 1
    count(reader)
    nodes.push(next())
  }
  const [only] = nodes
  return nodes.length === 1 && only !== undefined ? only : { kind, nodes }
}

function parseUnary(reader: Reader, list: string | null, depth: number): Filter {
  count(reader)
  if (isWord(reader, 'not') && reader.tokens[reader.at + 1]?.kind === '(') {
    reader.at += 1
    return { kind: 'not', node: parseGroup(reader, list, depth) }
  }
  return reader.tokens[reader.at]?.kind === '(' ? parseGroup(reader, list, depth) : parseAttribute(reader, list, depth)
}

function parseGroup(reader: Reader, list: string | null, depth: number): Filter {
  take(reader, '(')
  const filter = parseOr(reader, list, depth + 1)
  take(reader, ')')
  return filter
}

function parseAttribute(reader: Reader, list: string | null, depth: number): Filter {
  const name = take(reader, 'word')
  if (reader.tokens[reader.at]?.kind !== '[') return parseComparison(reader, reader.resolve(name.text, list))
  if (list !== null) throw invalidFilter(`filter: brackets inside brackets at position ${name.position}`)
  const attribute = reader.resolve(name.text, null)
  take(reader, '[')
  const node = parseOr(reader, attribute, depth + 1)
  take(reader, ']')
  const sub = reader.tokens[reader.at]
  if (sub?.kind !== 'word' || !sub.text.startsWith('.')) return { kind: 'element', attribute, node }
  reader.at += 1
  const compared = parseComparison(reader, reader.resolve(sub.text.slice(1), attribute))
  return { kind: 'element', attribute, node: { kind: 'and', nodes: [node, compared] } }
}

const operators: readonly string[] = [
  'eq',
  'ne',
  'co',
  'sw',
  'ew',
  'gt',
  'ge',
  'lt',
  'le',
] satisfies ComparisonOperator[]

function parseComparison(reader: Reader, attribute: string): Filter {
  const word = take(reader, 'word')
  const operator = word.text.toLowerCase()
  if (operator === 'pr') return { kind: 'present', attribute }
  if (!operators.includes(operator)) {
    throw invalidFilter(
      `filter: "${word.text}" at position ${word.position} is no operator; use eq, ne, co, sw, ew, gt, ge, lt, le or pr`,
    )
  }
  return { kind: 'compare', attribute, operator: operator as ComparisonOperator, value: takeValue(reader) }
}

const literals = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
])

function takeValue(reader: Reader): string | number | boolean | null {
  const token = reader.tokens[reader.at]
  if (token?.kind !== 'string' && token?.kind !== 'word') {
    throw invalidFilter('filter: a value is missing after the operator; write it in double quotes')
  }
  reader.at += 1
  if (!isStorable(token.text)) throw invalidFilter('filter: a value holds a NUL or half of a surrogate pair')
  if (token.kind === 'string') return token.text
  const literal = literals.get(token.text.toLowerCase())
  if (literal !== undefined) return literal
  // An unquoted id such as 007 stays what it is.
  return String(Number(token.text)) === token.text ? Number(token.text) : token.text
}

function isWord(reader: Reader, word: string): boolean {
  const token = reader.tokens[reader.at]
  return token?.kind === 'word' && token.text.toLowerCase() === word
}

function take(reader: Reader, kind: Token['kind']): Token {
  const token = reader.tokens[reader.at]
  if (token === undefined) throw invalidFilter(`filter: ends where ${nameOf(kind)} should follow`)
  if (token.kind !== kind)
    throw invalidFilter(`filter: "${token.text}" at position ${token.position} should be ${nameOf(kind)}`)
  reader.at += 1
  return token
}

function nameOf(kind: Token['kind']): string {
  return kind === 'word' ? 'an attribute or an operator' : kind === 'string' ? 'a value in double quotes' : `"${kind}"`
}

function count(reader: Reader): void {
  reader.nodes += 1
  if (reader.nodes > mostNodes) throw invalidFilter(`filter: more than ${mostNodes} terms; ask for less at once`)
}
