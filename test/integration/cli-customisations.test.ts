import { runCli, type Ran } from '../support/cli.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'

describe('customised members from the command line', () => {
  let joinery: Joinery
  let account: string
  let member: string
  beforeAll(async () => {
    joinery = await startJoinery({ workers: false })
    const { app } = joinery.runtime
    account = (await app.createAccount(operator, { name: 'Acme', catalog: 'studio' })).id
    const userName = 'jane@corp.example'
    member = (await app.addMember(operator, { accountId: account, userName, email: userName })).id
    await app.assignRole(operator, { accountId: account, memberId: member, role: 'ac_rw' })
    await settle(joinery)
  })
  afterAll(() => joinery.close())

  const run = (command: string, ...args: string[]): Promise<Ran> =>
    runCli(joinery.url, ['members', command, member, '--account', account, ...args])

  it('studio-4: are told apart by what shows a member, and by the report', async () => {
    const told = async (): Promise<unknown[]> => {
      const detail = JSON.parse((await run('show', '--json')).out) as { customised: boolean }
      const hint = (await run('show')).out.includes(`customised: see joinery members customisation ${member} `)
      const { out } = await runCli(joinery.url, ['report', 'assignments', '--account', account])
      const [head = '', line = ''] = out.split('\n')
      return [detail.customised, hint, line.slice(head.indexOf('CUSTOMISED')).split(' ')[0]]
    }
    expect(await told()).toEqual([false, false, 'no'])
    await run('customise', '--set', 'call-flows=read')
    expect(await told()).toEqual([true, true, 'yes'])
    await run('reset')
    expect(await told()).toEqual([false, false, 'no'])
  })

  it('studio-4: are customised, shown and reset', async () => {
    expect((await run('customisation')).out).toContain(`Member ${member} (ac_rw) has all that his roles give.`)
    const changed = await run('customise', '--set', 'call-flows=read', 'profiles.email=none')
    expect(changed.out).toMatch(/is customised by operator since .*\nCAPABILITY +HAS +WITHHELD +BEYOND ROLE\n/)
    expect(changed.out).toMatch(/\ncall-flows +read +full/)
    expect((await run('customise', '--set', 'profiles=full', '--only')).out).toMatch(/\nprofiles +read, full|full/)
    const shown = JSON.parse((await run('customisation', '--json')).out) as { permissions: object }
    expect(shown.permissions).toEqual({ profiles: ['full'] })
    const beyond = await run('customise', '--set', 'manage-users=full')
    expect(beyond).toMatchObject({ status: 1, err: expect.stringContaining('beyond what the member’s role') as string })
    expect((await run('customise', '--set', 'profiles')).status).toBe(2)
    expect((await run('reset')).out).toBe(`Member ${member} has all that his roles give.`)
    expect(await run('reset')).toMatchObject({
      status: 1,
      err: 'This conflicts with what exists: the member’s permissions are not customised: he has all that his roles give, and there is nothing to reset',
    })
  })
})
