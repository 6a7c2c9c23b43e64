import { afterAll, beforeAll, expect } from 'vitest'
import { createTenant, type Answer, type Scim, type Tenant } from './api.ts'
import { groupUrn, userUrn } from './idp.ts'
import { startJoinery, type Joinery, type Options } from './joinery.ts'

export const messages = 'urn:ietf:params:scim:api:messages:2.0'

/** A SCIM door for one suite, and what its tests do over and over. Starts before the first test, ends after the last. */
export type Door = {
  readonly joinery: Joinery
  readonly tenant: Tenant
  readonly scim: Scim
  /** The created User or Group as answered. */
  user(name: string, more?: object): Promise<any>
  group(displayName: string, more?: object): Promise<any>
  /** Where a request that must work is made for its body. */
  ok(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<any>
  /** The userNames, before the @, or the displayNames that a filter finds. */
  found(filter: string, path?: string): Promise<string[]>
}

export function useDoor(options: Options & { kind?: string } = {}): Door {
  const { kind = 'generic', ...rest } = options
  let started: Joinery | undefined
  let tenant: Tenant | undefined
  beforeAll(async () => {
    started = await startJoinery({ workers: false, ...rest })
    tenant = await createTenant(started.api, kind)
  })
  afterAll(() => started?.close())
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the door is not open yet')
    return value
  }
  const scim: Scim = (...request) => there(tenant).scim(...request)
  const ok: Door['ok'] = async (method, path, body, headers) => {
    const answer = await scim(method, path, body, headers)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  return {
    get joinery() {
      return there(started)
    },
    get tenant() {
      return there(tenant)
    },
    scim,
    ok,
    user: (name, more = {}) => ok('POST', '/Users', aUser(name, more)),
    group: (displayName, more = {}) => ok('POST', '/Groups', { schemas: [groupUrn], displayName, ...more }),
    found: async (filter, path = '/Users') => {
      const list = await ok('GET', `${path}?count=200&filter=${encodeURIComponent(filter)}`)
      return list.Resources.map((each: any) => nameOf(each)).sort()
    },
  }
}

function nameOf({ userName, displayName }: { userName?: string; displayName?: string }): string {
  return userName === undefined ? String(displayName) : String(userName.split('@')[0])
}

/** The smallest User that there is. */
export function aUser(name: string, more: object = {}): object {
  return { schemas: [userUrn], userName: `${name}@corp.example`, ...more }
}

/** An error in SCIM's form, whole, and nothing beside it (RFC 7644, 3.12). */
export function expectError(answer: Answer, status: number, scimType?: string): void {
  expect(answer.body).toEqual({
    schemas: [`${messages}:Error`],
    status: String(status),
    ...(scimType === undefined ? {} : { scimType }),
    detail: expect.stringMatching(/\S/) as string,
  })
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/scim+json')
}
