import type { ListPlace } from './list-place.ts'

type Fields = Readonly<Record<string, unknown>>
type Asked = Readonly<Record<string, string | number | boolean | undefined>>
/** How a list that is read whole is told apart: by its key, by the exact value of fields, or by a part of their text. */
type FieldsOfList = { readonly key: string; readonly is: readonly string[]; readonly has: readonly string[] }

/** Of items those that fit what is asked, sorted, each with its place. */
export function arranged<Item extends object>(
  items: readonly Item[],
  fields: FieldsOfList,
  { sort, ...asked }: Asked & { readonly sort: string },
): { item: Item; at: ListPlace }[] {
  const { compare, place } = orderOf(sort, fields.key)
  return items
    .filter((item) => fits(item as Fields, fields, asked))
    .map((item) => ({ item, at: place(item as Fields) }))
    .sort((a, b) => compare(a.at, b.at))
}

/** By a field, from its other end with a "-"; what is equal in it by the key. */
export function orderOf(sort: string, key: string) {
  const [name, sign] = sort.startsWith('-') ? [sort.slice(1), -1] : [sort, 1]
  return {
    place: (item: Fields): ListPlace => ({ value: valueOf(item[name]), id: String(item[key]) }),
    compare: (a: ListPlace, b: ListPlace): number =>
      sign *
      (compareValues(a.value, b.value) || compareTexts(folded(a.value), folded(b.value)) || compareTexts(a.id, b.id)),
  }
}

function fits(item: Fields, { is, has }: FieldsOfList, asked: Asked): boolean {
  return (
    is.every((name) => asked[name] === undefined || [item[name]].flat().map(String).includes(String(asked[name]))) &&
    has.every(
      (name) => asked[name] === undefined || (item[name] != null && folded(item[name]).includes(folded(asked[name]))),
    )
  )
}

/** Lists and truth values go by their text. */
function valueOf(value: unknown): ListPlace['value'] {
  if (value === undefined || value === null) return null
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value)
}

/** What is not told comes last; numbers by their size. */
function compareValues(a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return typeof a === 'number' && typeof b === 'number' ? a - b : 0
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function folded(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : JSON.stringify(value ?? null)
}
