import type { Random } from '../support/random.ts'

export const hostileKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'toJSON',
  '',
  ' ',
  'value',
  'Value',
  '$ref',
  'urn:ietf:params:scim:schemas:core:2.0:User',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:__proto__',
  'emails[type eq "work"].value',
  'emails[',
  'name.givenName.x.y',
  'members',
  'a'.repeat(3000),
  '\u0000',
  '\ud800',
  'ключ',
  "'",
  '"',
  '?',
]

const plain: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  1,
  -1,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  5e-324,
  '',
  ' ',
  'True',
  'FALSE',
  'null',
  '0',
  '1e999',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff x',
  '\ufeff',
  'İ',
  'ß',
  'ﬁ',
  '\u202e',
  'e\u0301',
  "'; drop table people; --",
  '" or 1 eq 1',
  '?',
  '$1',
  '%',
  '_',
  '!',
  '\\',
  '${7*7}',
  '{{x}}',
  [],
  {},
  [[]],
  [null],
  [{}],
  [[[[[[]]]]]],
  { value: null },
  { value: [] },
  { value: { value: 'x' } },
  { value: '' },
  { $ref: 'x' },
  { primary: 'true', value: 'x' },
  { toString: 'x', valueOf: 1 },
  { length: 1e9 },
  { then: 'x' },
]

/** A value that nobody expects there. Objects are made anew, as the caller may change them. */
export function hostileValue(random: Random): unknown {
  switch (random.int(14)) {
    case 0:
      return nested(random, 1 + random.int(random.int(20) === 0 ? 1000 : 60))
    case 1:
      return Array.from({ length: random.int(random.int(10) === 0 ? 3000 : 30) }, (_, index) => ({
        value: `v${index}`,
      }))
    case 2:
      return someText(random).repeat(1 + random.int(random.int(10) === 0 ? 3000 : 20))
    case 3:
      return JSON.parse(
        `{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},"value":"x"}`,
      ) as unknown
    case 4:
      return Object.fromEntries(
        Array.from({ length: 1 + random.int(5) }, () => [
          random.pick(hostileKeys),
          structuredClone(random.pick(plain)),
        ]),
      )
    case 5:
      return random.next() * 10 ** random.int(300)
    default:
      return structuredClone(random.pick(plain))
  }
}

function nested(random: Random, depth: number): unknown {
  const kind = random.int(3)
  let value: unknown = 'x'
  for (let left = depth; left > 0; left -= 1) value = kind === 0 ? [value] : kind === 1 ? { value } : [{ value }]
  return value
}

const alphabets = ['abcXYZ019._-@', ' \t\r\n"\'\\/[]().,:;', 'äßİıſ́кл中😀', '\u0000\ud800\udc00\ufffe\u2028']

export function someText(random: Random): string {
  const alphabet = [...random.pick(alphabets)]
  return Array.from({ length: random.int(20) }, () => random.pick(alphabet)).join('')
}
