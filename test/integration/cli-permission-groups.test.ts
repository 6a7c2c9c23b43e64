import { runCli, type Ran } from '../support/cli.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'

describe('permission groups from the command line', () => {
  let joinery: Joinery
  let account: string
  beforeAll(async () => {
    joinery = await startJoinery({ workers: false })
    const { app } = joinery.runtime
    account = (await app.createAccount(operator, { name: 'Acme', catalog: 'platform-groups' })).id
  })
  afterAll(() => joinery.close())

  const run = (command: string, ...args: string[]): Promise<Ran> =>
    runCli(joinery.url, ['permission-groups', command, '--account', account, ...args])

  it('are made, changed, listed, filled, looked at and removed', async () => {
    const made = await run(
      'create',
      '--name',
      'Night\u001b[2Jshift',
      '--set',
      'product-users=edit',
      '--complete',
      '--json',
    )
    const { id, role } = JSON.parse(made.out) as { id: string; role: string }
    expect(role).toBe(`group:${id}`)
    const changed = await run('change', id, '--name', 'Nights', '--set', 'route-plan=edit', 'reports=view')
    expect(changed.out).toMatch(/^Group \S+ "Nights" is changed\.\nMind route-plan at edit: Another route/)
    const userName = 'jane@corp.example'
    const jane = await joinery.runtime.app.addMember(operator, { accountId: account, userName, email: userName })
    expect((await run('add', id, '--member', jane.id)).out).toBe(`Member ${jane.id} is in group ${id}.`)
    await settle(joinery)
    expect((await run('list', '--sort=-users', '--search', 'NIGHT')).out).toMatch(
      /ID +NAME +USERS +COPIEDFROM\n\S+ +Nights +1/,
    )
    expect((await run('show', id)).out).toMatch(/^Nights, held by 1\nCAPABILITY +ACCESS\n[^]*route-plan +edit/)

    const kept = await run('remove', id)
    expect(kept).toMatchObject({ status: 1, err: expect.stringContaining('"Nights" is in use (people: 1') as string })
    expect((await run('take', id, '--member', jane.id)).status).toBe(0)
    await settle(joinery)
    expect((await run('remove', id)).out).toBe(`Group ${id} is removed.`)
    const history = (await run('history', id)).out
    expect(history.split('\n').map((line) => line.split(/ +/)[1])).toEqual([
      'ACTION',
      'permission_group.removed',
      'permission_group.changed',
      'permission_group.created',
    ])
    expect(history).not.toContain('\u001b')
  })

  it('say what was wrong with a permission, and add what it needs when told to', async () => {
    const broken = await run('create', '--name', 'Bulk', '--set', 'account-bulk-statuses=edit')
    expect(broken.status).toBe(1)
    expect(broken.err).toContain('"Account Bulk Statuses" at "Edit" needs "Product Calling Plan" at "View"')
    const whole = await run('create', '--name', 'Bulk', '--set', 'account-bulk-statuses=edit', '--complete')
    expect(whole.out).toContain('Added, because it is needed: product-users at view')
    expect(await run('create', '--name', 'Odd', '--set', 'reports')).toMatchObject({ status: 2 })
    expect((await run('create', '--name', 'Odd', '--set', 'reports=fly')).err).toContain('choose of: hide, view')
  })
})
