import { expect } from 'vitest'
import { useDoor } from './door.ts'
import { entra } from './idp.ts'

/** What each of Microsoft's own programs sends beside a request. */
const headersOf = {
  validator: { 'Content-Type': 'application/scim+json; charset=utf-8', ADSCIMVersion: '6.0' },
  collection: { 'Content-Type': 'application/json' },
} as const

/**
 * The door as Microsoft judges a SCIM server by it: the checks of its SCIM validator, those that a gallery application has to
 * pass, and the requests of the collection beside its reference code. Addresses are those of a company; what the door answers
 * otherwise is told in docs/reference/scim-deviations.md.
 *
 * @see https://learn.microsoft.com/entra/identity/app-provisioning/scim-validator-tutorial
 * @see https://github.com/AzureAD/SCIMReferenceCode
 */
export function useEntraDoor(as: keyof typeof headersOf) {
  const door = useDoor({ kind: 'entra' })
  const ask = (method: string, path: string, body?: unknown) => door.scim(method, path, body, headersOf[as])
  const find = async (type: string, filter: string): Promise<any> =>
    (await ask('GET', `/${type}?filter=${encodeURIComponent(filter)}`)).body
  const make = async (name: string, more: object = {}): Promise<any> =>
    (await ask('POST', '/Users', entra.createUser(name, more))).body
  const created = async (path: string, body: object): Promise<string> => {
    const answer = await ask('POST', path, body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body.id as string
  }
  return { door, ask, find, make, created }
}
