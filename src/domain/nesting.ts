/** How many groups may lie between a person and a group that counts him as its member. Deeper is not followed. */
export const nestingLimit = 10

/** How far outward groups are looked at: beyond the limit only to say that a role is not reached. */
export const nestingSight = 2 * nestingLimit

/** Group → the groups that hold it as a member. Cycles are allowed, and end. */
export type Nesting = ReadonlyMap<string, readonly string[]>

/** A group that is reached from inside, through which groups: the innermost first. */
export type Chain = { readonly group: string; readonly via: readonly string[] }

/**
 * Every group that holds `start`, each by its shortest chain; of equally short ones the first in the order of ids, so that
 * whoever asks gets the same one. The start itself is no group around itself, whatever cycle it lies in.
 */
export function chainsFrom(nesting: Nesting, start: string): Chain[] {
  const met = new Set([start])
  const found: Chain[] = [{ group: start, via: [] }]
  // The list grows while it is walked: nearer groups are visited before farther ones.
  for (const { group, via } of found) {
    if (via.length === nestingSight) break
    for (const outer of [...(nesting.get(group) ?? [])].sort()) {
      if (met.has(outer)) continue
      met.add(outer)
      found.push({ group: outer, via: [...via, group] })
    }
  }
  return found.slice(1)
}

/** Whether a chain is longer than is followed. */
export function tooDeep(via: readonly string[]): boolean {
  return via.length > nestingLimit
}
