import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { JOINERY_VERBS } from '../../src/domain/joinery-verbs.ts'
import type { Who } from '../../src/http/admin/who.ts'
import { createKeyApi, type MadeKey } from '../support/access-keys.ts'
import type { Answer, Api } from '../support/api.ts'
import { describedOperations, pathTo, type Described } from '../support/api-document.ts'
import { createClock } from '../support/clock.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { as, browserOf, createPersonApi, settle } from '../support/signed-in.ts'

/** What takes something away comes last. */
const all = describedOperations().sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))

/** A role for each of Joinery’s verbs and for nothing else, and keys and role requests for everybody. */
const catalog = `format: 1
id: verbs
label: Verbs
access:
  kind: levels
  levels:
    - { id: none, label: None }
    - { id: full, label: Full }
accountLevels:
  - { id: account, label: Account }
holding: several
owner: { role: owner, kind: exclusive }
roles:
  - { id: owner, label: Owner, flags: [exclusive, unassignable, protected], grants: everything }
${JOINERY_VERBS.map((verb) => `  - { id: ${verb}, label: ${verb} }`).join('\n')}
assign: {}
roleRequests: { promisedHours: 48 }
accessKeys: { belongTo: person, roles: holder }
controls:
${JOINERY_VERBS.map((verb) => `  ${verb}: { roles: [${verb}] }`).join('\n')}
capabilities:
  - id: anything
    label: Anything
    allows: [full]
    grants: { ${JOINERY_VERBS.map((verb) => `${verb}: none`).join(', ')} }
`

/** Somebody of the account: how he asks, and what is his. */
type Somebody = { readonly call: Api['call']; readonly ids: Readonly<Record<string, string>> }

/** What the document says of who may use a route is what each of them meets. */
describe('every route, asked by holders of one verb each', () => {
  const folder = mkdtempSync(join(tmpdir(), 'joinery-verbs-'))
  const clock = createClock()
  let joinery: Joinery
  let account: string
  let nobody: Somebody
  let asker: Somebody
  let programOfAll: Somebody
  const holders = new Map<Who, Somebody>()
  let names = 0

  beforeAll(async () => {
    writeFileSync(join(folder, 'verbs.yaml'), catalog)
    joinery = await startJoinery({ clock, workers: false, env: { CATALOG_DIR: folder } })
    const owner = { userName: 'owner@corp.example', email: 'owner@corp.example' }
    const opened = await joinery.api.ok('POST', '/accounts', { name: 'A', catalog: 'verbs', owner })
    account = opened.id as string
    holders.set('owner', await known(opened.ownerId as string))
    nobody = await somebody([])
    for (const verb of JOINERY_VERBS) holders.set(verb, await somebody([verb]))
    asker = await somebody([])
    const { ids, call } = await somebody(JOINERY_VERBS)
    const path = `/accounts/${account}/keys`
    const made = await call('POST', path, { name: 'All', member: ids.member })
    programOfAll = {
      ids: { roleRequest: asker.ids.roleRequest ?? '' },
      call: createKeyApi(joinery.api, made.body as MadeKey),
    }
  })
  afterAll(async () => {
    await joinery.close()
    rmSync(folder, { recursive: true })
  })

  async function somebody(roles: readonly string[]): Promise<Somebody> {
    const { app } = joinery.runtime
    const name = `p${(names += 1)}@corp.example`
    const { id: member } = await app.addMember(operator, { accountId: account, userName: name, email: name })
    for (const role of roles) await app.assignRole(operator, { accountId: account, memberId: member, role })
    return known(member)
  }

  async function known(member: string): Promise<Somebody> {
    const { app } = joinery.runtime
    await settle(joinery)
    const person = as(member, account)
    const key = await app.createAccessKey(person, { accountId: account, memberId: member, name: 'Own' })
    const asked = await app.askForRole(person, { accountId: account, memberId: member, role: 'read-audit' })
    const call = createPersonApi(joinery.url, await browserOf(joinery, account, member))
    return { call, ids: { member, key: key.id, roleRequest: asked.id } }
  }

  /** Asks about things of his own, or about what nobody has. */
  async function isLetIn(route: Described, who: Somebody, about: 'himself' | 'nobody'): Promise<boolean> {
    clock.advance(100) // within the pace of one who asks
    const own = about === 'himself' ? who.ids : {}
    const ids = { account, catalog: 'verbs', domain: 'corp.example', urn: 'urn:acme:badge', ...own }
    const named = { ...route.body?.example, ...(own.member !== undefined && takesMember(route) ? own : {}) }
    const { roleRequest: _, key: __, ...body } = named as Record<string, unknown>
    const answer = await who.call(route.method, `${pathTo(route, ids)}${queryOf(route, own)}`, bodyOf(route, body))
    expect(answer.status).not.toBe(401)
    expect(answer.status).not.toBe(429)
    return !isRefused(answer) && !(answer.status === 404 && hidden.includes(route.name))
  }

  it.each(all)('$name: $method $path is for whom it says: $who', async (route) => {
    const verbs: Who[] = []
    for (const [verb, holder] of holders) if (await isLetIn(route, holder, 'nobody')) verbs.push(verb)
    const everybody = await isLetIn(route, nobody, 'nobody')
    const forHimself = await isLetIn(route, nobody, 'himself')
    expect(observed({ verbs, everybody, forHimself })).toEqual(route.who)
  })

  it.each(all)('$name: $method $path takes an access key as it says: $by', async (route) => {
    expect(await isLetIn(route, programOfAll, 'himself')).toBe(route.by.includes('accessKey'))
  })
})

/** Somebody else’s request does not exist for a person. */
const hidden = ['withdrawRoleRequest']

function isRefused({ status, body }: Answer): boolean {
  return (
    status === 403 && [undefined, 'not_allowed', 'person_needed', 'not_owner'].includes(body.rule as string | undefined)
  )
}

type Seen = { readonly verbs: readonly Who[]; readonly everybody: boolean; readonly forHimself: boolean }

/** Of whose things of others a verb is, while everybody has his own. */
const ownThings: Readonly<Record<string, Who>> = { 'manage-keys': 'own-keys', 'see-members': 'own-requests' }

function observed({ verbs, everybody, forHimself }: Seen): Who | readonly Who[] {
  if (everybody) return 'member'
  if (forHimself) return verbs.length === 0 ? 'person' : (ownThings[verbs.join()] ?? verbs)
  const [verb = 'operator', ...more] = verbs
  return more.length === 0 ? verb : verbs
}

const takesMember = ({ body }: Described): boolean => body?.schema.properties?.member !== undefined

const bodyOf = ({ takesBody }: Described, body: object): object | undefined => (takesBody ? body : undefined)

/** What the query has to have, and whose it is where it may say so. */
function queryOf({ query }: Described, { member }: Readonly<Record<string, string>>): string {
  const needed = query.flatMap(({ name, required, schema }): [string, string][] => {
    if (name === 'member' && member !== undefined) return [[name, member]]
    return required ? [[name, `${(schema.enum?.[0] ?? 1) as string | number}`]] : []
  })
  return needed.length === 0 ? '' : `?${new URLSearchParams(needed).toString()}`
}
