import { afterAll, beforeAll, describe, it } from 'vitest'
import { createTenant, isProblem, type Answer } from '../support/api.ts'
import { describedOperations, pathTo, type Described } from '../support/api-document.ts'
import { oneOfEach } from '../support/one-of-each.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

const all = describedOperations()
const words = { catalog: 'plivo', domain: 'corp.example', urn: 'urn:acme:badge' }
/** Fewer than a key may ask at once. */
const perKey = 60

describe('every route of the document, asked by others than the operator', () => {
  let joinery: Joinery
  let ids: Readonly<Record<string, string>>
  let gateway: string
  const keys: Record<'lacking' | 'foreign', string[]> = { lacking: [], foreign: [] }

  beforeAll(async () => {
    joinery = await startJoinery()
    const own = await oneOfEach(joinery.api)
    ids = { ...words, ...own }
    const { accountId: other } = await createTenant(joinery.api)
    const made = async (account: string, role: string): Promise<string> => {
      const { id, secret } = await joinery.api.ok('POST', `/accounts/${account}/keys`, { name: role, roles: [role] })
      return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
    }
    for (let index = 0; index < all.length; index += perKey) {
      keys.lacking.push(await made(own.account ?? '', 'finance-analyst'))
      keys.foreign.push(await made(other, 'admin'))
    }
    gateway = (await joinery.api.ok('POST', '/gateways', { name: 'Voice API' })).token
  })
  afterAll(() => joinery.close())

  const ask = (route: Described, Authorization: string): Promise<Answer> =>
    joinery.api.call(
      route.method,
      `${pathTo(route, ids)}${queryOf(route)}`,
      route.takesBody ? (route.body?.example ?? {}) : undefined,
      { Authorization },
    )

  it.each(all.map((route, index) => ({ ...route, index })))(
    '$name: $method $path is not for a key without the capability',
    async (route) => {
      const answer = await ask(route, keys.lacking[Math.floor(route.index / perKey)] ?? '')
      isProblem(answer, 403, 'forbidden')
    },
  )

  it.each(all.map((route, index) => ({ ...route, index })))(
    '$name: $method $path does not exist for an administrator of another account',
    async (route) => {
      const answer = await ask(route, keys.foreign[Math.floor(route.index / perKey)] ?? '')
      if (route.pathNames.includes('account') && answer.status !== 403) isProblem(answer, 404, 'not_found')
      else isProblem(answer, 403, 'forbidden')
    },
  )

  it.each(all)('$name: $method $path is 401 for the credential of a gateway', async (route) => {
    isProblem(await ask(route, `Bearer ${gateway}`), 401, 'unauthenticated')
  })
})

/** Whatever the query has to have. */
function queryOf({ query }: Described): string {
  const needed = query.filter(({ required }) => required)
  return needed.length === 0
    ? ''
    : `?${needed.map(({ name, schema }) => `${name}=${JSON.stringify(schema.enum?.[0] ?? 1).replaceAll('"', '')}`).join('&')}`
}
