import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { createModelTenant } from '../support/scim-model/extension.ts'
import { spell, terms, texts } from '../support/scim-model/filter-text.ts'
import { comparable, isHidden, isRefused, order, satisfies, type Term } from '../support/scim-model/filters.ts'
import { person } from '../support/scim-model/people.ts'
import { compared, placesOf, readSchema, type ModelSchema, type Place } from '../support/scim-model/schema.ts'

type Json = Record<string, unknown>
type Sort = { place: Place; descending: boolean } | null

const runs = Number(process.env.PROPERTY_RUNS ?? 25)
const largest = 200

describeOnBoth('pages are those of a plain list', (database) => {
  let joinery: Joinery
  let schema: ModelSchema
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
    schema = await readSchema((await createModelTenant(joinery.api)).scim)
  })
  afterAll(() => joinery.close())

  it('by index and by cursor, filtered and sorted, past the end and without anybody', async () => {
    const places = placesOf(schema).filter(({ attribute }) => !['groups', 'meta', 'password'].includes(attribute.name))
    const sortable = places.filter(
      (place) => ![undefined, 'boolean'].includes(compared(place)?.type) && !isHidden(place),
    )
    const query = fc.record({
      filter: fc.option(
        terms(places, texts).filter((term) => !isRefused(term)),
        { nil: null, freq: 3 },
      ),
      sort: fc.option(fc.record({ place: fc.constantFrom(...sortable), descending: fc.boolean() }), {
        nil: null,
        freq: 3,
      }),
      startIndex: fc.oneof(fc.integer({ min: -3, max: 20 }), fc.constantFrom(1000, 999_999_999_999_999)),
      count: fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constantFrom(200, 201, 999_999_999_999_999)),
      step: fc.integer({ min: 1, max: 5 }),
    })
    const scenario = fc.record({
      bodies: fc.array(person(schema), { maxLength: 13 }),
      queries: fc.array(query, { minLength: 8, maxLength: 8 }),
      spelling: fc.infiniteStream(fc.nat(59)),
    })
    await fc.assert(
      fc.asyncProperty(scenario, async ({ bodies, queries, spelling }) => {
        const tenant = await createModelTenant(joinery.api)
        const everybody = await create(tenant, bodies)
        const next = (): number => spelling.next().value as number
        for (const { filter, sort, startIndex, count, step } of queries) {
          const parameters = parametersOf(filter, sort, next)
          const wanted = listOf(everybody, filter, sort)
          await byIndex(tenant, parameters, wanted, startIndex, count)
          await byCursor(tenant, parameters, wanted, step)
        }
      }),
      { numRuns: runs, endOnFailure: process.env.SHRINK === undefined },
    )
  })
})

/** Everybody in the order of creation, as the service shows them. */
async function create({ scim }: Tenant, bodies: readonly Json[]): Promise<Json[]> {
  const all: Json[] = []
  for (const [index, body] of bodies.entries()) {
    const { status, body: answer } = await scim('POST', '/Users', { ...body, userName: `p${index}` })
    expect({ status, detail: answer.detail }).toEqual({ status: 201, detail: undefined })
    all.push(answer as Json)
  }
  return all
}

function parametersOf(filter: Term | null, sort: Sort, next: () => number): URLSearchParams {
  const parameters = new URLSearchParams()
  if (filter !== null) parameters.set('filter', spell(filter, { next }))
  if (sort === null) return parameters
  const { urn, attribute, sub } = sort.place
  parameters.set('sortBy', `${urn === null ? '' : `${urn}:`}${attribute.name}${sub === null ? '' : `.${sub.name}`}`)
  if (sort.descending || next() % 2 === 0) parameters.set('sortOrder', sort.descending ? 'descending' : 'ascending')
  return parameters
}

/** RFC 7644, 3.4.2.3: who has no value comes last, or first in descending order; among equals the order stays. */
function listOf(everybody: readonly Json[], filter: Term | null, sort: Sort): Json[] {
  const found = everybody.filter((each) => filter === null || satisfies(each, filter))
  if (sort === null) return found
  const direction = sort.descending ? -1 : 1
  return found
    .map((each) => ({ each, key: keyOf(each, sort.place) }))
    .sort((a, b) => direction * compareKeys(a.key, b.key))
    .map(({ each }) => each)
}

function compareKeys(a: string | number | undefined, b: string | number | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return order(a, b)
}

/** Of a list its primary, else its first element. */
function keyOf(resource: Json, place: Place): string | number | undefined {
  const { urn, attribute, sub } = place
  const owner = (urn === null ? resource : resource[urn]) as Json | undefined
  const whole = owner?.[attribute.name]
  const one = attribute.multiValued ? first(whole) : whole
  const target = compared(place)
  const value = sub === null && attribute.type !== 'complex' ? one : (one as Json | undefined)?.[target?.name ?? '']
  return value === undefined || target === null ? undefined : comparable(value, target)
}

function first(value: unknown): unknown {
  const items = (value ?? []) as unknown[]
  return items.find((item) => (item as Json | undefined)?.primary === true) ?? items[0]
}

const ids = (resources: readonly Json[] | undefined): unknown[] => (resources ?? []).map(({ userName }) => userName)

async function byIndex(
  { scim }: Tenant,
  parameters: URLSearchParams,
  wanted: readonly Json[],
  startIndex: number,
  count: number,
): Promise<void> {
  const from = Math.max(1, startIndex)
  const page = wanted.slice(from - 1, from - 1 + Math.min(largest, Math.max(0, count)))
  const { status, body } = await scim('GET', `/Users?${parameters.toString()}&startIndex=${startIndex}&count=${count}`)
  const query = String(parameters)
  expect({ query, status, ...body, Resources: ids(body.Resources as Json[] | undefined) }).toEqual({
    ...{ query, status: 200, schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'] },
    ...{ totalResults: wanted.length, startIndex: from, itemsPerPage: page.length, Resources: ids(page) },
  })
}

/** Page after page gives everybody once, in order, and then ends. */
async function byCursor(
  { scim }: Tenant,
  parameters: URLSearchParams,
  wanted: readonly Json[],
  step: number,
): Promise<void> {
  const seen: Json[] = []
  let cursor: string | undefined = ''
  for (let pages = 0; cursor !== undefined; pages += 1) {
    expect(pages).toBeLessThanOrEqual(wanted.length)
    const { status, body }: { status: number; body: any } = await scim(
      'GET',
      `/Users?${parameters.toString()}&count=${step}&cursor=${encodeURIComponent(cursor)}`,
    )
    expect({ query: String(parameters), status, total: body.totalResults }).toEqual({
      query: String(parameters),
      status: 200,
      total: wanted.length,
    })
    seen.push(...(body.Resources as Json[]))
    cursor = body.nextCursor
    if (cursor !== undefined) expect(body.itemsPerPage).toBe(step)
  }
  expect({ query: String(parameters), seen: ids(seen) }).toEqual({ query: String(parameters), seen: ids(wanted) })
}
