import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import type { FuzzRequest } from './requests.ts'

/** An answer; null where the connection was closed without one. */
export type FuzzAnswer = { status: number; type: string; text: string } | null

export type FuzzClient = { send(request: FuzzRequest): Promise<FuzzAnswer>; close(): void }

const patienceMs = 60_000

/** Connections are kept open; whatever a header may not hold is left out of it. */
export function createFuzzClient(url: string, sockets: number): FuzzClient {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, noDelay: true })
  const send = (fuzzed: FuzzRequest): Promise<FuzzAnswer> =>
    fuzzed.raw === undefined
      ? sendOne(agent, hostname, Number(port), fuzzed)
      : sendRaw(hostname, Number(port), fuzzed.raw)
  return { send, close: () => agent.destroy() }
}

function sendOne(
  agent: Agent,
  hostname: string,
  port: number,
  { method, path, headers, body }: FuzzRequest,
): Promise<FuzzAnswer> {
  return new Promise((resolve, reject) => {
    const told = { ...headers, ...(body === null ? {} : { 'Content-Length': String(body.length) }) }
    const request = httpRequest({ agent, hostname, port, method, path, headers: told }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => resolve(null))
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response
        resolve({ status, type: answered['content-type'] ?? '', text: Buffer.concat(chunks).toString() })
      })
    })
    request.setTimeout(patienceMs, () => reject(new Error('no answer within a minute')))
    // A server that refuses an upload closes while it is still under way.
    request.on('error', () => resolve(null))
    request.end(body ?? undefined)
  })
}

/** Sends bytes, takes what comes within a second of silence, and hangs up. */
function sendRaw(hostname: string, port: number, bytes: Buffer): Promise<FuzzAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, hostname, () => socket.end(bytes))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => undefined)
    socket.setTimeout(1000, () => socket.destroy())
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1')
      const [, status] = /^HTTP\/1\.1 (\d+)/.exec(text) ?? []
      resolve(status === undefined ? null : { status: Number(status), type: '', text })
    })
  })
}
