import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export type ReceivedMail = { from: string; to: string[]; text: string; secure: boolean; user: string | null }
export type SmtpServer = { url: string; port: number; received: ReceivedMail[]; close(): Promise<void> }

export type SmtpOptions = {
  /** Key and certificate for STARTTLS, and for the first byte with `secure`. */
  tls?: { key: string; cert: string }
  secure?: boolean
  login?: { user: string; password: string }
  /** Addresses that are refused for good (550), and those that are refused for now (451). */
  unknown?: readonly string[]
  busy?: readonly string[]
  port?: number
}

/** A mail server that keeps what it is handed. */
export async function startSmtp({ tls, secure = false, login, unknown = [], busy = [], port = 0 }: SmtpOptions = {}) {
  const received: ReceivedMail[] = []
  const options: SMTPServerOptions = {
    ...{
      secure,
      disabledCommands: [...(tls === undefined ? ['STARTTLS'] : []), ...(login === undefined ? ['AUTH'] : [])],
    },
    ...(tls === undefined ? {} : tls),
    authOptional: login === undefined,
    onAuth({ username, password }, _session, done) {
      const known = username === login?.user && password === login?.password
      done(known ? null : answer(535, 'user or password is wrong'), known ? { user: username } : undefined)
    },
    onRcptTo({ address }, _session, done) {
      if (unknown.includes(address)) done(answer(550, '5.1.1 there is nobody of that name'))
      else done(busy.includes(address) ? answer(451, '4.3.0 come again later') : null)
    },
    onData(stream, { envelope, secure: isSecure, user }, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push({
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          to: envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString('utf8'),
          secure: isSecure,
          user: user ?? null,
        })
        done()
      })
    },
  }
  const server = new SMTPServer(options)
  server.on('error', () => undefined) // a client that goes away in the middle
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const bound = (server.server.address() as AddressInfo).port
  const url = `${secure ? 'smtps' : 'smtp'}://127.0.0.1:${bound}`
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  return { url, port: bound, received, close } satisfies SmtpServer
}

function answer(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
