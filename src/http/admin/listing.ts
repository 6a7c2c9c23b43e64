import { z } from 'zod'
import { placeIn, placeText } from '../../application/list-place.ts'
import { arranged, orderOf } from '../../application/whole-list.ts'
import { oneOf } from './one-of.ts'
import { pageFields } from './page-fields.ts'
import { word, yesOrNo } from './schemas.ts'

type Told<Name extends string> = {
  /** What tells two items apart. */
  readonly key: Name
  /** Fields that are found by their exact value, or by one of their values. */
  readonly is?: readonly Name[]
  /** Texts that are found by a part of them, in any letter case. */
  readonly has?: readonly Name[]
  /** Fields that the list is sorted by; by the first of them unless asked otherwise, from its other end with a "-". */
  readonly sort: readonly [Name, ...Name[]]
  /** The order unless asked otherwise, where that is not the first field’s. */
  readonly usual?: Name | `-${Name}`
}

/**
 * How a list that is read whole is filtered, sorted and paged: declared beside its route, checked like every other query,
 * and so in the OpenAPI document. What is filtered and sorted is what is answered; a field of a closed list of words is
 * filtered by one of them.
 */
export function listing<Shape extends z.ZodRawShape>(
  { shape }: z.ZodObject<Shape>,
  { key, is = [], has = [], sort, usual = sort[0] }: Told<keyof Shape & string>,
) {
  const exact = is.map((name) => [name, valueOf(shape[name]).optional().describe(`Only those with this \`${name}\`.`)])
  const part = has.map((name) => [name, word.optional().describe(`Only those with this in their \`${name}\`.`)])
  const query = z.strictObject({
    ...pageFields(sort as readonly [string, ...string[]], usual),
    ...(Object.fromEntries([...exact, ...part]) as Record<string, z.ZodOptional<z.ZodType<string | boolean, unknown>>>),
  })
  return {
    query,
    page<Item extends object>(items: readonly Item[], asked: z.output<typeof query>) {
      const { compare } = orderOf(asked.sort, key)
      const place = asked.after === undefined ? null : placeIn(asked.after, asked.sort)
      const found = arranged(items, { key, is, has }, asked).filter(
        ({ at }) => place === null || compare(at, place) > 0,
      )
      const shown = found.slice(0, asked.limit)
      const last = shown.at(-1)
      const next = found.length > shown.length && last !== undefined ? placeText(asked.sort, last.at) : null
      return { items: shown.map(({ item }) => item), next }
    },
  }
}

/** What a query may ask of a field: one of its words, yes or no, or any word. */
function valueOf(field: unknown): z.ZodType<string | boolean, unknown> {
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable) return valueOf(field.unwrap())
  if (field instanceof z.ZodArray) return valueOf(field.element)
  if (field instanceof z.ZodEnum) return oneOf(field.options as [string, ...string[]])
  return field instanceof z.ZodBoolean ? yesOrNo : word
}
