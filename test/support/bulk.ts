import { expect } from 'vitest'
import { messages, type Door } from './door.ts'

export const bulkUrn = `${messages}:BulkRequest`
export const message = (Operations: unknown, more: object = {}): object => ({ schemas: [bulkUrn], Operations, ...more })
export const post = (bulkId: string, path: string, data: object): object => ({ method: 'POST', bulkId, path, data })

/** Sends jobs that must be processed; their results. */
export function createBulk(door: Door) {
  return async (Operations: object[], more: object = {}): Promise<any[]> => {
    const answer = await door.scim('POST', '/Bulk', message(Operations, more))
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    expect(answer.body.schemas).toEqual([`${messages}:BulkResponse`])
    return answer.body.Operations
  }
}
