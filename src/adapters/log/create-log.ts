import { pino, type Logger } from 'pino'

export type Log = Logger

/** Never written, wherever it turns up: credentials, and the bodies that hold personal data. */
const redact = ['authorization', 'token', 'secret', 'password', 'cookie', 'body'].flatMap((name) => [name, `*.${name}`])

/** JSON lines. `info` holds ids only: no names, no addresses, no filter values. */
export function createLog(level: string, destination: 'stdout' | 'stderr' = 'stdout'): Log {
  const options = { level, base: null, redact: { paths: redact, censor: '[redacted]' } }
  return pino(options, pino.destination({ fd: destination === 'stdout' ? 1 : 2, sync: false }))
}
