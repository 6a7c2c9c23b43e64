import fc from 'fast-check'
import { userUrn } from '../idp.ts'
import { operators, type Operator, type Term, type Value } from './filters.ts'
import { compared, type Place } from './schema.ts'

/** How a tree is spelt: each choice is one of those that the grammar leaves. */
export type Spelling = { next(): number }

export function spell(
  term: Term,
  spelling: Spelling,
  inside: Place | null = null,
  level: 'or' | 'and' | 'one' = 'or',
): string {
  const part = (each: Term, at: 'and' | 'one'): string => spell(each, spelling, inside, at)
  switch (term.kind) {
    case 'or': {
      const text = term.terms.map((each) => part(each, 'and')).join(` ${cased('or', spelling)} `)
      return level === 'or' && spelling.next() % 3 > 0 ? text : `(${text})`
    }
    case 'and': {
      const text = term.terms.map((each) => part(each, 'one')).join(` ${cased('and', spelling)} `)
      return level === 'one' || spelling.next() % 3 === 0 ? `(${text})` : text
    }
    case 'not':
      return `${cased('not', spelling)} (${spell(term.term, spelling, inside)})`
    case 'present':
      return bracketed(`${nameOf(term.place, spelling, inside)} ${cased('pr', spelling)}`, spelling)
    case 'compare':
      return bracketed(
        `${nameOf(term.place, spelling, inside)} ${cased(term.operator, spelling)} ${literal(term.value, spelling)}`,
        spelling,
      )
    case 'element':
      return `${nameOf(term.place, spelling, null)}[${spell(term.term, spelling, term.place)}]`
  }
}

function bracketed(text: string, spelling: Spelling): string {
  return spelling.next() % 8 === 0 ? `( ${text} )` : text
}

function nameOf({ urn, attribute, sub }: Place, spelling: Spelling, inside: Place | null): string {
  if (inside !== null) return cased(sub?.name ?? 'value', spelling)
  const path = sub === null ? attribute.name : `${attribute.name}.${sub.name}`
  const prefix = urn ?? userUrn
  // An extension's attribute may do without its URN, too: no core attribute has its name.
  return cased(spelling.next() % 3 === 0 ? `${prefix}:${path}` : path, spelling)
}

function cased(word: string, spelling: Spelling): string {
  const choice = spelling.next() % 6
  return choice === 0 ? word.toUpperCase() : choice === 1 ? word.toLowerCase() : word
}

function literal(value: Value, spelling: Spelling): string {
  if (typeof value !== 'string') return spelling.next() % 4 === 0 ? String(value).toUpperCase() : String(value)
  if (/^[a-z][a-z0-9@.-]*$/i.test(value) && !/^(true|false|null|and|or|not)$/i.test(value) && spelling.next() % 5 === 0)
    return value
  return spelling.next() % 5 === 0 ? escaped(value) : JSON.stringify(value)
}

/** JSON lets each character be written by its number. */
function escaped(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`
}

/** Texts where databases, languages and cases part; few, so that values meet one another. */
export const texts = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('ada', 'Ada', 'ADA', 'bob', 'work', 'Work', 'home', 'a', 'b', 'Ab', 'ab', '7', '007'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['é', 'e\u0301', 'É', 'ß', 'SS', 'İ', 'i', 'ı', 'ﬁ', 'Σ', 'ς', 'ſ', '😀', '\uffee', 'К', 'к'],
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...[
        '%',
        '_',
        '!',
        '100%',
        'a_b',
        'a!b',
        '\\',
        '"',
        "'",
        '?',
        '$1',
        ' ',
        'a b',
        ' a',
        '[x]',
        '(x)',
        'true',
        'null',
        '{}',
        '[1]',
      ],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.string({ maxLength: 6, unit: 'grapheme' }).filter((text) => !/[\u0000\p{Cs}]/u.test(text)),
  },
)

const anyValue: fc.Arbitrary<Value> = fc.oneof(
  { weight: 8, arbitrary: texts },
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.constantFrom<Value>(true, false, null, 7, 0, 'True', 'FALSE') },
)

const dateTimes = [
  '2020-01-01T00:00:00Z',
  '2020-01-01T00:00:00',
  '2020-01-01T00:00:00.500Z',
  '2019-12-31T24:00:00Z',
  '2019-12-31T24:00:00.0-00:30',
  '2020-01-01T02:00:00.0+02:00',
  '2200-01-01T00:00:00+02:00',
]

function valueFor(place: Place): fc.Arbitrary<Value> {
  const type = compared(place)?.type
  if (type === 'boolean') return fc.constantFrom<Value>(true, false, 'True', 'false', null, 'yes')
  if (type === 'dateTime')
    return fc.constantFrom<Value>(
      ...dateTimes,
      '2020-01-01',
      '2020-01-01T00:00Z',
      '2020-13-01T00:00:00Z',
      '2020-02-30T00:00:00Z',
      '2019-12-31T24:00:01Z',
      'yesterday',
      null,
    )
  if (type === 'integer' || type === 'decimal')
    return fc.constantFrom<Value>(0, 7, '7', '007', -7, 0.5, 2 ** 31, 'seven', '', true, null)
  return anyValue
}

/** Terms over these attributes; `known` gives values that are really there. */
export function terms(places: readonly Place[], known: fc.Arbitrary<Value>): fc.Arbitrary<Term> {
  const operator: fc.Arbitrary<Operator> = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<Operator>('eq', 'ne') },
    { weight: 3, arbitrary: fc.constantFrom(...operators) },
  )
  const about = (place: Place): fc.Arbitrary<Term> =>
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc
          .tuple(operator, fc.oneof({ weight: 3, arbitrary: known }, { weight: 2, arbitrary: valueFor(place) }))
          .map(([each, value]): Term => ({ kind: 'compare', place, operator: each, value })),
      },
      { weight: 1, arbitrary: fc.constant<Term>({ kind: 'present', place }) },
    )
  const simple = fc.constantFrom(...places).chain(about)
  const lists = places.filter(
    ({ attribute, sub }) => attribute.multiValued && sub === null && attribute.subAttributes !== undefined,
  )
  const { tree } = fc.letrec<{ tree: Term; inner: Term }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 5, arbitrary: simple },
      { weight: 2, arbitrary: fc.constantFrom(...lists).chain((list) => inBrackets(list, places, about)) },
      { weight: 2, arbitrary: junction(tie('tree')) },
      { weight: 1, arbitrary: tie('tree').map((term): Term => ({ kind: 'not', term })) },
    ),
    inner: simple,
  }))
  return tree
}

function junction(term: fc.Arbitrary<Term>): fc.Arbitrary<Term> {
  return fc
    .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(term, { minLength: 2, maxLength: 3 }))
    .map(([kind, all]): Term => ({ kind, terms: all }))
}

function inBrackets(
  list: Place,
  places: readonly Place[],
  about: (place: Place) => fc.Arbitrary<Term>,
): fc.Arbitrary<Term> {
  const subs = places.filter(({ attribute, sub }) => attribute === list.attribute && sub !== null)
  const simple = fc.constantFrom(...subs).chain(about)
  const term = fc.oneof(
    simple,
    junction(simple),
    simple.map((each): Term => ({ kind: 'not', term: each })),
  )
  return term.map((inner): Term => ({ kind: 'element', place: list, term: inner }))
}
