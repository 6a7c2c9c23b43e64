/** How many members are worked on at once: other requests get their turn between two slices. */
export const slice = 2000

export function* inSlices(values: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < values.length; start += slice) yield values.slice(start, start + slice)
}
