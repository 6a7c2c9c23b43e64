import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createConnection, settled } from '../support/api.ts'
import { runCli } from '../support/cli.ts'
import { describeOnBoth } from '../support/databases.ts'
import { aHolder, as } from '../support/invitations.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'

const folder = mkdtempSync(join(tmpdir(), 'joinery-import-'))
afterAll(() => rmSync(folder, { recursive: true }))

describeOnBoth('joinery import members', (database) => {
  let joinery: Joinery
  let accountId: string
  let files = 0

  beforeAll(async () => {
    joinery = await startJoinery({ database })
  })
  beforeEach(async () => {
    accountId = (await joinery.api.ok('POST', '/accounts', { name: 'Acme', catalog: 'plivo' })).id as string
  })
  afterAll(() => joinery.close())

  async function run(ending: 'csv' | 'jsonl', content: string | Buffer, ...more: string[]) {
    const file = join(folder, `${(files += 1)}.${ending}`)
    writeFileSync(file, content)
    return runCli(joinery.url, ['import', 'members', file, '--account', accountId, ...more])
  }
  const members = async (): Promise<Record<string, string[]>> => {
    await settled(joinery.api, accountId)
    const { items } = await joinery.api.ok('GET', `/accounts/${accountId}/members?limit=500`)
    return Object.fromEntries(items.map((member: any) => [member.userName, member.roles]))
  }
  const csv = (...rows: string[]): string => ['userName,email,displayName,roles', ...rows].join('\n')
  const jane = 'jane@corp.example,jane@corp.example,Jane Doe,developer'
  const ravi = 'ravi,ravi@corp.example,"Rao, Ravi",support'

  it('brings people in with their roles, and run twice changes nothing', async () => {
    expect(await run('csv', csv(jane, ravi))).toEqual({ status: 0, out: '2 added, 0 unchanged, 0 refused', err: '' })
    expect(await members()).toEqual({ 'jane@corp.example': ['developer'], ravi: ['support'] })
    expect(await run('csv', csv(jane, ravi))).toMatchObject({ status: 0, out: '0 added, 2 unchanged, 0 refused' })
    expect(Object.keys(await members())).toHaveLength(2)
  })

  it('reads a mark at the beginning, Windows line ends and JSON lines', async () => {
    expect(await run('csv', `\ufeff${csv(jane).replaceAll('\n', '\r\n')}\r\n`)).toMatchObject({ status: 0 })
    const line = { userName: 'ravi', email: 'ravi@corp.example', roles: ['support'] }
    expect(await run('jsonl', `${JSON.stringify(line)}\n\n`)).toMatchObject({ out: '1 added, 0 unchanged, 0 refused' })
    expect(await members()).toEqual({ 'jane@corp.example': ['developer'], ravi: ['support'] })
  })

  it('rehearses, and changes nothing', async () => {
    const { status, out } = await run('csv', csv(jane), '--dry-run')
    expect({ status, out }).toEqual({
      status: 0,
      out: '1 would be added, 0 unchanged, 0 refused\nNothing was changed: this was a rehearsal.',
    })
    expect(await members()).toEqual({})
  })

  it('tells each refused row with its line and what to do, and takes none at all', async () => {
    const rows = [
      jane,
      'x@gmail.com,x@gmail.com,,support',
      'eve@corp.example,eve@corp.example,,owner',
      'max@corp.example,max@corp.example,,developer;support',
      'JANE@corp.example,jane@corp.example,,support',
      'short,row',
      ',none@corp.example,,support',
      'wiz@corp.example,wiz@corp.example,,wizard',
    ]
    const { status, out, err } = await run('csv', csv(...rows))
    expect(status).toBe(1)
    expect(out).toContain('1 would be added, 0 unchanged, 7 refused\nNothing was changed. Mend the rows')
    const told = err.split('\n')
    expect(told[0]).toMatch(/^line 3: (userName|email): gmail\.com is a personal mail provider/)
    expect(told[1]).toBe('line 4: roles: role "owner" is not handed out; the owner hands the account over')
    expect(told[2]).toBe('line 5: roles: a member holds one role here; name one')
    expect(told[3]).toBe('line 6: userName: is the person of line 2 again; leave one of the two out')
    expect(told[4]).toBe('line 7: has 2 values for 4 columns; put quotes around values with commas')
    expect(told[5]).toBe('line 8: userName: is missing')
    expect(told[6]).toMatch(/^line 9: roles: catalog "plivo" has no role "wizard"; choose one of: /)
    expect(await members()).toEqual({})

    const skipping = await run('csv', csv(...rows), '--skip-refused')
    expect(skipping).toMatchObject({ status: 1, out: '1 added, 0 unchanged, 7 refused' })
    expect(await members()).toEqual({ 'jane@corp.example': ['developer'] })
  })

  it('changes nobody who is here: a row that says otherwise is refused with what differs', async () => {
    await run('csv', csv(jane))
    const { status, err } = await run('csv', csv(jane.replace('developer', 'support')))
    expect(status).toBe(1)
    expect(err).toMatch(
      /^line 2: userName: is a member already and holds developer here, and support in the file; change /,
    )
    expect(await members()).toEqual({ 'jane@corp.example': ['developer'] })
  })

  it('takes a file of several transactions, and goes on where one broke off', async () => {
    const rows = Array.from({ length: 450 }, (_, index) => `p${index},p${index}@corp.example,,support`)
    await run('csv', csv(...rows.slice(0, 230)))
    expect(await run('csv', csv(...rows))).toMatchObject({ status: 0, out: '220 added, 230 unchanged, 0 refused' })
    expect(Object.keys(await members())).toHaveLength(450)
  })

  it.each([
    ['an unknown column', 'csv', 'userName,mail\n', /there is no column "mail"/],
    ['a misspelt column', 'csv', 'username,email\n', /no column "username"; did you mean "userName"\?/],
    ['one role instead of roles', 'csv', 'userName,email,role\n', /no column "role"; did you mean "roles"\?/],
    [
      'one role instead of roles, as JSON',
      'jsonl',
      '{"userName":"x","email":"x@corp.example","role":"developer"}',
      /line 1: role: is no field here; did you mean "roles"\?/,
    ],
    ['a column too few', 'csv', 'userName\n', /the column "email" is missing/],
    ['a column twice', 'csv', 'userName,email,email\n', /named twice/],
    ['an open quote', 'csv', 'userName,email\n"x,y\n', /the file is no CSV/],
    ['no UTF-8', 'csv', Buffer.from([0xff, 0xfe, 0x41]), /it is not UTF-8/],
    ['no JSON', 'jsonl', '{"userName":', /line 1: is no JSON object/],
    [
      'an unknown field',
      'jsonl',
      '{"userName":"x","email":"x@corp.example","owner":true}',
      /line 1: owner: is no field here/,
    ],
    [
      'roles that are no list',
      'jsonl',
      '{"userName":"x","email":"x@corp.example","roles":"a"}',
      /line 1: roles: must be a list/,
    ],
  ] as const)('refuses %s', async (_what, ending, content, message) => {
    const { status, err } = await run(ending, content)
    expect(status).toBe(1)
    expect(err).toMatch(message)
    expect(await members()).toEqual({})
  })

  it('is refused where a directory brings the people', async () => {
    await createConnection(joinery.api, accountId)
    expect(await run('csv', csv(jane))).toMatchObject({
      status: 1,
      err: expect.stringContaining('its directory') as string,
    })
  })

  describe('by an administrator of the account', () => {
    it('gives no role that he may not hand out', async () => {
      const { app } = joinery.runtime
      const { id } = await app.createAccount(operator, {
        name: 'Acme',
        catalog: 'plivo',
        entitlements: ['role-management'],
      })
      const admin = as(await aHolder(joinery, id, 'admin@corp.example', 'admin'))
      const support = as(await aHolder(joinery, id, 'support@corp.example', 'support'))
      const row = (line: number, role: string) => ({
        ...{ line, userName: `u${line}`, email: `u${line}@corp.example`, displayName: null, roles: [role] },
      })
      const rows = [row(2, 'developer'), row(3, 'owner')]
      const result = await app.importMembers(admin, { accountId: id, rows, dryRun: false })
      expect(result.rows.map(({ kind }) => kind)).toEqual(['added', 'refused'])
      await expect(app.importMembers(support, { accountId: id, rows, dryRun: false })).rejects.toMatchObject({
        code: 'forbidden',
      })
    })
  })
})
