import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A load balancer before several processes: whoever is taken out gets no new request. */
export type Balancer = {
  readonly url: string
  add(url: string): void
  /** Waits for what is under way there. */
  remove(url: string): Promise<void>
  close(): Promise<void>
}

export async function startBalancer(): Promise<Balancer> {
  const backends: string[] = []
  const underWay = new Map<string, Set<Promise<void>>>()
  let turn = 0
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const backend = backends[(turn += 1) % backends.length]
    if (backend === undefined) return void outgoing.writeHead(502).end()
    const { method, headers, url: path = '/' } = incoming
    const onward = httpRequest(new URL(path, backend), { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    onward.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()))
    incoming.pipe(onward)
    const open = underWay.get(backend)
    const over = new Promise<void>((resolve) => outgoing.once('close', resolve)).then(() => void open?.delete(over))
    open?.add(over)
  }
  const server = createServer(pass)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add(url) {
      underWay.set(url, new Set())
      backends.push(url)
    },
    async remove(url) {
      backends.splice(backends.indexOf(url), 1)
      await Promise.all(underWay.get(url) ?? new Set<Promise<void>>())
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
