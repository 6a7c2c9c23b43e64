import { expect } from 'vitest'
import type { Database } from '../../src/adapters/db/database.ts'
import type { Answer, Tenant } from './api.ts'
import { okta } from './idp.ts'

/** A user and a group to aim at, and each verb on each of them. Bodies are large, so that they need room on a disk. */
export class Aim {
  readonly tenant: Tenant
  userId = ''
  groupId = ''
  private serial = 0

  constructor(tenant: Tenant) {
    this.tenant = tenant
  }

  async renew(): Promise<void> {
    const { scim } = this.tenant
    this.serial += 1
    this.userId = (await scim('POST', '/Users', okta.createUser(`aim${this.serial}`))).body.id as string
    const group = { ...okta.createGroup(`Aim ${this.serial}`), members: [{ value: this.userId }] }
    this.groupId = (await scim('POST', '/Groups', group)).body.id as string
  }

  verbs(): Record<string, { write: boolean; works: number; ask: () => Promise<Answer> }> {
    const { scim } = this.tenant
    const [user, group] = [`/Users/${this.userId}`, `/Groups/${this.groupId}`]
    const title = 'x'.repeat(100_000)
    const name = `aim${this.serial}`
    const members = Array.from({ length: 4000 }, (_, index) => ({ value: `ghost-${index}` }))
    const crowd = (displayName: string) => ({ ...okta.createGroup(displayName), members })
    const add = okta.addMembers(...members.map(({ value }) => value))
    const read = (path: string) => ({ write: false, works: 200, ask: () => scim('GET', path) })
    const write = (works: number, method: string, path: string, body?: unknown) => ({
      ...{ write: true, works, ask: () => scim(method, path, body) },
    })
    return {
      'list users': read('/Users?filter=userName sw "aim"'),
      'read a user': read(user),
      'create a user': write(201, 'POST', '/Users', okta.createUser(`new-${name}`, { title })),
      'replace a user': write(200, 'PUT', user, okta.createUser(name, { title })),
      'patch a user': write(200, 'PATCH', user, okta.setActive(false)),
      'list groups': read('/Groups?filter=displayName sw "Aim"'),
      'read a group': read(group),
      'create a group': write(201, 'POST', '/Groups', crowd(`New ${name}`)),
      'replace a group': write(200, 'PUT', group, crowd(`Replaced ${name}`)),
      'patch a group': write(204, 'PATCH', group, add),
      'remove a group': write(204, 'DELETE', group),
      'remove a user': write(204, 'DELETE', user),
    }
  }
}

const told = ['directory_users', 'directory_user_emails', 'directory_groups', 'memberships', 'members']
const meant = ['propagations', 'grants', 'assignments', 'mappings', 'audit_events', 'directory_counts']

/** Every row that a write of the door could leave behind. */
export async function everyRow(database: Database): Promise<Record<string, string[]>> {
  const rows: Record<string, string[]> = {}
  for (const table of [...told, ...meant]) {
    const all = await database.reads.rows<object>(database.reads.db(table))
    rows[table] = all.map((row) => JSON.stringify(row)).sort()
  }
  return rows
}

export function isOutage(verb: string, { status, body, headers }: Answer): void {
  expect({ verb, status, told: body?.status, detail: body?.detail }).toEqual({
    ...{ verb, status: 503, told: '503', detail: 'the database cannot be reached; try again' },
  })
  expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  expect(headers.get('content-type')).toBe('application/scim+json')
}
