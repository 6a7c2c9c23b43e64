import { Resolver } from 'node:dns/promises'

/** Every address of a name, IPv4 first; rejects where there is none. */
export type Resolve = (name: string, signal: AbortSignal) => Promise<string[]>

/**
 * Asks the name servers themselves: neither the hosts file nor a search domain turns a name into one of the inside, and a
 * slow name server holds up none of the process's threads, which the database needs.
 */
export const resolveName: Resolve = async (name, signal) => {
  const resolver = new Resolver({ timeout: 1500, tries: 2 })
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
