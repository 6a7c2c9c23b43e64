import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'

export type Signed = { alg?: string; kid?: string | undefined; claims?: Record<string, unknown>; without?: string[] }

/** Somebody who signs assertions and publishes his keys on this machine, as Entra does. */
export type Issuer = {
  jwksUrl: string
  /** How often the keys were fetched. */
  fetched(): number
  /** One more key; those before it go, unless they are kept. */
  rotate(alg: string, kid: string, keep?: boolean): Promise<void>
  sign(options: Signed, now?: number): Promise<string>
  /** What is answered in place of the keys, until `mend`. */
  answerWith(answer: (response: ServerResponse) => void): void
  mend(): void
  publish(keys: unknown): void
  published(): JWK[]
  close(): Promise<void>
}

type Key = { alg: string; kid: string; privateKey: CryptoKey; jwk: JWK }

export async function startIssuer(usual: Record<string, unknown>): Promise<Issuer> {
  let keys: Key[] = []
  let published: unknown
  let fetched = 0
  let answer: ((response: ServerResponse) => void) | null = null
  const server = createServer((_request, response) => {
    fetched += 1
    if (answer !== null) answer(response)
    else response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: published }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const rotate: Issuer['rotate'] = async (alg, kid, keep = false) => {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid, use: 'sig' }
    keys = [...(keep ? keys : []), { alg, kid, privateKey, jwk }]
    published = keys.map((key) => key.jwk)
  }
  await rotate('RS256', 'first')
  return {
    jwksUrl: `http://127.0.0.1:${port}/keys`,
    fetched: () => fetched,
    rotate,
    async sign({ kid = keys.at(-1)?.kid, alg, claims = {}, without = [] }, now = Date.now()) {
      const key = keys.find((each) => each.kid === kid) ?? keys.at(-1)
      if (key === undefined) throw new Error('no key')
      const at = Math.floor(now / 1000)
      const payload = { iat: at, nbf: at, exp: at + 3900, ...usual, ...claims }
      const header = { alg: alg ?? key.alg, ...(kid === undefined || kid === '' ? {} : { kid }) }
      const told = Object.fromEntries(Object.entries(payload).filter(([name]) => !without.includes(name)))
      return new SignJWT(told).setProtectedHeader(header).sign(key.privateKey)
    },
    answerWith: (next) => (answer = next),
    mend: () => (answer = null),
    publish: (next) => (published = next),
    published: () => keys.map(({ jwk }) => jwk),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
