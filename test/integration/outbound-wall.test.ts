import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createOutboundHttp,
  type OutboundOptions,
  type Wall,
} from '../../src/adapters/outbound/create-outbound-http.ts'
import { AppError } from '../../src/domain/errors.ts'
import { selfSigned } from '../support/certificate.ts'

type Case = { why: string; url: string; dns?: string[]; redirect?: string }
const corpus = JSON.parse(readFileSync(new URL('../fixtures/outbound/hostile.json', import.meta.url), 'utf8')) as Case[]

const publicAddress = '93.184.216.34'
const names = ['idp.good.example', 'keys.good.example']
const { key, cert } = selfSigned(names)

const portOf = (server: Server): number => (server.address() as AddressInfo).port
const listening = <T extends Server>(server: T): Promise<T> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
const dialTo = (port: number) => connect({ host: '127.0.0.1', port })

/** No wall: the URL as it comes, any address. */
const openGate: Wall = {
  url: (text) => {
    if (!URL.canParse(text)) return 'form'
    const { protocol, hostname, port, pathname, search } = new URL(text)
    const secure = protocol !== 'http:'
    return { secure, host: hostname, port: Number(port || (secure ? 443 : 80)), path: `${pathname}${search}` }
  },
  address: () => true,
}

const outcome = async (asked: Promise<unknown>): Promise<string> => {
  try {
    await asked
    return 'answered'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return `${error.code} ${error.rule ?? error.message}`
  }
}

/** One shut port for canary and good server each; the test's dialler leads every address there. */
describe('the wall to the outside', () => {
  let good: Server
  let canary: Server
  let met = 0
  const seen: { host: string | undefined; url: string | undefined; servername: unknown; headers: object }[] = []
  let answer: (request: IncomingMessage, response: ServerResponse) => void
  beforeAll(async () => {
    canary = await listening(
      createServer((socket) => {
        met += 1
        socket.on('error', () => undefined)
        socket.destroy()
      }),
    )
    good = await listening(
      createHttpsServer({ key, cert }, (request, response) => {
        const { servername } = request.socket as unknown as { servername: unknown }
        seen.push({ host: request.headers.host, url: request.url, servername, headers: request.headers })
        answer(request, response)
      }) as unknown as Server,
    )
  })
  beforeEach(() => {
    met = 0
    seen.length = 0
    answer = (_request, response) => void response.setHeader('Content-Type', 'application/json').end('{"keys":[]}')
  })
  afterAll(() => {
    good.close()
    canary.close()
  })

  /** Names in `dns` lead where it says, each time it is asked one further; the public address is the good server. */
  const client = (dns: Record<string, string[][]>, more: Partial<OutboundOptions> = {}) => {
    const asked: string[] = []
    const dialled: string[] = []
    const http = createOutboundHttp({
      allowLoopback: false,
      ca: cert,
      resolve: (name) => {
        asked.push(name)
        const answers = dns[name] ?? []
        return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1] ?? [])
      },
      dial: (address, port) => {
        dialled.push(`${address}:${port}`)
        return dialTo(address === publicAddress ? portOf(good) : portOf(canary))
      },
      ...more,
    })
    return { http, asked, dialled }
  }

  const run = async ({ url, dns = ['127.0.0.1'], redirect }: Case, more: Partial<OutboundOptions>) => {
    // Raw UTF-8, as a server that does not care would send it.
    const location = Buffer.from(redirect ?? '', 'utf8').toString('latin1')
    if (redirect !== undefined)
      answer = (_request, response) => void response.writeHead(302, { Location: location }).end()
    const http = createOutboundHttp({
      allowLoopback: false,
      ca: cert,
      resolve: (name) => Promise.resolve(name === 'idp.good.example' && redirect !== undefined ? [publicAddress] : dns),
      // Every address, whatever it is, is the canary; but for the good host that a redirect comes from.
      dial: (address) => dialTo(redirect !== undefined && address === publicAddress ? portOf(good) : portOf(canary)),
      ...more,
    })
    return outcome(http.get(url))
  }

  it('lets none of the hostile URLs reach anything', async () => {
    expect(corpus.length).toBeGreaterThan(300)
    const through: string[] = []
    for (const each of corpus) {
      // A redirect to what a name of the inside stands for is resolved anew.
      const dns = each.redirect?.includes('inside.trap') === true ? ['10.0.0.1'] : (each.dns ?? ['127.0.0.1'])
      const result = await run({ ...each, dns }, {})
      if (!/^policy_violation outbound_|not known/.test(result)) through.push(`${each.why}: ${each.url}: ${result}`)
    }
    expect(through).toEqual([])
    expect(met).toBe(0)
  })

  it('would have let most of them, were it not there', async () => {
    for (const each of corpus) {
      await run({ ...each, dns: ['127.0.0.1'] }, { wall: openGate, timeoutMs: 500 }).catch(() => undefined)
    }
    expect(met).toBeGreaterThan(250)
  })

  it('tells nothing of what is behind it', async () => {
    const { http } = client({ 'idp.trap.example': [['10.1.2.3']], 'idp.good.example': [['93.184.216.99']] })
    const urls = [
      'https://u:secret@idp.good.example/',
      'https://idp.trap.example/secret',
      'https://idp.good.example/secret',
    ]
    for (const url of urls) {
      const error = await http.get(url).then(
        () => null,
        (thrown: unknown) => thrown as AppError,
      )
      expect(error).toBeInstanceOf(AppError)
      expect(`${error?.message} ${JSON.stringify(error)} ${String(error?.cause)}`).not.toMatch(
        /10\.1|secret|93\.184|127\.0/,
      )
    }
  })

  describe('a good URL', () => {
    it.each([
      ['https://idp.good.example/keys?v=1', 'idp.good.example', '/keys?v=1'],
      ['https://IDP.good.example', 'idp.good.example', '/'],
      ['https://keys.good.example:8443/k', 'keys.good.example:8443', '/k'],
      ['https://keys.good.example:9031/k', 'keys.good.example:9031', '/k'],
    ])('%s is fetched from the judged address, under its own name', async (url, host, path) => {
      const { http, asked, dialled } = client({
        'idp.good.example': [[publicAddress]],
        'keys.good.example': [[publicAddress]],
      })
      expect(http.refusal(url)).toBeNull()
      expect(await http.get(url)).toEqual({ status: 200, contentType: 'application/json', body: '{"keys":[]}' })
      const [name = '', port = '443'] = host.split(':')
      expect(asked).toEqual([name])
      expect(dialled).toEqual([`${publicAddress}:${port}`])
      expect(seen).toMatchObject([{ host, url: path, servername: name }])
      expect(Object.keys(seen[0]?.headers ?? {}).sort()).toEqual(
        ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'].sort(),
      )
    })

    it('is judged by one look-up: a name that leads elsewhere a moment later leads there in vain', async () => {
      const { http, asked } = client({ 'idp.good.example': [[publicAddress], ['127.0.0.1']] })
      expect((await http.get('https://idp.good.example/')).status).toBe(200)
      expect([asked.length, met]).toEqual([1, 0])
      expect(await outcome(http.get('https://idp.good.example/'))).toBe('policy_violation outbound_address')
      expect(met).toBe(0)
    })

    it('goes on to the next address of a host whose first is down', async () => {
      const down = '93.184.216.35'
      const { http, dialled } = client({ 'idp.good.example': [[down, publicAddress]] })
      expect((await http.get('https://idp.good.example/')).status).toBe(200)
      expect(dialled).toEqual([`${down}:443`, `${publicAddress}:443`])
    })

    it('may be told to look elsewhere three times, and each time it is looked up and judged anew', async () => {
      const hops = (most: number) => (request: IncomingMessage, response: ServerResponse) => {
        const hop = Number(/hop=(\d)/.exec(request.url ?? '')?.[1] ?? 0)
        const to = hop % 2 === 0 ? 'https://keys.good.example' : 'https://idp.good.example'
        if (hop < most) response.writeHead(307, { Location: `${to}/?hop=${hop + 1}` }).end()
        else response.end('here')
      }
      const dns = { 'idp.good.example': [[publicAddress]], 'keys.good.example': [[publicAddress]] }
      answer = hops(3)
      const { http, asked } = client(dns)
      expect((await http.get('https://idp.good.example/')).body).toBe('here')
      expect(asked).toEqual(['idp.good.example', 'keys.good.example', 'idp.good.example', 'keys.good.example'])
      answer = hops(4)
      expect(await outcome(http.get('https://idp.good.example/'))).toBe('policy_violation outbound_redirects')
    })

    it('may be a relative redirect', async () => {
      answer = (request, response) =>
        request.url === '/keys' ? void response.end('here') : void response.writeHead(301, { Location: 'keys' }).end()
      expect(
        (await client({ 'idp.good.example': [[publicAddress]] }).http.get('https://idp.good.example/x')).body,
      ).toBe('here')
    })

    it('answers whatever status it answers', async () => {
      answer = (_request, response) => void response.writeHead(404).end('gone')
      const { http } = client({ 'idp.good.example': [[publicAddress]] })
      expect(await http.get('https://idp.good.example/')).toEqual({ status: 404, contentType: '', body: 'gone' })
    })
  })

  describe('the other side', () => {
    const get = (path = '/'): Promise<string> =>
      outcome(
        client({ 'idp.good.example': [[publicAddress]] }, { timeoutMs: 5000 }).http.get(
          `https://idp.good.example${path}`,
        ),
      )

    it('has to show a certificate of its name', async () => {
      const { http } = client({ 'other.good.example': [[publicAddress]] })
      expect(await outcome(http.get('https://other.good.example/'))).toContain('upstream_unavailable')
      expect(seen).toEqual([])
    })

    it('has to show a certificate that somebody trusts, whatever the environment says', async () => {
      const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
      const { http } = client({ 'idp.good.example': [[publicAddress]] }, { ca: selfSigned(names).cert })
      expect(await outcome(http.get('https://idp.good.example/'))).toContain('upstream_unavailable')
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      expect(seen).toEqual([])
    })

    it('is not asked through a proxy of the environment', async () => {
      const proxies = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
      for (const name of proxies) process.env[name] = `http://127.0.0.1:${portOf(canary)}`
      expect(await get()).toBe('answered')
      for (const name of proxies) delete process.env[name]
      expect(met).toBe(0)
    })

    it('has five seconds for all of it: a stalled look-up, handshake, head or body ends', async () => {
      const stalled = client(
        {},
        {
          timeoutMs: 300,
          resolve: (_name, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve([]))),
        },
      )
      expect(await outcome(stalled.http.get('https://idp.good.example/'))).toContain('it took too long')
      const mute = await listening(createServer((socket) => void socket.on('error', () => undefined)))
      const silent = client(
        { 'idp.good.example': [[publicAddress]] },
        { timeoutMs: 300, dial: () => dialTo(portOf(mute)) },
      )
      expect(await outcome(silent.http.get('https://idp.good.example/'))).toContain('it took too long')
      mute.close()
      answer = () => undefined
      expect(await get()).toContain('it took too long')
      answer = (_request, response) => void response.write('{')
      expect(await get()).toContain('it took too long')
    })

    it('may say one mebibyte, told before or not, and nothing packed', async () => {
      const mebibyte = 'x'.repeat(1024 * 1024)
      answer = (_request, response) => void response.end(mebibyte)
      expect(await get()).toBe('answered')
      answer = (_request, response) => void response.end(`${mebibyte}x`)
      expect(await get()).toBe('policy_violation outbound_body')
      answer = (_request, response) => {
        response.on('error', () => undefined)
        for (let each = 0; each < 20; each += 1) response.write(mebibyte)
        response.end()
      }
      expect(await get()).toBe('policy_violation outbound_body')
      answer = (_request, response) => void response.setHeader('Content-Encoding', 'gzip').end(gzipSync(mebibyte))
      expect(await get()).toBe('policy_violation outbound_body')
    })

    it('may break off: an error, and never an unhandled one', async () => {
      answer = (request) => void request.socket.destroy()
      expect(await get()).toContain('upstream_unavailable')
      answer = (request, response) => {
        response.writeHead(200, { 'Content-Length': '10' }).write('x')
        setImmediate(() => request.socket.destroy())
      }
      expect(await get()).toContain('upstream_unavailable')
    })
  })

  describe('to this machine', () => {
    it('is open by the setting alone, by plain http too', async () => {
      const server = await listening(
        createHttpServer((_request, response) => void response.end('local')) as unknown as Server,
      )
      const url = `http://127.0.0.1:${portOf(server)}/keys`
      expect(await outcome(createOutboundHttp({ allowLoopback: false }).get(url))).toBe(
        'policy_violation outbound_scheme',
      )
      const open = createOutboundHttp({ allowLoopback: true })
      expect((await open.get(url)).body).toBe('local')
      expect((await open.get(url.replace('127.0.0.1', 'localhost'))).body).toBe('local')
      server.close()
    })

    it('is open to those who name it, and not to names that lead there', async () => {
      const { http } = client({ 'idp.trap.example': [['127.0.0.1']] }, { allowLoopback: true })
      expect(await outcome(http.get('https://idp.trap.example/'))).toBe('policy_violation outbound_address')
      expect(met).toBe(0)
    })
  })
})
