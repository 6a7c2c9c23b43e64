import { once, type EventEmitter } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { OutboundTarget } from '../../domain/outbound-url.ts'

/** Opens a connection to an address that was judged. */
export type Dial = (address: string, port: number) => Socket

export const dialTcp: Dial = (address, port) => connectTcp({ host: address, port })

export type Exchange = {
  readonly target: OutboundTarget
  readonly address: string
  readonly asked: Asked
  readonly signal: AbortSignal
  readonly dial: Dial
  /** Certificates to trust in place of the usual ones. */
  readonly ca: string | undefined
}

/** What is asked of the other side; its own headers come beside those that make the call work. */
export type Asked = {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export type RawAnswer = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: string }

export const bodyLimit = 1024 * 1024

/** A body that is larger than it may be, or packed. */
export class UnfitBody extends Error {}

/**
 * One request over one connection to the very address that was judged; name, certificate and Host are those of the URL. No
 * agent, so that neither a kept connection nor a proxy of the environment comes in between.
 */
export async function exchange(call: Exchange): Promise<RawAnswer> {
  const socket = await connected(call)
  try {
    return await answered(call, socket)
  } finally {
    socket.destroy()
  }
}

async function connected({ target, address, signal, dial, ca }: Exchange): Promise<Socket> {
  const raw = withoutSurprise(dial(address, target.port))
  try {
    await once(raw, 'connect', { signal })
    if (!target.secure) return raw
    const host = target.host.replaceAll(/[[\]]/g, '')
    const secure = withoutSurprise(
      connectTls({
        socket: raw,
        host,
        servername: isIP(host) === 0 ? host : '',
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        ALPNProtocols: ['http/1.1'],
        ...(ca === undefined ? {} : { ca }),
      }),
    )
    await once(secure, 'secureConnect', { signal })
    return secure
  } catch (error) {
    raw.destroy()
    throw error
  }
}

async function answered({ target, asked, signal }: Exchange, socket: Socket): Promise<RawAnswer> {
  const { host, port, path, secure } = target
  const usual = port === (secure ? 443 : 80)
  const { method, body } = asked
  const headers = {
    ...asked.headers,
    ...(body === null ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
    Host: usual ? host : `${host}:${port}`,
    'Accept-Encoding': 'identity',
    'User-Agent': 'Joinery',
    Connection: 'close',
  }
  const sent = withoutSurprise(
    request({ method, path, headers, setHost: false, createConnection: () => socket, signal }),
  )
  sent.end(body ?? undefined)
  const [response] = (await once(sent, 'response', { signal })) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, body: await bodyOf(withoutSurprise(response)) }
}

/** Whoever waits hears of an error first; one that comes after that is nobody's, and must not end the process. */
function withoutSurprise<T extends EventEmitter>(emitter: T): T {
  return emitter.on('error', () => undefined)
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const { 'content-encoding': encoding = 'identity', 'content-length': length = '0' } = response.headers
  if (encoding !== 'identity' || Number(length) > bodyLimit) throw new UnfitBody()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bodyLimit) throw new UnfitBody()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
