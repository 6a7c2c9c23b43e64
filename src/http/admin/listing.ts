import { z } from 'zod'
import { placeIn, placeText, type ListPlace } from '../../application/list-place.ts'
import { pageFields } from './page-fields.ts'
import { storable } from './schemas.ts'

type Told = {
  /** What tells two items apart. */
  readonly key: string
  /** Fields that are found by their exact value, or by one of their values. */
  readonly is?: readonly string[]
  /** Texts that are found by a part of them, in any letter case. */
  readonly has?: readonly string[]
  /** Fields that the list is sorted by; by the first of them unless asked otherwise, from its other end with a "-". */
  readonly sort: readonly [string, ...string[]]
}
type Fields = Readonly<Record<string, unknown>>

const word = storable.min(1, 'must not be empty').max(500, 'must have at most 500 characters')

/**
 * How a list that is read whole is filtered, sorted and paged: declared beside its route, checked like every other query,
 * and so in the OpenAPI document. What is filtered and sorted is what is answered.
 */
export function listing({ key, is = [], has = [], sort }: Told) {
  const exact = is.map((name) => [name, word.optional().describe(`Only those with this \`${name}\`.`)])
  const part = has.map((name) => [name, word.optional().describe(`Only those with this in their \`${name}\`.`)])
  const fields = sort.map((name) => name.replace(/^-/, '')) as [string, ...string[]]
  const query = z.strictObject({
    ...pageFields(fields, sort[0]),
    ...(Object.fromEntries([...exact, ...part]) as Record<string, z.ZodOptional<z.ZodString>>),
  })
  const fits = (item: Fields, asked: Fields): boolean =>
    is.every(
      (name) =>
        asked[name] === undefined ||
        [item[name]]
          .flat()
          .map(String)
          .includes(asked[name] as string),
    ) &&
    has.every(
      (name) => asked[name] === undefined || (item[name] != null && folded(item[name]).includes(folded(asked[name]))),
    )
  return {
    query,
    page<Item extends object>(items: readonly Item[], asked: z.output<typeof query>) {
      const order = orderOf(asked.sort, key)
      const place = asked.after === undefined ? null : placeIn(asked.after, asked.sort)
      const found = items
        .filter((item) => fits(item as Fields, asked))
        .map((item) => ({ item, at: order.place(item as Fields) }))
        .filter(({ at }) => place === null || order.compare(at, place) > 0)
        .sort((a, b) => order.compare(a.at, b.at))
      const shown = found.slice(0, asked.limit)
      const last = shown.at(-1)
      const next = found.length > shown.length && last !== undefined ? placeText(asked.sort, last.at) : null
      return { items: shown.map(({ item }) => item), next }
    },
  }
}

function orderOf(sort: string, key: string) {
  const [name, sign] = sort.startsWith('-') ? [sort.slice(1), -1] : [sort, 1]
  return {
    place: (item: Fields): ListPlace => ({ value: valueOf(item[name]), id: String(item[key]) }),
    compare: (a: ListPlace, b: ListPlace): number =>
      sign *
      (compareValues(a.value, b.value) || compareTexts(folded(a.value), folded(b.value)) || compareTexts(a.id, b.id)),
  }
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
