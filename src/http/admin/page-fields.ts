import { z } from 'zod'
import type { SortOf } from '../../application/list-orders.ts'
import { pageLimit, storable } from './schemas.ts'

/** What every list takes: how many, behind what, in which order. */
export function pageFields<const Fields extends readonly [string, ...string[]]>(fields: Fields, usual: SortOf<Fields>) {
  const orders = fields.flatMap((field) => [field, `-${field}`]) as [SortOf<Fields>, ...SortOf<Fields>[]]
  const one: z.ZodType<SortOf<Fields>, unknown> = z
    .enum(orders, `must be one of: ${orders.join(', ')}`)
    .default(usual as never)
  return {
    limit: pageLimit.describe('At most so many, up to 500.'),
    after: storable.max(12_000).optional().describe('What the page before has as `next`, asked for in the same order.'),
    sort: one.describe('The field that the list is sorted by; `-` before it turns the order around.'),
  }
}
