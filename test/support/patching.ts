import { expect } from 'vitest'
import { expectError, type Door } from './door.ts'
import { patch } from './idp.ts'

/** What tests of PATCH do over and over at a door. */
export function createPatching(door: Door) {
  let made = 0
  const fresh = async (more: object = {}): Promise<any> => {
    made += 1
    return door.user(`patched${made}`, more)
  }
  /** The user after the operations. */
  const after = (user: any, ...operations: object[]): Promise<any> =>
    door.ok('PATCH', `/Users/${user.id}`, patch(...operations))
  /** The operations are refused so, and the user is as before. */
  const refused = async (user: any, [status, scimType]: [number, string?], ...operations: object[]): Promise<void> => {
    expectError(await door.scim('PATCH', `/Users/${user.id}`, patch(...operations)), status, scimType)
    expect(await door.ok('GET', `/Users/${user.id}`)).toEqual(user)
  }
  return { fresh, after, refused }
}
