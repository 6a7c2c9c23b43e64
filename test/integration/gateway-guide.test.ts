import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBrowser, type Page } from '../support/browser.ts'
import { freshDatabase, type TestDatabase } from '../support/databases.ts'
import { describeWithNginx, freePort, startNginx } from '../support/nginx.ts'
import {
  push,
  setActive,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

const guide = readFileSync(new URL('../../docs/guides/gateways.md', import.meta.url), 'utf8')
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(guide)?.[1] ?? ''

const former = 'the-former-secret-key-0123456789-0123456789'
const present = 'the-present-secret-key-0123456789-0123456789'

describeWithNginx('the guide for gateways, as it stands', () => {
  const folder = new URL('../../node_modules/.cache/', import.meta.url)
  const file = new URL(`gateway-guide-${process.pid}.mjs`, folder)
  let database: TestDatabase
  let joinery: SignInJoinery
  let start: (...keys: string[]) => Promise<SignInJoinery>
  let company: Company
  let nginx: { close(): Promise<void> } | undefined
  let service: Server
  let serviceUrl: string
  let url: string
  beforeAll(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    database = await freshDatabase('sqlite')
    const env = { PUBLIC_URL: url, PORT: String(await freePort()) }
    start = (...keys) =>
      startSignInJoinery({ on: database, workers: false, env: { ...env, SECRET_KEY: keys.join(',') } })
    joinery = await start(former)
    company = await startCompany({ ...joinery, url })
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, block('js'))
    const { createConsole } = (await import(/* @vite-ignore */ file.href)) as {
      createConsole: (settings: object) => (request: unknown, response: unknown) => void
    }
    const settings = { issuer: url, audience: url, jwksUrl: `${joinery.url}/.well-known/jwks.json` }
    service = createServer(createConsole(settings))
    const servicePort = await freePort()
    await new Promise<void>((resolve) => service.listen(servicePort, '127.0.0.1', resolve))
    serviceUrl = `http://127.0.0.1:${servicePort}`
    const config = block('nginx')
      .replace('server 127.0.0.1:3000;', `server ${new URL(joinery.url).host};`)
      .replace('server 127.0.0.1:8080;', `server 127.0.0.1:${servicePort};`)
      .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
      .replaceAll('proxy_set_header Host $host;', 'proxy_set_header Host $http_host;')
    nginx = await startNginx(config, `${url}/auth/login`)
  })
  afterAll(async () => {
    await nginx?.close()
    service.close()
    rmSync(file, { force: true })
    await company.idp.close()
    await joinery.close()
    await database.remove()
  })

  it('sends strangers to sign in, lets people in with their roles, and a suspended one no further', async () => {
    const id = await push(company, 'ann')
    const browser = createBrowser()
    const stranger = await browser.get(`${url}/whoami`)
    expect([stranger.status, new URL(stranger.location ?? '').pathname]).toEqual([302, '/auth/login'])
    await signIn(company, 'ann', browser)
    const page = await browser.get(`${url}/whoami`)
    expect(page.status).toBe(200)
    const session = JSON.parse((await browser.get(`${url}/auth/session`)).text)
    expect(JSON.parse(page.text)).toEqual({ id: session.member.id, account: company.accountId, roles: [] })
    await setActive(company, id, false)
    expect((await browser.get(`${url}/whoami`)).status).toBe(302)
  })

  it('takes no token that a browser brings, and none that somebody else has signed', async () => {
    const headers = { Authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }
    expect((await createBrowser().get(`${url}/whoami`, headers)).status).toBe(302)
    expect((await fetch(`${serviceUrl}/whoami`, { headers })).status).toBe(401)
    expect((await fetch(`${serviceUrl}/whoami`)).status).toBe(401)
    expect((await createBrowser().get(`${url}/joinery-token`)).status).toBe(404)
  })

  it('keeps somebody signed in over a change of the secret key who never opens a page of Joinery', async () => {
    await push(company, 'bob')
    const browser = createBrowser()
    await signIn(company, 'bob', browser)
    const restarted = async (...keys: string[]): Promise<Page> => {
      await joinery.close()
      joinery = await start(...keys)
      return browser.get(`${url}/whoami`)
    }
    expect((await restarted(present, former)).headers.getSetCookie()).toHaveLength(1)
    expect((await browser.get(`${url}/whoami`)).headers.getSetCookie()).toEqual([])
    await joinery.api.ok('POST', '/secrets/rotate', {})
    expect((await restarted(present)).status).toBe(200)
  })
})
