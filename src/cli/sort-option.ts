/** The option that sorts a list, for `command.option(…)`. */
export function sortBy(fields: readonly string[]): [flags: string, about: string] {
  return ['--sort <field>', `by ${fields.join(', ')}; with a "-" before it from the other end`]
}
