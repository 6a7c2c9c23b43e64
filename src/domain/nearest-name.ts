/** The known name that was probably meant; null where none is near. Letter case, blanks, `-` and `_` do not count. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const folded = fold(name)
  const ranked = known
    .map((candidate) => ({ candidate, steps: distance(folded, fold(candidate)) }))
    .filter(({ candidate, steps }) => steps <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.steps - b.steps)
  return ranked[0]?.candidate ?? null
}

const longest = 60

function fold(name: string): string {
  return name.slice(0, longest).toLowerCase().replaceAll(/[-_ ]/g, '')
}

/** Letters to put in, take out or exchange until one text is the other; two that changed places count as one. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const differs = a[row - 1] === b[column - 1] ? 0 : 1
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      line.push(
        Math.min(
          (rows[row - 1]?.[column] ?? 0) + 1,
          (line[column - 1] ?? 0) + 1,
          (rows[row - 1]?.[column - 1] ?? 0) + differs,
          swapped ? (rows[row - 2]?.[column - 2] ?? 0) + 1 : Infinity,
        ),
      )
    }
    rows.push(line)
  }
  return rows[a.length]?.[b.length] ?? 0
}
