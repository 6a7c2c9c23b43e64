import type { ComparisonOperator, Filter, FilterValue } from '../../domain/filter.ts'
import { isStorable } from '../storable-text.ts'
import { tokenize, type Token } from './filter-tokens.ts'
import { invalidFilter } from './scim-error.ts'

/** Bounds that hold before anything is built: they keep a filter's cost in proportion to its length. */
const deepest = 20
const mostNodes = 50

/** What names mean where they stand; each throws where there is no such attribute, or the operator does not fit it. */
export type FilterNames = {
  /** Refuses a name that means nothing here, before anything else is said of what follows it. */
  require(name: string): void
  compare(name: string, operator: ComparisonOperator, value: FilterValue): Filter
  present(name: string): Filter
  /** A name with brackets; `inner` builds what stands in them, given what names mean there. */
  element(name: string, inner: (names: FilterNames) => Filter): Filter
}

type Reader = { tokens: readonly Token[]; at: number; nodes: number; inBrackets: boolean }

/** Parses a filter of RFC 7644, Figure 1, and the forms beside it that IdPs send (`emails[…].value eq`, unquoted words). */
export function parseFilter(text: string, names: FilterNames): Filter {
  const reader: Reader = { tokens: tokenize(text), at: 0, nodes: 0, inBrackets: false }
  const filter = parseOr(reader, names, 0)
  const rest = reader.tokens[reader.at]
  if (rest !== undefined) throw invalidFilter(`filter: "${rest.text}" at position ${rest.position} is one too many`)
  return filter
}

function parseOr(reader: Reader, names: FilterNames, depth: number): Filter {
  return parseChain(reader, 'or', depth, () => parseAnd(reader, names, depth))
}

function parseAnd(reader: Reader, names: FilterNames, depth: number): Filter {
  return parseChain(reader, 'and', depth, () => parseUnary(reader, names, depth))
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

function parseUnary(reader: Reader, names: FilterNames, depth: number): Filter {
  count(reader)
  if (isWord(reader, 'not') && reader.tokens[reader.at + 1]?.kind === '(') {
    reader.at += 1
    return { kind: 'not', node: parseGroup(reader, names, depth) }
  }
  return reader.tokens[reader.at]?.kind === '('
    ? parseGroup(reader, names, depth)
    : parseAttribute(reader, names, depth)
}

function parseGroup(reader: Reader, names: FilterNames, depth: number): Filter {
  take(reader, '(')
  const filter = parseOr(reader, names, depth + 1)
  take(reader, ')')
  return filter
}

function parseAttribute(reader: Reader, names: FilterNames, depth: number): Filter {
  const name = take(reader, 'word')
  if (reader.tokens[reader.at]?.kind !== '[') return parseComparison(reader, names, name.text)
  if (reader.inBrackets) throw invalidFilter(`filter: brackets inside brackets at position ${name.position}`)
  return names.element(name.text, (inner) => parseBrackets(reader, inner, depth))
}

function parseBrackets(reader: Reader, names: FilterNames, depth: number): Filter {
  take(reader, '[')
  reader.inBrackets = true
  const node = parseOr(reader, names, depth + 1)
  reader.inBrackets = false
  take(reader, ']')
  const sub = reader.tokens[reader.at]
  if (sub?.kind !== 'word' || !sub.text.startsWith('.')) return node
  reader.at += 1
  return { kind: 'and', nodes: [node, parseComparison(reader, names, sub.text.slice(1))] }
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

function parseComparison(reader: Reader, names: FilterNames, name: string): Filter {
  names.require(name)
  const word = take(reader, 'word')
  const operator = word.text.toLowerCase()
  if (operator === 'pr') return names.present(name)
  if (!operators.includes(operator)) {
    throw invalidFilter(
      `filter: "${word.text}" at position ${word.position} is no operator; use eq, ne, co, sw, ew, gt, ge, lt, le or pr`,
    )
  }
  return names.compare(name, operator as ComparisonOperator, takeValue(reader))
}

const literals = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
])

function takeValue(reader: Reader): FilterValue {
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
