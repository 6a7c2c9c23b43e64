import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Tenant } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { createModelTenant } from '../support/scim-model/extension.ts'
import { spell, terms } from '../support/scim-model/filter-text.ts'
import { isRefused, satisfies, type Term, type Value } from '../support/scim-model/filters.ts'
import { person } from '../support/scim-model/people.ts'
import { placesOf, readSchema, type ModelSchema } from '../support/scim-model/schema.ts'

type Json = Record<string, unknown>

const runs = Number(process.env.PROPERTY_RUNS ?? 40)

describeOnBoth('a filter finds whom a plain reading of RFC 7644 finds', (database) => {
  let joinery: Joinery
  let schema: ModelSchema
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
    schema = await readSchema((await createModelTenant(joinery.api)).scim)
  })
  afterAll(() => joinery.close())

  it('for people and filters of every kind', async () => {
    const people = fc.array(person(schema), { minLength: 1, maxLength: 8 })
    const scenario = people.chain((bodies) =>
      fc.record({
        bodies: fc.constant(bodies),
        filters: fc.array(terms(placesOf(schema), fc.constantFrom(...textsIn(bodies))), {
          minLength: 12,
          maxLength: 12,
        }),
        spelling: fc.infiniteStream(fc.nat(59)),
      }),
    )
    let telling = 0
    await fc.assert(
      fc.asyncProperty(scenario, async ({ bodies, filters, spelling }) => {
        const tenant = await createModelTenant(joinery.api)
        const resources = await create(tenant, bodies)
        const choices = { next: (): number => spelling.next().value as number }
        for (const filter of filters) {
          const found = await agree(tenant, resources, filter, spell(filter, choices))
          if (found > 0 && found < resources.length) telling += 1
        }
      }),
      { numRuns: runs, endOnFailure: process.env.SHRINK === undefined },
    )
    // Filters that find nobody or everybody say little: of the others there are enough.
    expect(telling).toBeGreaterThan(runs)
  })
})

async function create({ scim }: Tenant, bodies: readonly Json[]): Promise<Json[]> {
  for (const [index, body] of bodies.entries()) {
    const { status, body: answer } = await scim('POST', '/Users', {
      ...body,
      userName: `${namesOf[index % namesOf.length]}${index}`,
    })
    expect({ status, detail: answer.detail }).toEqual({ status: 201, detail: undefined })
  }
  return (await scim('GET', '/Users?count=200')).body.Resources as Json[]
}

const namesOf = ['ada', 'Bob', 'éva', 'ß_', 'Z%']

/** Both find the same people; answers how many. */
async function agree({ scim }: Tenant, resources: readonly Json[], filter: Term, text: string): Promise<number> {
  const { status, body } = await scim('GET', `/Users?count=200&filter=${encodeURIComponent(text)}`)
  const wanted = isRefused(filter)
    ? { text, status: 400, scimType: 'invalidFilter', found: undefined }
    : { text, status: 200, scimType: undefined, found: resources.filter((each) => satisfies(each, filter)).map(nameOf) }
  expect({ text, status, scimType: body.scimType, found: body.Resources?.map(nameOf) }).toEqual(wanted)
  return wanted.found?.length ?? 0
}

function nameOf({ userName }: Json): unknown {
  return userName
}

/** Texts that stand in these bodies, so that filters find somebody. */
function textsIn(value: unknown): Value[] {
  const found: Value[] = ['x']
  const walk = (each: unknown): void => {
    if (typeof each === 'string') found.push(each, each.slice(1), each.toUpperCase())
    else if (typeof each === 'object' && each !== null) Object.values(each).forEach(walk)
  }
  walk(value)
  return found.filter((each) => !/[\p{Cs}]/u.test(String(each)))
}
