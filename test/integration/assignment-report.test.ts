import { afterAll, beforeAll, expect, it } from 'vitest'
import { createConnection } from '../support/api.ts'
import { runCli } from '../support/cli.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta, patch } from '../support/idp.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { signIn } from '../support/invitations.ts'
import { as, settle } from '../support/signed-in.ts'

type Line = { member: string; role: string; source: string; since: string; givenBy: string[] } & {
  endsAt: string | null
  lastSeenAt: string | null
}

describeOnBoth('the report of assignments', (database) => {
  let joinery: Joinery
  let accountId: string
  let names = 0
  const clock = createClock()
  const app = () => joinery.runtime.app

  beforeAll(async () => {
    joinery = await startJoinery({ database, clock, workers: false })
    accountId = (await app().createAccount(operator, { name: 'Acme', catalog: 'iotcomms' })).id
  })
  afterAll(() => joinery.close())

  const hire = async (userName = `p${(names += 1)}@corp.example`) => {
    const email = `m${(names += 1)}@corp.example`
    return (await app().addMember(operator, { accountId, userName, email })).id
  }
  const employ = async (role: string, more: { userName?: string; validTo?: number } = {}) => {
    const id = await hire(more.userName)
    await app().assignRole(operator, { accountId, memberId: id, role, validTo: more.validTo })
    await settle(joinery)
    return id
  }
  const lines = async (): Promise<Line[]> =>
    (await joinery.api.ok('GET', `/accounts/${accountId}/reports/assignments`)).items
  /** Between an instant and now. */
  const sinceThen = (told: string | null | undefined, begun: number) => {
    const at = Date.parse(told ?? '')
    expect(at).toBeGreaterThanOrEqual(begun)
    expect(at).toBeLessThanOrEqual(clock.now())
  }
  const of = async (member: string) => (await lines()).filter((line) => line.member === member)
  const csv = async (): Promise<string[]> => {
    const response = await fetch(`${joinery.url}/api/v1/accounts/${accountId}/reports/assignments/csv`, {
      headers: { Authorization: `Bearer ${testSecrets.ADMIN_TOKEN}` },
    })
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    return (await response.text()).split('\r\n')
  }

  it('iotcomms-8: tells who holds what by hand, since when, by whom and until when', async () => {
    const begun = clock.now()
    const validTo = clock.now() + 3_600_000
    const memberId = await employ('hybrid_admin', { validTo })
    expect(await of(memberId)).toMatchObject([
      { role: 'hybrid_admin', source: 'manual', givenBy: ['operator'], lastSeenAt: null },
    ])
    sinceThen((await of(memberId))[0]?.since, begun)
    expect((await of(memberId))[0]?.endsAt).toBe(new Date(validTo).toISOString())
    clock.advance(3_600_001)
    expect(await of(memberId)).toEqual([])
  })

  it('iotcomms-8: says since when by the assignment, however late it was applied, and by its beginning', async () => {
    const begun = clock.now()
    const [memberId, later] = [await hire(), await hire()]
    await app().assignRole(operator, { accountId, memberId, role: 'admin' })
    const assigned = clock.now()
    const validFrom = assigned + 3_600_000
    await app().assignRole(operator, { accountId, memberId: later, role: 'admin', validFrom })
    clock.advance(2 * 3_600_000)
    await settle(joinery)
    const since = Date.parse((await of(memberId))[0]?.since ?? '')
    expect(since).toBeGreaterThanOrEqual(begun)
    expect(since).toBeLessThanOrEqual(assigned)
    expect(Date.parse((await of(later))[0]?.since ?? '')).toBe(validFrom)
  })

  it('iotcomms-8: tells the group and the connection of what a directory gives, and forgets what is lost', async () => {
    const begun = clock.now()
    const { connectionId, scim } = await createConnection(joinery.api, accountId)
    const user = (await scim('POST', '/Users', okta.createUser('rita'))).body
    const group = (await scim('POST', '/Groups', { displayName: 'Billing', members: [{ value: user.id }] })).body
    const mapping = { connection: connectionId, groupId: group.id, role: 'billing_administrator' }
    await joinery.api.ok('POST', `/accounts/${accountId}/mappings`, mapping)
    await settle(joinery)
    const held = (await lines()).filter(({ source }) => source === 'directory')
    expect(held).toMatchObject([{ role: 'billing_administrator', endsAt: null }])
    expect(held[0]?.givenBy[0]).toMatch(/^group Billing of \S/)
    sinceThen(held[0]?.since, begun)
    await scim('PATCH', `/Groups/${group.id}`, patch({ op: 'remove', path: 'members' }))
    expect((await lines()).filter(({ source }) => source === 'directory')).toEqual([])
  })

  it('iotcomms-8: tells when somebody was last seen here, and of his present life alone', async () => {
    const { scim } = await createConnection(joinery.api, accountId)
    const { id } = (await scim('POST', '/Users', okta.createUser('nina'))).body
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/members?userName=nina@corp.example`)
    const memberId = items[0].id as string
    const give = async (): Promise<void> => {
      await app().assignRole(operator, { accountId, memberId, role: 'admin' })
      await settle(joinery)
    }
    await give()
    expect(await of(memberId)).toMatchObject([{ lastSeenAt: null }])
    const { secret } = await app().createOneTimeLink(operator, { accountId, memberId })
    const began = clock.now()
    await app().useOneTimeLink(signIn, { secret, sessionSecret: 'of-this-test', formerSecret: null })
    sinceThen((await of(memberId))[0]?.lastSeenAt, began)
    await scim('DELETE', `/Users/${id}`)
    await scim('POST', '/Users', okta.createUser('nina'))
    await settle(joinery)
    await give()
    expect(await of(memberId)).toMatchObject([{ role: 'admin', lastSeenAt: null }])
  })

  it('iotcomms-8: pages cover members, and an export has them all', async () => {
    for (let n = 0; n < 4; n += 1) await employ('hybrid_admin')
    const path = `/accounts/${accountId}/reports/assignments?limit=2`
    const found: Line[] = []
    for (let next: string | null = ''; next !== null;) {
      const page: { items: Line[]; next: string | null } = await joinery.api.ok(
        'GET',
        next === '' ? path : `${path}&after=${next}`,
      )
      found.push(...page.items)
      next = page.next
    }
    expect(found).toEqual(await lines())
    const records = await csv()
    expect(records[0]).toMatch(/^member,userName,displayName,email,role,/)
    expect(records).toHaveLength(found.length + 2)
  })

  it('iotcomms-8: a name that is a formula is none in the export', async () => {
    await employ('hybrid_admin', { userName: '=HYPERLINK("https://x.example","a")' })
    expect((await csv()).find((record) => record.includes('HYPERLINK'))).toContain(`,"'=HYPERLINK(""https://x.example"`)
  })

  it('iotcomms-8: is for whoever may see members, of his own account', async () => {
    const [admin, biller] = [await employ('admin'), await employ('billing_administrator')]
    const query = { accountId, limit: 10, after: undefined }
    await expect(app().reportAssignments(as(admin, accountId), query)).resolves.toBeDefined()
    await expect(app().exportAssignments(as(biller, accountId), accountId)).rejects.toMatchObject({
      rule: 'not_allowed',
    })
    const other = (await app().createAccount(operator, { name: 'B', catalog: 'iotcomms' })).id
    await expect(app().exportAssignments(as(admin, accountId), other)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('iotcomms-8: is printed and exported from the command line', async () => {
    const run = async (...args: string[]): Promise<string> => {
      const ran = await runCli(joinery.url, ['report', 'assignments', '--account', accountId, ...args])
      expect(ran).toMatchObject({ status: 0, err: '' })
      return ran.out
    }
    expect(await run()).toMatch(
      /^USERNAME +ROLE +SOURCE +SINCE +GIVENBY +ENDSAT +CUSTOMISED +SWITCHEDOFF +LASTSEENAT\n/,
    )
    expect((await run('--csv')).split('\n').length).toBe((await csv()).length - 1)
    expect(JSON.parse(await run('--json'))).toMatchObject({ next: null })
  })
})
