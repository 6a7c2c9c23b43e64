import { createSocket } from 'node:dgram'
import { decode, encode, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet'

/** `refused`: the server answers, and does not know; `silent`: it does not answer at all. */
type Records = string[] | 'refused' | 'silent'

/** A name server on loopback that knows what a test sets. */
export type DnsServer = {
  /** As `DNS_SERVERS` takes it. */
  readonly address: string
  readonly asked: () => readonly string[]
  set(name: string, texts: Records): void
  clear(): void
  close(): Promise<void>
}

export async function startDns(): Promise<DnsServer> {
  const zone = new Map<string, Records>()
  const asked: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    const query = decode(message)
    const [question] = query.questions ?? []
    if (question === undefined) return
    const name = question.name.toLowerCase()
    asked.push(name)
    const known = zone.get(name)
    if (known === 'silent') return
    const rcode = known === 'refused' ? 2 : known === undefined ? 3 : 0 // SERVFAIL, NXDOMAIN, NOERROR
    const texts = Array.isArray(known) ? known : []
    const answer = encode({
      ...{ type: 'response', id: query.id ?? 0, flags: RECURSION_DESIRED | RECURSION_AVAILABLE | rcode },
      questions: [question],
      // A text longer than 255 octets goes in parts (RFC 1035, 3.3.14), which the resolver puts together.
      answers: texts.map((text) => ({ type: 'TXT' as const, name, ttl: 1, data: text.match(/.{1,255}/gs) ?? [''] })),
    })
    socket.send(answer, from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  return {
    address: `127.0.0.1:${port}`,
    asked: () => asked,
    set: (name, texts) => void zone.set(name.toLowerCase(), texts),
    clear: () => zone.clear(),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
