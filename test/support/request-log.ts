import { expect } from 'vitest'
import { eventually, type Tenant } from './api.ts'
import type { Joinery } from './joinery.ts'

/** The log of a tenant's connection, as an operator reads it. */
export function logOf(joinery: Joinery, { accountId, connectionId }: Tenant) {
  const base = `/accounts/${accountId}/connections/${connectionId}/requests`
  const list = async (query = ''): Promise<any> => joinery.api.ok('GET', `${base}${query}`)
  const show = async (id: string): Promise<any> => joinery.api.ok('GET', `${base}/${id}`)
  /** The entry of one request, once it is written. */
  const of = async (operation: string): Promise<any> => {
    const items = await eventually(
      async () => ((await list('?limit=500')).items as any[]).filter((item) => item.operation === operation),
      (found) => found.length > 0,
    )
    expect(items).toHaveLength(1)
    return show(items[0].id as string)
  }
  return { base, list, show, of }
}

/** A request under a name of its own, by which its entry is found. */
export const as = (id: string): Record<string, string> => ({ 'X-Request-Id': id })
