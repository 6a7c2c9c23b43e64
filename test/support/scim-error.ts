import { expect } from 'vitest'

export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error'

/** What each error of this door looks like. */
export function isScimError(
  answer: { status: number; body: any; headers: Headers },
  status: number,
  scimType?: string,
): void {
  expect(answer.body).toEqual({
    schemas: [errorUrn],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: expect.stringMatching(/\S/) as string,
  })
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/scim+json')
}
