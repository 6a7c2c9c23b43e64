import { z } from 'zod'

/** What answers are made of. Ids are opaque; instants leave as ISO 8601 texts in UTC. */
export const id = z.string()
export const text = z.string()
export const count = z.int().min(0)
export const instant = z.iso.datetime()

/** A list that is whole. */
export const listOf = <Item extends z.ZodType>(item: Item) => z.strictObject({ items: z.array(item) })

/** A list that goes on: `next` is what `after` takes for the next page, null on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() })
