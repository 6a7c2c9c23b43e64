import type { Random } from '../support/random.ts'

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const megabyte = 1_048_000

/** As many copies of a text as fit. */
const copies = (text: string, size = megabyte): string =>
  Array(Math.max(1, Math.floor(size / (text.length + 1))))
    .fill(text)
    .join(',')
const numbered = (make: (index: number) => string, size = megabyte): string => {
  const parts: string[] = []
  for (let length = 0, index = 0; length < size; index += 1) {
    const part = make(index)
    length += part.length + 1
    if (length < size) parts.push(part)
  }
  return parts.join(',')
}
const user = (rest: string): string => `{"schemas":["${userUrn}"],"userName":"large@corp.example",${rest}}`
const operations = (list: string): string => `{"schemas":["${patchUrn}"],"Operations":[${list}]}`
const hundred = (operation: string): string => Array(100).fill(operation).join(',')
const operation = (op: string, path: string, value: string): string =>
  `{"op":"${op}","path":${JSON.stringify(path)},"value":${value}}`

/** Bodies of just under 1 MB that cost as much as a megabyte can. */
export const largeShapes: Readonly<Record<string, { target: 'user' | 'patch'; make: () => string }>> = {
  'one text': { target: 'user', make: () => user(`"title":"${'x'.repeat(megabyte - 200)}"`) },
  'one text of escapes': { target: 'user', make: () => user(`"title":"${'\\u00e9'.repeat(megabyte / 6 - 50)}"`) },
  'many e-mails': {
    target: 'user',
    make: () => user(`"emails":[${numbered((n) => `{"value":"${n}@corp.example"}`, megabyte - 200)}]`),
  },
  'many short roles': { target: 'user', make: () => user(`"roles":[${numbered((n) => `"${n}"`, megabyte - 200)}]`) },
  'one role again and again': {
    target: 'user',
    make: () => user(`"roles":[${copies('{"value":"a"}', megabyte - 200)}]`),
  },
  'empty roles': { target: 'user', make: () => user(`"roles":[${copies('{}', megabyte - 200)}]`) },
  'many primaries': {
    target: 'user',
    make: () => user(`"roles":[${numbered((n) => `{"value":"${n}","primary":true}`, megabyte - 200)}]`),
  },
  'unknown keys': { target: 'user', make: () => user(numbered((n) => `"k${n}":1`, megabyte - 200)) },
  'unknown keys in a list': {
    target: 'user',
    make: () => user(`"roles":[{${numbered((n) => `"k${n}":1`, megabyte - 200)}}]`),
  },
  'keys in every letter case': {
    target: 'user',
    make: () => user(numbered((n) => `"${spelt('displayname', n)}":"x"`, 60_000)),
  },
  'deep lists': { target: 'user', make: () => user(`"roles":${'['.repeat(400_000)}${']'.repeat(400_000)}`) },
  'deep objects': { target: 'user', make: () => user(`"name":${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`) },
  numbers: { target: 'user', make: () => user(`"roles":[${copies('1e300', megabyte - 200)}]`) },
  'one operation with many roles': {
    target: 'patch',
    make: () => operations(operation('add', 'roles', `[${numbered((n) => `"${n}"`, megabyte - 300)}]`)),
  },
  'a hundred operations with many roles': {
    target: 'patch',
    make: () => operations(hundred(operation('add', 'roles', `[${numbered((n) => `"r${n}"`, 10_000)}]`))),
  },
  'many roles, then a hundred filters of fifty terms': {
    target: 'patch',
    make: () => {
      const path = `roles[${Array(24).fill('value co "zzzzz"').join(' or ')}].display`
      const first = operation('add', 'roles', `[${numbered((n) => `"role number ${n}"`, 900_000)}]`)
      return operations([first, ...Array(99).fill(operation('add', path, '"x"'))].join(','))
    },
  },
  'one long text, then a hundred filters': {
    target: 'patch',
    make: () => {
      const path = `roles[value co "${`${'x'.repeat(80)}y`}"].display`
      const first = operation('add', 'roles', `[{"value":"${'x'.repeat(900_000)}"}]`)
      return operations([first, ...Array(99).fill(operation('add', path, '"x"'))].join(','))
    },
  },
  'too many operations': { target: 'patch', make: () => operations(copies('{"op":"remove","path":"title"}')) },
  'unknown keys without a path': {
    target: 'patch',
    make: () => operations(`{"op":"add","value":{${numbered((n) => `"urn:x:k${n}":1`, megabyte - 300)}}}`),
  },
  'titles in every letter case without a path': {
    target: 'patch',
    make: () =>
      operations(`{"op":"add","value":{${numbered((n) => `"${spelt('preferredlanguage', n)}":"x"`, megabyte - 300)}}}`),
  },
  'the enterprise extension again and again': {
    target: 'patch',
    make: () =>
      operations(
        hundred(
          operation(
            'add',
            'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
            `{${numbered((n) => `"${spelt('department', n)}":"x"`, 9000)}}`,
          ),
        ),
      ),
  },
  'values with every prefix of a path': {
    target: 'patch',
    make: () =>
      operations(
        hundred(
          operation('add', 'emails', `[${numbered((n) => `{"value":"${n}@corp.example","type":"t${n}"}`, 10_000)}]`),
        ),
      ),
  },
  whitespace: { target: 'user', make: () => user(`"title":${' '.repeat(megabyte - 200)}"x"`) },
}

/** The name in the letter case that the bits of a number say. */
function spelt(name: string, bits: number): string {
  return [...name].map((letter, index) => ((bits >> index) & 1 ? letter.toUpperCase() : letter)).join('')
}

export function largeBody(random: Random): Buffer {
  const { make } = random.pick(Object.values(largeShapes))
  return Buffer.from(make())
}
