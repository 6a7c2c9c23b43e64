import { Resolver } from 'node:dns/promises'
import type { Dns } from '../../application/ports.ts'

/** Answers that say "nothing there", as opposed to no answer. */
const nothingThere = new Set(['ENOTFOUND', 'ENODATA'])

/**
 * TXT records by Node's resolver. With servers of one's own each of them is asked, and only what all that answer agree on
 * counts, so that one who lies is not enough; without, the system's servers are asked in turn.
 */
export function createDns({ servers }: { servers: readonly string[] }): Dns {
  const groups = servers.length === 0 ? [null] : servers.map((server) => [server])
  return {
    async txt(name) {
      const answers = await Promise.all(groups.map((group) => ask(group, name)))
      const heard = answers.filter((answer) => answer !== null)
      const [first, ...others] = heard
      if (first === undefined) return null
      return first.filter((text) => others.every((other) => other.includes(text)))
    },
  }
}

async function ask(servers: readonly string[] | null, name: string): Promise<string[] | null> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  try {
    if (servers !== null) resolver.setServers(servers)
    return (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
  } catch (error) {
    return nothingThere.has((error as NodeJS.ErrnoException).code ?? '') ? [] : null
  }
}
