import fc from 'fast-check'
import { userUrn } from '../idp.ts'
import { texts } from './filter-text.ts'
import type { Described, ModelSchema } from './schema.ts'

type Json = Record<string, unknown>

/** There more often than not; `freq` is one in how many is not there. */
const may = <T>(value: fc.Arbitrary<T>, freq = 3): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined, freq })

/** Base64 of one DER value: what counts as a certificate. */
const certificate = fc.constantFrom('MAMCAQE=', 'MAMCAQI=', 'MAMCAQM=')

/** A value of an attribute's own type, as a client would send it. */
export function valueOf(attribute: Described): fc.Arbitrary<unknown> {
  if (attribute.multiValued) return fc.array(elementOf(attribute), { maxLength: 3 })
  return elementOf(attribute)
}

export function elementOf({ type, subAttributes = [] }: Described): fc.Arbitrary<unknown> {
  if (type === 'boolean') return fc.boolean()
  if (type === 'binary') return certificate
  if (type === 'integer') return fc.constantFrom(0, 7, -7, 70, 2 ** 31)
  if (type === 'decimal') return fc.constantFrom(0, 0.5, -1.25, 7, 1e6)
  if (type === 'dateTime') return fc.constantFrom(...instants)
  if (type !== 'complex') return texts
  const subs = subAttributes.filter(({ mutability }) => mutability !== 'readOnly')
  return fc
    .tuple(...subs.map((sub) => may(valueOf(sub), sub.name === 'value' ? 9 : 2)))
    .map((values) => Object.fromEntries(subs.map(({ name }, index) => [name, values[index]])))
}

/** In the form that the service keeps: another one of the same instant would be shown in it. */
const instants = [
  '2020-01-01T00:00:00.000Z',
  '2020-01-01T00:00:00.500Z',
  '2019-12-31T23:59:59.999Z',
  '2200-01-01T00:00:00.000Z',
]

const own = new Set(['id', 'meta', 'groups', 'schemas', 'password', 'userName', 'externalId', 'emails'])

/** Addresses that no rule about private mail refuses. */
export const address = fc.constantFrom(
  'ada@corp.example',
  'Ada@Corp.Example',
  'bob@corp.example',
  'b_b@corp.example',
  'x!y@corp.example',
)

export const emails = fc.array(
  fc.record(
    { value: address, type: fc.constantFrom('work', 'Work', 'home', 'other'), primary: fc.boolean(), display: texts },
    { requiredKeys: ['value'] },
  ),
  { maxLength: 3 },
)

/** A person with some of what the schema knows. The name is made unique by whoever creates him. */
export function person({ core, extensions }: ModelSchema): fc.Arbitrary<Json> {
  const writable = core.filter(({ name, mutability }) => !own.has(name) && mutability !== 'readOnly')
  const some = (attributes: readonly Described[], freq: number): fc.Arbitrary<Json> =>
    fc
      .tuple(...attributes.map((attribute) => may(valueOf(attribute), freq)))
      .map((values) => Object.fromEntries(attributes.map(({ name }, index) => [name, values[index]])))
  const told = extensions.map(({ attributes }) => may(some(attributes, 3)))
  return fc
    .tuple(some(writable, 2), fc.tuple(...told), may(texts), emails, fc.boolean())
    .map(([attributes, values, externalId, mail, active]) => {
      const extended = extensions.flatMap(({ urn }, index) => {
        const value = values[index]
        return value === undefined ? [] : [[urn, value] as const]
      })
      return {
        schemas: [userUrn, ...extended.map(([urn]) => urn)],
        ...attributes,
        ...Object.fromEntries(extended),
        ...(externalId === undefined ? {} : { externalId }),
        emails: mail,
        active,
      }
    })
}
