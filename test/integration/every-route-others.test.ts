import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyApi, type MadeKey } from '../support/access-keys.ts'
import { createApi, createTenant, isProblem, type Answer, type Api } from '../support/api.ts'
import { describedOperations, pathTo, type Described } from '../support/api-document.ts'
import { aHolder } from '../support/invitations.ts'
import { oneOfEach } from '../support/one-of-each.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { browserOf, createPersonApi } from '../support/signed-in.ts'

const all = describedOperations()
const words = { catalog: 'plivo', domain: 'corp.example', urn: 'urn:acme:badge' }
/** Fewer than one who asks may ask at once. */
const perHolder = 60
/** What is each person's own: somebody else's does not exist for him. */
const ofPeople = ['withdrawRoleRequest']
const kinds = ['a key', 'a person'] as const

describe('every route of the document, asked by others than the operator', () => {
  let joinery: Joinery
  let ids: Readonly<Record<string, string>>
  let gateway: string
  let names = 0
  type Ask = (route: Described) => Promise<Answer>
  const holders: Record<(typeof kinds)[number], Record<'lacking' | 'foreign', Ask[]>> = {
    'a key': { lacking: [], foreign: [] },
    'a person': { lacking: [], foreign: [] },
  }

  beforeAll(async () => {
    joinery = await startJoinery()
    const own = await oneOfEach(joinery.api)
    ids = { ...words, ...own }
    const { accountId: other } = await createTenant(joinery.api)
    const key = async (account: string, role: string): Promise<Ask> => {
      const body = { name: role, roles: [role] }
      const made = await joinery.api.ok<MadeKey>('POST', `/accounts/${account}/keys`, body)
      return asking(createKeyApi(joinery.api, made))
    }
    const person = async (account: string, role: string): Promise<Ask> => {
      const name = `${role}-${(names += 1)}@corp.example`
      const { memberId } = await aHolder(joinery, account, name, role)
      return asking(createPersonApi(joinery.url, await browserOf(joinery, account, memberId)))
    }
    for (let index = 0; index < all.length; index += perHolder) {
      for (const [kind, made] of [
        ['a key', key],
        ['a person', person],
      ] as const) {
        holders[kind].lacking.push(await made(own.account ?? '', 'finance-analyst'))
        holders[kind].foreign.push(await made(other, 'admin'))
      }
    }
    gateway = (await joinery.api.ok('POST', '/gateways', { name: 'Voice API' })).token
  })
  afterAll(() => joinery.close())

  const asking =
    (call: Api['call']): Ask =>
    (route) => {
      const body = route.takesBody ? (route.body?.example ?? {}) : undefined
      return call(route.method, `${pathTo(route, ids)}${queryOf(route)}`, body)
    }
  const asked = async ({ kind, index, ...route }: Each, which: 'lacking' | 'foreign'): Promise<Answer> => {
    const ask = holders[kind][which][Math.floor(index / perHolder)]
    if (ask === undefined) throw new Error(`${kind} is missing`)
    return ask(route)
  }
  type Each = Described & { kind: (typeof kinds)[number]; index: number }
  const each: Each[] = kinds.flatMap((kind) => all.map((route, index) => ({ ...route, kind, index })))

  it.each(each)('$name: $method $path is not for $kind without the capability', async (route) => {
    const answer = await asked(route, 'lacking')
    if (route.who === 'member') expect(answer.status).toBe(200)
    else if (route.kind === 'a person' && ofPeople.includes(route.name)) isProblem(answer, 404, 'not_found')
    else isProblem(answer, 403, 'forbidden')
  })

  it.each(each)('$name: $method $path does not exist for $kind who administers another account', async (route) => {
    const answer = await asked(route, 'foreign')
    // Both accounts live under one catalog.
    if (route.name === 'getCatalog') expect(answer.status).toBe(200)
    else if (route.name === 'listAccounts') expect(JSON.stringify(answer.body)).not.toContain(ids.account)
    else if (route.pathNames.includes('account') && answer.status !== 403) isProblem(answer, 404, 'not_found')
    else isProblem(answer, 403, 'forbidden')
  })

  it.each(all)('$name: $method $path is 401 for the credential of a gateway', async (route) => {
    isProblem(await asking(createApi(joinery.url, gateway).call)(route), 401, 'unauthenticated')
  })

  it.each(all)('$name: $method $path is 401 for a browser that nobody is signed in by', async (route) => {
    const headers = { Cookie: 'joinery=s%3AaSecretOfNobody.aSignatureOfNobody', 'Sec-Fetch-Site': 'same-origin' }
    const call: Api['call'] = (method, path, body) => createApi(joinery.url, null).call(method, path, body, headers)
    isProblem(await asking(call)(route), 401, 'unauthenticated')
  })
})

/** Whatever the query has to have. */
function queryOf({ query }: Described): string {
  const needed = query.filter(({ required }) => required)
  return needed.length === 0
    ? ''
    : `?${needed.map(({ name, schema }) => `${name}=${JSON.stringify(schema.enum?.[0] ?? 1).replaceAll('"', '')}`).join('&')}`
}
