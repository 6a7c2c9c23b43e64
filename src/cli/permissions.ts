import { CliError } from './client.ts'
import { printable } from './output.ts'

/** `reports=view` as the API takes it; `calls=view,edit` is a list of verbs. */
export function permissionsOf(pairs: readonly string[]): Record<string, string | string[]> {
  const permissions = pairs.map((pair) => {
    const split = pair.indexOf('=')
    if (split < 1) throw new CliError(`--set takes capability=level, and not "${printable(pair)}"`, 2)
    const words = pair.slice(split + 1).split(',')
    const [only = ''] = words
    return [pair.slice(0, split), words.length === 1 ? only : words] as const
  })
  return Object.fromEntries(permissions)
}
