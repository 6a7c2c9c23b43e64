import { CliError } from './client.ts'
import { printable } from './output.ts'

/** The option that sorts a list, for `command.option(…)`. */
export function sortBy(fields: readonly string[]): [flags: string, about: string] {
  return ['--sort <field>', `by ${fields.join(', ')}; with a "-" before it from the other end`]
}

/** The line below a list that was cut by `--limit`: how to go on. */
export function moreOf({ next }: { readonly next: string | null }): string {
  return next === null ? '' : `\nThere are more: --after ${next}`
}

/** Refuses an order that a list which no server sorts does not have. */
export function requireOrder(sort: string, fields: readonly string[]): void {
  const orders = fields.flatMap((field) => [field, `-${field}`])
  if (!orders.includes(sort))
    throw new CliError(`--sort must be one of: ${orders.join(', ')}, not "${printable(sort)}"`, 2)
}
