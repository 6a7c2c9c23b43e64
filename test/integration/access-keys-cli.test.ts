import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyBench, createKeyCheck } from '../support/access-keys.ts'
import { runCli, type Ran } from '../support/cli.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, testSecrets, type Joinery } from '../support/joinery.ts'
import { as, settle } from '../support/signed-in.ts'

const folder = mkdtempSync(path(tmpdir(), 'joinery-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const fileOf = (ending: string): string => path(folder, `${(files += 1)}.${ending}`)

describeOnBoth('access keys on the command line', (database) => {
  let joinery: Joinery
  let check: ReturnType<typeof createKeyCheck>
  const { app, account, join } = createKeyBench(() => joinery)

  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
    check = createKeyCheck(joinery.url, testSecrets.ADMIN_TOKEN)
  })
  afterAll(() => joinery.close())

  const run = (...args: string[]): Promise<Ran> => runCli(joinery.url, args)

  describe('joinery access-keys', () => {
    it('makes, shows, renames, disables, enables, rotates, checks and deletes', async () => {
      const accountId = await account('cpaas-iam')
      const memberId = await join(accountId, 'developer')
      const on = ['--account', accountId]
      const keys = (verb: string, ...more: string[]) => run('access-keys', verb, ...more, ...on)
      const made = await keys('create', '--name', 'Nightly export', '--member', memberId, '--expires-in-days', '30')
      expect(made).toMatchObject({ status: 0, out: expect.stringMatching(/shown this once:\naks_\w{43}$/) as string })
      const secret = made.out.split('\n').at(-1) ?? ''
      const { items } = JSON.parse((await keys('list', '--member', memberId, '--json')).out)
      const id = items[0].id as string
      expect(items).toMatchObject([{ name: 'Nightly export', state: 'live', member: memberId }])

      const shown = fileOf('secret')
      writeFileSync(shown, `${secret}\n`)
      const told = (): Promise<{ status: number; out: string }> =>
        run('access-keys', 'check', id, '--secret-file', shown, '--json')
      expect(JSON.parse((await told()).out)).toMatchObject({ active: true, member: memberId, roles: ['developer'] })
      expect((await keys('rename', id, '--name', 'Export')).out).toBe(`Access key ${id} "Export" is live.`)
      expect((await keys('disable', id)).out).toBe(`Access key ${id} "Export" is disabled.`)
      expect(await told()).toMatchObject({ status: 1, out: '{\n  "active": false\n}' })
      expect((await keys('enable', id)).out).toBe(`Access key ${id} "Export" is live.`)
      const rotated = await keys('rotate', id, '--overlap-hours', '0')
      expect(rotated.out).toMatch(/The one before is over\. The secret, shown this once:\naks_\w{43}$/)
      expect((await told()).status).toBe(1)
      expect((await keys('show', id)).out).toContain(rotated.out.slice(-4))
      expect((await keys('delete', id)).out).toBe(`Access key ${id} is deleted.`)
      expect((await keys('show', id)).status).toBe(1)
    })

    it('says what is wrong with a question', async () => {
      const empty = fileOf('secret')
      writeFileSync(empty, '')
      const { status, err } = await run('access-keys', 'check', 'x', '--secret-file', empty)
      expect({ status, err }).toEqual({ status: 1, err: 'The question is refused: secret: must not be empty' })
      const missing = await run('access-keys', 'check', 'x', '--secret-file', fileOf('none'))
      expect(missing).toMatchObject({ status: 2, err: expect.stringContaining('cannot be read') as string })
    })
  })

  describe('joinery import members', () => {
    const people = [
      'userName,email,displayName,roles',
      'jane,jane@corp.example,Jane,developer',
      'ravi,ravi@corp.example,,',
    ]
    const import_ = (accountId: string, ...more: string[]) => {
      const file = fileOf('csv')
      writeFileSync(file, people.join('\n'))
      return run('import', 'members', file, '--account', accountId, ...more)
    }
    const stored = async (accountId: string): Promise<number> =>
      (await joinery.api.ok<{ items: unknown[] }>('GET', `/accounts/${accountId}/keys`)).items.length

    it('cpaas-iam-6: users of an older system get keys made for them, and their secrets go to a file once', async () => {
      const accountId = await account('cpaas-iam')
      const handed = fileOf('jsonl')
      const { status, out } = await import_(accountId, '--keys-file', handed)
      const told = `2 access keys were made; their secrets are in ${handed}, and nowhere else`
      expect({ status, out }).toEqual({ status: 0, out: `2 added, 0 unchanged, 0 refused\n${told}` })
      await settle(joinery)
      expect(statSync(handed).mode & 0o777).toBe(0o600)
      const keys = readFileSync(handed, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(keys).toMatchObject([
        { line: 2, userName: 'jane' },
        { line: 3, userName: 'ravi' },
      ])
      expect(await check(keys[0])).toMatchObject({ active: true, member: keys[0].member, roles: ['developer'] })
      expect(await check(keys[1])).toMatchObject({ active: true, member: keys[1].member, roles: [] })

      const again = fileOf('csv')
      expect(await import_(accountId, '--keys-file', again)).toMatchObject({ out: '0 added, 2 unchanged, 0 refused' })
      expect([existsSync(again), await stored(accountId)]).toEqual([false, 2])
    })

    it('cpaas-iam-6: asks where to, rather than lose a secret, and makes none where it is told so', async () => {
      const accountId = await account('cpaas-iam')
      const asked = await import_(accountId)
      expect(asked).toMatchObject({ status: 1, err: expect.stringContaining('--keys-file FILE') as string })
      expect((await import_(accountId, '--dry-run')).status).toBe(0)
      expect(await stored(accountId)).toBe(0)
      expect(await import_(accountId, '--no-keys')).toMatchObject({ status: 0, out: '2 added, 0 unchanged, 0 refused' })
      expect(await stored(accountId)).toBe(0)
    })

    it('writes over no file that is there', async () => {
      const accountId = await account('cpaas-iam')
      const there = fileOf('csv')
      writeFileSync(there, 'precious')
      const { status, err } = await import_(accountId, '--keys-file', there)
      expect([status, err]).toEqual([1, expect.stringContaining('exists already')])
      expect([readFileSync(there, 'utf8'), await stored(accountId)]).toEqual(['precious', 0])
      expect(await import_(accountId, '--keys-file', fileOf('txt'))).toMatchObject({ status: 2 })
    })

    it('makes no keys of people where the catalog has none, and none by an administrator', async () => {
      const refused = await import_(await account('plivo'), '--keys-file', fileOf('csv'))
      expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('people have no access keys')])
      const accountId = await account('cpaas-iam')
      const boss = as(await join(accountId, 'administrator'), accountId)
      const rows = [
        { line: 2, userName: 'kim', email: 'kim@corp.example', displayName: null, roles: ['turnkey-developer'] },
      ]
      const command = { accountId, rows, dryRun: false }
      const attempt = app().importMembers(boss, { ...command, issueKeys: true })
      await expect(attempt).rejects.toMatchObject({ rule: 'not_your_key' })
      const done = await app().importMembers(boss, command)
      expect(done).toMatchObject({ issuesKeys: false, rows: [{ kind: 'added', key: null }] })
    })

    it('refuses whoever is of a type without keys (studio)', async () => {
      const accountId = await account('studio')
      const row = (line: number, roles: string[]) => {
        const userName = `u${line}@corp.example`
        return { ...{ line, userName, email: userName, displayName: null }, roles }
      }
      const command = { accountId, rows: [row(2, ['ac_rw']), row(3, [])], dryRun: false, issueKeys: true }
      const { rows } = await app().importMembers(operator, command)
      expect(rows).toMatchObject([{ kind: 'added' }, { kind: 'refused', field: 'roles' }])
    })
  })
})
