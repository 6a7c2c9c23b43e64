import type { Random } from '../support/random.ts'
import { someText } from './values.ts'

const attributes = [
  'userName',
  'id',
  'externalId',
  'active',
  'displayName',
  'title',
  'emails',
  'emails.value',
  'emails.type',
  'emails.primary',
  'name.familyName',
  'name',
  'groups.value',
  'members',
  'members.value',
  'meta.created',
  'meta.lastModified',
  'meta',
  'schemas',
  'password',
  'roles.value',
  'x509Certificates.value',
  'urn:ietf:params:scim:schemas:core:2.0:User:userName',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value',
  'manager',
  '__proto__',
  'constructor',
  'emails.__proto__',
  'emails.constructor',
  'a.b.c.d',
  '.',
  '..value',
]
const operators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ', 'Pr', 'in', '=', '']
const values = [
  '"x"',
  '"a"',
  '""',
  'true',
  'false',
  'null',
  '0',
  '-1',
  '1.5e3',
  '1e400',
  '"2026-01-01T00:00:00Z"',
  '"\\u0000"',
  '"\\ud800"',
  '"%"',
  '"_!%"',
  '"?"',
  '"\'"',
  '"İ"',
  '"',
  'x',
  '[]',
  '{}',
]

/** A filter: mostly one of the grammar, else a bomb or noise. */
export function someFilter(random: Random): string {
  switch (random.int(16)) {
    case 0:
      return bomb(random)
    case 1:
      return someText(random).repeat(1 + random.int(4))
    case 2:
      return broken(random, term(random, 3))
    default:
      return term(random, 4)
  }
}

function term(random: Random, depth: number): string {
  const kind = depth === 0 ? 0 : random.int(8)
  switch (kind) {
    case 1:
      return `${term(random, depth - 1)} ${random.pick(['and', 'or', 'AND', 'Or'])} ${term(random, depth - 1)}`
    case 2:
      return `(${term(random, depth - 1)})`
    case 3:
      return `not (${term(random, depth - 1)})`
    case 4:
      return `${random.pick(attributes)}[${term(random, depth - 1)}]`
    case 5:
      return `${random.pick(attributes)}[${random.pick(['type', 'value', 'primary', 'x'])} eq ${random.pick(values)}].value eq ${random.pick(values)}`
    case 6:
      return `${random.pick(attributes)} pr`
    default:
      return `${random.pick(attributes)} ${random.pick(operators)} ${random.pick(values)}`
  }
}

function broken(random: Random, filter: string): string {
  const at = random.int(filter.length)
  return random.int(2) === 0 ? filter.slice(0, at) : filter.slice(0, at) + someText(random) + filter.slice(at)
}

function bomb(random: Random): string {
  const many = 1 + random.int(random.int(4) === 0 ? 5000 : 200)
  return random.pick([
    () => '('.repeat(many),
    () => '['.repeat(many),
    () => `${'('.repeat(many)}userName eq "x"${')'.repeat(many)}`,
    () => `${'not ('.repeat(many)}userName pr${')'.repeat(many)}`,
    () => `${'emails['.repeat(many)}value pr${']'.repeat(many)}`,
    () => Array(24).fill('(userName eq "x" or userName eq "y")').join(' and '),
    () => Array(many).fill('userName pr').join(' or '),
    () => `userName${'.x'.repeat(many)} eq "x"`,
    () => `userName eq "${'\\"'.repeat(many)}"`,
    () => `userName eq "${'\\'.repeat(many)}`,
    () => `userName co "${'%'.repeat(many)}"`,
    () => ' '.repeat(many),
  ])()
}
