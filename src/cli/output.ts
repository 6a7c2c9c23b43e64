export type Row = Readonly<Record<string, string | number | null | undefined>>

export type Output = { line(text: string): void; error(text: string): void }

/** What a command prints: results on stdout, everything else on stderr. */
export const terminal: Output = {
  line: (text) => void process.stdout.write(`${text}\n`),
  error: (text) => void process.stderr.write(`${text}\n`),
}

/** Rows under a head line, each column as wide as its widest cell. */
export function toTable(rows: readonly Row[], columns: readonly string[], nothing = '(none)'): string {
  if (rows.length === 0) return nothing
  const cells = [
    columns.map((column) => column.toUpperCase()),
    ...rows.map((row) => columns.map((column) => toCell(row[column]))),
  ]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => (line[index] ?? '').length)))
  return cells
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `1 row`, `2 rows`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`
}

/** One thing with its settings, a line each; what is not set is left out. */
export function toSettings(shown: Readonly<Record<string, unknown>>): string {
  const told = (value: unknown): string => printable(typeof value === 'string' ? value : JSON.stringify(value))
  const set = Object.entries(shown).filter(([, value]) => value !== null && value !== undefined)
  return toTable(
    set.map(([setting, value]) => ({ setting, value: told(value) })),
    ['setting', 'value'],
  )
}

/** Texts from outside are printed without control characters: a name must not move the cursor. */
function toCell(value: string | number | null | undefined): string {
  return value === null || value === undefined || value === '' ? '-' : printable(String(value))
}

const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

export function printable(text: string): string {
  return text.replaceAll(unprintable, '\ufffd')
}

/** JSON escapes the lower control characters itself; here the others too, so that the value stays what it is. */
export function toJson(value: unknown): string {
  const escaped = (control: string): string =>
    control === '\n' ? control : `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value, null, 2).replaceAll(unprintable, escaped)
}

/** How a role is reached, as the admin API tells it. */
export type ToldPath = Readonly<Record<string, string | readonly (string | null)[] | null>>

/** `connection Okta (c) → via Night shift (g1) → group Engineers (g2, gone) → mapping m`. */
export function toPath({ gone, ...path }: ToldPath): string {
  const listed = (told: ToldPath[string] | undefined): readonly (string | null)[] => [told ?? []].flat()
  const steps = Object.entries(path).filter(([kind]) => !/Names?$/.test(kind))
  return steps
    .flatMap(([kind, ids]) => {
      const names = listed(path[`${kind}Name`] ?? path[`${kind}Names`])
      return listed(ids).map((id, index) => {
        const name = names[index] ?? null
        const beside = [...(name === null ? [] : [id]), ...(listed(gone).includes(id) ? ['gone'] : [])].join(', ')
        return `${kind} ${name ?? id ?? ''}${beside === '' ? '' : ` (${beside})`}`
      })
    })
    .join(' → ')
}
