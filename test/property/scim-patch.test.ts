import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Answer, Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { enterpriseUrn, patch, userUrn } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { createModelTenant } from '../support/scim-model/extension.ts'
import { spell, texts } from '../support/scim-model/filter-text.ts'
import type { Term, Value } from '../support/scim-model/filters.ts'
import { patched, Refused, type Dialect, type Operation } from '../support/scim-model/patches.ts'
import { address, elementOf, emails, person, valueOf } from '../support/scim-model/people.ts'
import { placesOf, readSchema, type ModelSchema, type Place } from '../support/scim-model/schema.ts'

type Json = Record<string, unknown>

const runs = Number(process.env.PROPERTY_RUNS ?? 150)
const dialects: Record<string, Dialect> = {
  generic: { replaceCreates: false, emptyClears: false },
  entra: { replaceCreates: true, emptyClears: true },
}

describeOnBoth('a PATCH leaves what a plain reading of RFC 7644 leaves', (database) => {
  let joinery: Joinery
  let schema: ModelSchema
  const tenants: Record<string, Tenant> = {}
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
    for (const kind of Object.keys(dialects)) tenants[kind] = await createModelTenant(joinery.api, kind)
    schema = await readSchema((tenants.generic as Tenant).scim)
  })
  afterAll(() => joinery.close())

  it('for people and operations of every kind', async () => {
    let serial = 0
    let changes = 0
    const scenario = fc.record({
      body: person(schema),
      batches: fc.array(fc.array(operation(schema), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
      kind: fc.constantFrom(...Object.keys(dialects)),
      spelling: fc.infiniteStream(fc.nat(59)),
    })
    await fc.assert(
      fc.asyncProperty(scenario, async ({ body, batches, kind, spelling }) => {
        const { scim } = tenants[kind] as Tenant
        const next = (): number => spelling.next().value as number
        const created = await scim('POST', '/Users', { ...body, userName: `p${(serial += 1)}` })
        expect({ status: created.status, detail: created.body.detail }).toEqual({ status: 201, detail: undefined })
        let current = created.body as Json
        for (const operations of batches) {
          const told = operations.map((each) => asSent(each, next))
          const answer = await scim('PATCH', `/Users/${String(current.id)}`, patch(...told))
          const before = current
          current = await compare(scim, before, { operations, told, answer }, dialects[kind] as Dialect)
          if (JSON.stringify(facts(current)) !== JSON.stringify(facts(before))) changes += 1
        }
      }),
      { numRuns: runs, endOnFailure: process.env.SHRINK === undefined },
    )
    // Refused messages and those without effect say less: of the others there are enough.
    expect(changes).toBeGreaterThan(runs / 2)
  })
})

type Sent = { operations: Operation[]; told: object[]; answer: Answer }

/** Both carry the message out alike, or both refuse it, and then nothing at all has changed. */
async function compare(
  scim: Tenant['scim'],
  before: Json,
  { operations, told, answer }: Sent,
  dialect: Dialect,
): Promise<Json> {
  const now = (await scim('GET', `/Users/${String(before.id)}`)).body as Json
  let wanted: Json
  try {
    wanted = patched(before, operations, dialect)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const seen = { told: JSON.stringify(told), before, status: answer.status, scimType: answer.body.scimType, now }
    expect(seen).toEqual({ told: JSON.stringify(told), before, status: 400, scimType: error.message, now: before })
    return now
  }
  expect({ told: JSON.stringify(told), before, status: answer.status, detail: answer.body.detail }).toEqual({
    told: JSON.stringify(told),
    before,
    status: 200,
    detail: undefined,
  })
  expect({ told: JSON.stringify(told), before, now: facts(now) }).toEqual({
    told: JSON.stringify(told),
    before,
    now: facts(wanted),
  })
  expect(answer.body).toEqual(now)
  return now
}

/** What follows from the rest is not compared: versions, which schemas have something, and where the manager is found. */
function facts({ meta: _meta, schemas: _schemas, ...rest }: Json): Json {
  const { manager, ...work } = (rest[enterpriseUrn] ?? {}) as { manager?: Json }
  if (manager === undefined) return rest
  const { $ref: _ref, ...named } = manager
  return { ...rest, [enterpriseUrn]: { ...work, ...(Object.keys(named).length === 0 ? {} : { manager: named }) } }
}

/** The operation as sent: with a path, or as a key of a value without one. */
function asSent({ op, place, filter, value }: Operation, next: () => number): object {
  const { urn, attribute, sub } = place
  const brackets = filter === null ? '' : `[${spell(filter, { next }, { ...place, sub: null })}]`
  const prefix = urn === null ? (next() % 4 === 0 ? `${userUrn}:` : '') : `${urn}:`
  const path = `${prefix}${attribute.name}${brackets}${sub === null ? '' : `.${sub.name}`}`
  const cased = next() % 4 === 0 ? `${op[0]?.toUpperCase()}${op.slice(1)}` : op
  if (op !== 'remove' && next() % 3 === 0 && attribute.mutability !== 'readOnly' && sub?.mutability !== 'readOnly')
    return { op: cased, value: { [path]: value } }
  return value === undefined ? { op: cased, path } : { op: cased, path, value }
}

const skipped = new Set(['password', 'userName', 'schemas', 'tags'])

function operation(schema: ModelSchema): fc.Arbitrary<Operation> {
  const places = placesOf(schema).filter(({ attribute }) => !skipped.has(attribute.name))
  const busy = places.filter(
    ({ attribute, urn }) => attribute.multiValued || attribute.type === 'complex' || urn !== null,
  )
  return fc
    .tuple(
      fc.oneof(fc.constantFrom(...places), fc.constantFrom(...busy)),
      fc.constantFrom('add' as const, 'replace' as const, 'remove' as const),
    )
    .chain(([place, op]) =>
      fc.tuple(filterFor(place, places), valueFor(place, op)).map(([filter, value]) => ({
        op,
        place,
        filter,
        value: filter !== null && op === 'remove' ? undefined : value,
      })),
    )
    .chain((each) =>
      each.filter === null
        ? fc.constant(each)
        : valueFor(each.place, each.op, true).map((value) => ({
            ...each,
            value: each.op === 'remove' ? undefined : value,
          })),
    )
}

function filterFor(place: Place, places: readonly Place[]): fc.Arbitrary<Term | null> {
  const { attribute } = place
  const subs = places.filter(
    (each) => each.attribute === attribute && ['string', 'reference'].includes(each.sub?.type ?? ''),
  )
  if (!attribute.multiValued || subs.length === 0 || attribute.name === 'groups') return fc.constant(null)
  const compare = fc
    .tuple(
      fc.constantFrom(...subs),
      fc.constantFrom('eq' as const, 'eq' as const, 'eq' as const, 'sw' as const, 'ne' as const),
    )
    .chain(([each, operator]) => told(each).map((value): Term => ({ kind: 'compare', place: each, operator, value })))
  const both = fc.array(compare, { minLength: 2, maxLength: 2 }).map((terms): Term => ({ kind: 'and', terms }))
  return fc.oneof(fc.constant(null), compare, both)
}

/** A value for a part of an attribute; what is told as an e-mail has to be one. */
function told({ attribute, sub }: Pick<Place, 'attribute' | 'sub'>): fc.Arbitrary<Value> {
  if (attribute.name === 'emails' && sub?.name === 'value') return address
  return sub === null ? texts : (valueOf(sub) as fc.Arbitrary<Value>)
}

function valueFor({ attribute, sub }: Place, op: Operation['op'], isElement = false): fc.Arbitrary<unknown> {
  if (sub !== null)
    return op === 'remove'
      ? fc.constant(undefined)
      : fc
          .oneof(
            { weight: 6, arbitrary: told({ attribute, sub }) },
            { weight: 1, arbitrary: fc.constantFrom(null, '') },
          )
          .filter((value) => value !== '' || sub.type === 'string')
  const whole =
    attribute.name === 'emails'
      ? isElement
        ? emails.map(([first]) => first ?? { value: 'x@corp.example' })
        : emails
      : isElement
        ? elementOf(attribute)
        : valueOf(attribute)
  if (op === 'remove')
    return attribute.multiValued && !isElement
      ? fc.option(
          whole.filter((value) => (value as unknown[]).length > 0),
          { nil: undefined },
        )
      : fc.constant(undefined)
  return isElement ? whole : fc.oneof({ weight: 7, arbitrary: whole }, { weight: 1, arbitrary: fc.constant(null) })
}
