import { Agent, request as httpRequest } from 'node:http'

export type Reply = { status: number; text: string; ms: number }
export type Call = { method: string; path: string; body?: string }
export type Client = { send(call: Call): Promise<Reply>; close(): void }

/** A client with connections kept open. What a reply costs is taken on the clock from the call to its last byte. */
export function createClient(
  url: string,
  token: string,
  { sockets = 64, type = 'application/scim+json' } = {},
): Client {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, noDelay: true })
  const common = { Authorization: `Bearer ${token}`, 'Content-Type': type }
  const send = ({ method, path, body }: Call): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const started = performance.now()
      const headers = { ...common, 'Content-Length': body === undefined ? 0 : Buffer.byteLength(body) }
      const request = httpRequest({ agent, hostname, port, method, path, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => (text += chunk))
        response.on('error', reject)
        response.on('end', () => {
          const status = response.statusCode ?? 0
          if (status >= 200 && status < 300) resolve({ status, text, ms: performance.now() - started })
          else reject(new Error(`${method} ${path.slice(0, 80)}: ${status} ${text.slice(0, 300)}`))
        })
      })
      request.on('error', reject)
      request.end(body)
    })
  return { send, close: () => agent.destroy() }
}

export type Poured = { ms: number; latencies: number[]; ids: string[] }

/** Sends all calls, `concurrency` at a time; every one must be answered 2xx. `ids` are those of the resources answered. */
export async function pour(client: Client, calls: readonly Call[], concurrency: number): Promise<Poured> {
  const latencies: number[] = []
  const ids: string[] = []
  const started = performance.now()
  let next = 0
  const lane = async (): Promise<void> => {
    for (;;) {
      const index = next++
      const call = calls[index]
      if (call === undefined) return
      const { ms, text } = await client.send(call)
      latencies.push(ms)
      ids[index] = idIn(text)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return { ms: performance.now() - started, latencies, ids }
}

/** The id of the resource in an answer. */
export function idIn(text: string): string {
  return /"id":"([^"]+)"/.exec(text)?.[1] ?? ''
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
