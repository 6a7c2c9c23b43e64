import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTenant } from '../support/api.ts'
import { createBrowser } from '../support/browser.ts'
import { runCli, type Ran } from '../support/cli.ts'
import { clientId, clientSecret, sessionOf, startCompany, startSignInJoinery } from '../support/sign-in.ts'
import type { Company, SignInJoinery } from '../support/sign-in.ts'

describe('sign-in, identities and the first link from the command line', () => {
  let joinery: SignInJoinery
  let folder: string
  let company: Company
  let secretFile: string
  beforeAll(async () => {
    joinery = await startSignInJoinery({ workers: false })
    company = await startCompany(joinery, { settings: { platform: true } })
    folder = await mkdtemp(join(tmpdir(), 'joinery-test-'))
    secretFile = join(folder, 'secret')
    await writeFile(secretFile, `${clientSecret}\n`)
  })
  afterAll(async () => {
    await company.idp.close()
    await joinery.close()
    await rm(folder, { recursive: true })
  })

  const run = (...args: string[]): Promise<Ran> => runCli(joinery.url, args)
  const of = ({ accountId, connectionId }: Pick<Company, 'accountId' | 'connectionId'>): string[] => [
    ...['--account', accountId, '--connection', connectionId],
  ]
  const client = (): string[] => ['--issuer', company.idp.issuer, '--client-id', clientId]
  const opened = async (): Promise<{ account: string; member: string }> => {
    const owner = { userName: 'own@corp.example', email: 'own@corp.example' }
    const account = await joinery.api.ok('POST', '/accounts', { name: 'Own', catalog: 'plivo', owner })
    return { account: account.id, member: account.ownerId }
  }

  describe('joinery sign-in', () => {
    it('sets a sign-in whole, shows every setting that is set and never the secret, and takes it away', async () => {
      const tenant = await createTenant(joinery.api)
      const more = ['--authority', 'jit', '--default-role', 'support', '--pair', 'userName=sub', '--max-age', '3600']
      const scopes = ['--scopes', 'openid, email', '--disabled']
      const set = await run(
        'sign-in',
        'set',
        ...of(tenant),
        ...client(),
        '--secret-file',
        secretFile,
        ...more,
        ...scopes,
      )
      expect(set).toMatchObject({ status: 0, err: '' })
      expect(set.out).toContain(`redirect URI        ${joinery.url}/auth/callback/${tenant.connectionId}`)
      expect(set.out).toContain(`login URL           ${joinery.url}/auth/start/${tenant.connectionId}`)

      const { out } = await run('sign-in', 'show', ...of(tenant))
      const shown = new Map(out.split('\n').map((line) => line.split(/ {2,}/) as [string, string]))
      expect(Object.fromEntries(shown)).toMatchObject({
        ...{ connection: tenant.connectionId, issuer: company.idp.issuer, clientId, hasSecret: 'true' },
        ...{ authMethod: 'client_secret_basic', authority: 'jit', defaultRole: 'support', enabled: 'false' },
        ...{ pair: '{"attribute":"userName","claim":"sub"}', scopes: '["openid","email"]', maxAgeSeconds: '3600' },
        ...{ platform: 'false', jwksUrl: `${joinery.url}/auth/keys/${tenant.connectionId}` },
      })
      expect([...shown.keys()]).not.toContain('tenant')
      const json = JSON.parse((await run('sign-in', 'show', ...of(tenant), '--json')).out) as object
      expect(json).toMatchObject({ defaultRole: 'support', tenant: null })
      for (const text of [set.out, out, JSON.stringify(json)]) expect(text).not.toContain(clientSecret)

      const removed = await run('sign-in', 'remove', ...of(tenant))
      expect(removed.out).toBe(`The sign-in of ${tenant.connectionId} is removed.`)
      const gone = await run('sign-in', 'show', ...of(tenant))
      expect(gone).toMatchObject({
        status: 1,
        err: expect.stringContaining('has no sign-in; set it with PUT') as string,
      })
    })

    it('with a key of its own shows the public half alone', async () => {
      const tenant = await createTenant(joinery.api)
      const set = await run('sign-in', 'set', ...of(tenant), ...client(), '--auth-method', 'private_key_jwt')
      expect(set.status).toBe(0)
      const { out } = await run('sign-in', 'show', ...of(tenant))
      expect(out).toMatch(/publicKey +\{"/)
      expect(out).toMatch(/hasSecret +false/)
      expect(out).not.toContain('"d":')
    })

    it('tests a sign-in, and fails where it would not work', async () => {
      const good = await run('sign-in', 'test', ...of(company))
      expect(good.out).toMatch(/^STATE +CHECK +DETAIL\nok +discovery/)
      expect(good.status).toBe(0)
      const tenant = await createTenant(joinery.api)
      const nowhere = ['--issuer', `${company.idp.issuer}/nowhere`, '--client-id', clientId]
      await run('sign-in', 'set', ...of(tenant), ...nowhere, '--secret-file', secretFile)
      const bad = await run('sign-in', 'test', ...of(tenant))
      expect(bad).toMatchObject({ status: 1, err: expect.stringContaining('the sign-in would not work') as string })
      expect(bad.out).toMatch(/^failed +discovery/m)
      await writeFile(join(folder, 'wrong'), 'not-the-secret-of-this-client-0123456789')
      await run('sign-in', 'set', ...of(tenant), ...client(), '--secret-file', join(folder, 'wrong'))
      const refused = await run('sign-in', 'test', ...of(tenant))
      expect(refused.out).toMatch(/^failed +client +the token endpoint refuses the client/m)
      expect(refused.status).toBe(1)
    })

    it('sets the name by which it is found, and takes it away', async () => {
      const { account } = await opened()
      expect((await run('sign-in', 'name', '--account', account, '--name', 'own-ltd')).out).toBe(
        'It is found by "own-ltd".',
      )
      const taken = await run('sign-in', 'name', '--account', company.accountId, '--name', 'own-ltd')
      expect(taken).toMatchObject({ status: 1, err: expect.stringContaining('own-ltd') as string })
      expect((await run('sign-in', 'name', '--account', account)).out).toBe('It has no name.')
    })

    it.each([
      [['set'], "required option '--account <id>'", 2],
      [['set', '--account', 'a', '--connection', 'c'], "required option '--issuer <url>'", 2],
      [['set', 'CLIENT', '--pair', 'sub'], '--pair is <attribute>=<claim>, or none', 2],
      [['set', 'CLIENT', '--max-age', 'soon'], '--max-age must be a whole number from 0 on', 2],
      [['set', 'CLIENT', '--secret-file', '/nowhere/secret'], '--secret-file cannot be read', 2],
      [['set', 'CLIENT'], 'clientSecret: must be given', 1],
      [['set', 'CLIENT', '--auth-method', 'mtls'], 'authMethod: must be one of: client_secret_basic', 1],
      [['set', 'CLIENT', '--auth-method', 'private_key_jwt', '--authority', 'jit'], 'defaultRole: must be given', 1],
      [['set', 'CLIENT', '--auth-method', 'private_key_jwt', '--pair', 'externalId=email'], '"email" may change', 1],
      [['show', '--account', 'a', '--connection', 'c'], 'account "a"', 1],
      [['forget'], 'forget', 2],
    ] as const)('says of %j what is wrong: %s', async (args, message, status) => {
      const tenant = args.includes('CLIENT' as never) ? await createTenant(joinery.api) : null
      const whole = args.flatMap((each) => (each === 'CLIENT' && tenant ? [...of(tenant), ...client()] : [each]))
      const ran = await run('sign-in', ...whole)
      expect(ran).toMatchObject({ status, err: expect.stringContaining(message) as string, out: '' })
    })
  })

  describe('joinery identities', () => {
    it('lets an identity of the platform in, lists it, and ends it with its session', async () => {
      const { account, member } = await opened()
      const whose = ['--account', account, '--member', member]
      expect((await run('identities', 'list', ...whose)).out).toBe('(none)')
      const add = ['--connection', company.connectionId, '--subject', '00uann']
      const added = await run('identities', 'add', ...whose, ...add)
      const id = /^Identity (\S+) may enter\.$/.exec(added.out)?.[1] ?? ''
      const again = await run('identities', 'add', ...whose, ...add)
      expect(again).toMatchObject({ status: 1, out: '' })
      expect((await run('identities', 'list', ...whose)).out).toMatch(new RegExp(`ID +CONNECTION +SUBJECT.*\n${id} `))

      const browser = createBrowser()
      company.idp.next.sub = '00uann'
      await browser.follow(company.loginUrl)
      expect((await sessionOf(joinery, browser)).status).toBe(200)
      const ended = await run('identities', 'end', ...whose, '--identity', id)
      expect(ended.out).toBe(`Identity ${id} is ended.`)
      expect((await sessionOf(joinery, browser)).status).toBe(401)
    })

    it('says what is wrong: another account’s connection, no subject, an identity that there is not', async () => {
      const { account, member } = await opened()
      const whose = ['--account', account, '--member', member]
      const foreign = await createTenant(joinery.api)
      const add = ['identities', 'add', ...whose, '--connection', foreign.connectionId]
      expect(await run(...add, '--subject', 'x')).toMatchObject({
        status: 1,
        err: expect.stringContaining('connection: ') as string,
      })
      expect(await run(...add)).toMatchObject({ status: 2, err: expect.stringContaining('--subject <sub>') as string })
      expect(await run('identities', 'end', ...whose, '--identity', 'nobody')).toMatchObject({ status: 1, out: '' })
      expect(await run('identities', 'list', '--account', account)).toMatchObject({
        status: 2,
        err: expect.stringContaining('--member <id>') as string,
      })
    })
  })

  describe('joinery bootstrap', () => {
    it('prints a link that lets the owner in, once', async () => {
      const { account, member } = await opened()
      const made = await run('bootstrap', '--account', account, '--member', member)
      expect(made.status).toBe(0)
      const url = /^It works once, until \S+Z, and is shown this once:\n(\S+)$/.exec(made.out)?.[1] ?? ''
      expect(url).toContain('/auth/first?link=')
      const json = JSON.parse(
        (await run('bootstrap', '--account', account, '--member', member, '--json')).out,
      ) as object
      expect(json).toMatchObject({ url: expect.stringContaining('/auth/first?link=') as string })
    })

    it('is refused where the account has a sign-in of its own, and for whoever is not there', async () => {
      const owner = { userName: 'boss@corp.example', email: 'boss@corp.example' }
      const { id: member } = await joinery.api.ok('POST', `/accounts/${company.accountId}/members`, owner)
      expect(await run('bootstrap', '--account', company.accountId, '--member', member)).toMatchObject({
        status: 1,
        err: expect.stringContaining('people of this account sign in by its connection') as string,
      })
      const { account } = await opened()
      expect(await run('bootstrap', '--account', account, '--member', member)).toMatchObject({
        status: 1,
        err: expect.stringContaining(`account "${account}" has no member "${member}"`) as string,
      })
      expect(await run('bootstrap', '--account', account)).toMatchObject({
        status: 2,
        err: expect.stringContaining('--member <id>') as string,
      })
    })
  })
})
