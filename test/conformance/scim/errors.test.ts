import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTenant, type Answer, type Tenant } from '../../support/api.ts'
import { aUser, expectError, useDoor } from '../../support/door.ts'
import { groupUrn, patch, userUrn } from '../../support/idp.ts'
import { startJoinery, type Joinery } from '../../support/joinery.ts'

const fault: { error: Error | null } = { error: null }
const door = useDoor({
  wrapPorts: (ports) => ({
    ...ports,
    unitOfWork: (work) => (fault.error === null ? ports.unitOfWork(work) : Promise.reject(fault.error)),
  }),
})

const failing = async (error: Error, ask: () => Promise<Answer>): Promise<Answer> => {
  fault.error = error
  try {
    return await ask()
  } finally {
    fault.error = null
  }
}

describe('an error', () => {
  it('[326][327][328] is in the body as in the status: status as text, the Error URN, and a detail', async () => {
    const { id } = await door.user('errors')
    const errors: [number, string | undefined, Answer][] = [
      [400, 'invalidValue', await door.scim('POST', '/Users', {})],
      [404, undefined, await door.scim('GET', '/Users/nobody')],
      [404, undefined, await door.scim('GET', '/nowhere')],
      [409, 'uniqueness', await door.scim('POST', '/Users', aUser('errors'))],
      [412, undefined, await door.scim('DELETE', `/Users/${id}`, undefined, { 'If-Match': 'W/"9"' })],
      [413, undefined, await door.scim('POST', '/Users', aUser('long', { title: 'x'.repeat(1_100_000) }))],
      [401, undefined, await door.scim('GET', '/Users', undefined, { Authorization: 'Bearer none' })],
      [403, undefined, await door.scim('GET', '/Schemas?filter=id pr')],
      [405, undefined, await door.scim('DELETE', '/Users')],
      [415, undefined, await door.scim('POST', '/Users', 'userName=x', { 'Content-Type': 'text/plain' })],
    ]
    for (const [status, scimType, answer] of errors) expectError(answer, status, scimType)
  })

  it('[331][448] of ours is 500 with a reference for the operator, and nothing of the inside', async () => {
    const answer = await failing(new TypeError("cannot read 'secret_table' of undefined"), () =>
      door.scim('POST', '/Users', aUser('fault'), { 'X-Request-Id': 'ref-123' }),
    )
    expectError(answer, 500)
    expect(answer.body.detail).toContain('ref-123')
    expect(JSON.stringify(answer.body)).not.toMatch(/secret_table|TypeError|undefined/)
  })

  it.each([
    ['invalidFilter', (): Promise<Answer> => door.scim('GET', '/Users?filter=userName xx "x"')],
    ['invalidSyntax', (): Promise<Answer> => door.scim('POST', '/Users', '{"userName":')],
    ['invalidSyntax', (): Promise<Answer> => door.scim('POST', '/Users', '["no object"]')],
    ['invalidValue', (): Promise<Answer> => door.scim('POST', '/Users', { schemas: [userUrn] })],
    ['invalidValue', (): Promise<Answer> => door.scim('POST', '/Users', aUser('x', { active: 'maybe' }))],
    ['invalidVers', (): Promise<Answer> => door.scim('GET', '/v1/Users')],
  ])('[332][336][339][340] of the request is 400 %s', async (scimType, ask) => {
    expectError(await ask(), 400, scimType)
  })

  it.each([
    ['mutability', { op: 'replace', path: 'id', value: 'x' }],
    ['invalidPath', { op: 'replace', path: 'noSuchThing', value: 'x' }],
    ['noTarget', { op: 'replace', path: 'emails[type eq "work"].value', value: 'x' }],
    ['noTarget', { op: 'remove' }],
    ['invalidFilter', { op: 'replace', path: 'emails[type xx "work"].value', value: 'x' }],
    ['invalidValue', { op: 'replace', path: 'active', value: 'maybe' }],
  ])('[332][335][337][338][339] of a PATCH is 400 %s', async (scimType, operation) => {
    const { id } = await door.user(`patch-error-${scimType}-${operation.op}`.toLowerCase())
    expectError(await door.scim('PATCH', `/Users/${id}`, patch(operation)), 400, scimType)
  })

  it('[334] of a name that is taken is 409 uniqueness, by every method and for groups too', async () => {
    await door.user('taken')
    const user = await door.user('free')
    expectError(await door.scim('PUT', `/Users/${user.id}`, aUser('taken')), 409, 'uniqueness')
    await door.group('Taken')
    const group = await door.group('Free')
    expectError(await door.scim('POST', '/Groups', { schemas: [groupUrn], displayName: 'taken' }), 409, 'uniqueness')
    const rename = patch({ op: 'replace', path: 'displayName', value: 'TAKEN' })
    expectError(await door.scim('PATCH', `/Groups/${group.id}`, rename), 409, 'uniqueness')
  })

  it('[341] is not made of a personal filter in a URL, by which every directory searches', async () => {
    expect((await door.scim('GET', '/Users?filter=userName eq "person@corp.example"')).status).toBe(200)
  })

  it('[343] of a method is 405 with Allow', async () => {
    const { id } = await door.user('methods')
    for (const [method, path, allow] of [
      ['PUT', '/Users', 'GET, POST'],
      ['DELETE', '/Groups', 'GET, POST'],
      ['POST', `/Users/${id}`, 'GET, PUT, PATCH, DELETE'],
      ['POST', '/Schemas', 'GET'],
      ['PATCH', '/ServiceProviderConfig', 'GET'],
    ] as const) {
      const answer = await door.scim(method, path, method === 'DELETE' ? undefined : {})
      expectError(answer, 405)
      expect(answer.headers.get('allow')).toBe(allow)
    }
  })

  it('[343] of the medium is 415', async () => {
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expectError(await door.scim('POST', '/Users', '{}', { 'Content-Type': type }), 415)
  })
})

describe('/Me', () => {
  it('[323] is 501: a connection is nobody', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      expectError(await door.scim(method, '/Me', method === 'GET' || method === 'DELETE' ? undefined : {}), 501)
  })
})

describe('too many requests', () => {
  let now = Date.now()
  let joinery: Joinery
  let tenant: Tenant
  beforeAll(async () => {
    joinery = await startJoinery({ workers: false, clock: { now: () => now }, env: { SCIM_RATE_LIMIT: '25' } })
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())

  it.each(['/Users', '/Groups', '/Users/nobody'])(
    '[343][430][434][451] at %s are 429 with whole seconds to wait, and none once they are over',
    async (path) => {
      const answers = await Promise.all(Array.from({ length: 80 }, () => tenant.scim('GET', path)))
      const refused = answers.filter(({ status }) => status === 429)
      expect(refused.length).toBeGreaterThan(0)
      for (const answer of refused) {
        expectError(answer, 429)
        expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      }
      now += 60_000
      expect((await tenant.scim('GET', path)).status).not.toBe(429)
      now += 60_000
    },
  )
})
