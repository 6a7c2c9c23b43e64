import type { Account } from '../../src/domain/account.ts'
import type { Connection } from '../../src/domain/connection.ts'
import type { DirectoryUser, UserFacts } from '../../src/domain/directory-user.ts'
import { operator, type Joinery } from './joinery.ts'

export const facts = (name: string, more: Partial<UserFacts> = {}): UserFacts => {
  const userName = `${name}@corp.example`
  const emails = [{ value: userName, type: 'work', primary: true }]
  const active = more.active ?? true
  return {
    externalId: `ext-${name}`,
    userName,
    displayName: name,
    active,
    emails,
    attributes: { userName, emails, active },
    ...more,
  }
}

/** An account as it comes into the store: at the top, of the lowest level, with nothing in it. */
export const anAccount = (id: string, more: Partial<Account> = {}): Account => ({
  ...{ id, name: 'An account', catalog: 'plivo', parentId: null, level: 'account', entitlements: [] },
  ...{ suspendedAt: null, stopped: false, epoch: 0, createdAt: 1 },
  ...more,
})

export type Place = { connection: Connection; accountId: string; groupId: string; mappingId: string }

/** An account with a connection and one group that is mapped to `developer`, made through the verbs. */
export async function aPlace({ runtime: { app } }: Joinery): Promise<Place> {
  const account = await app.createAccount(operator, { name: 'Acme', catalog: 'plivo' })
  const connection = await app.createConnection(operator, { accountId: account.id, name: 'Okta', kind: 'okta' })
  const group = await app.createGroup(operator, {
    connection,
    facts: { displayName: 'Developers', externalId: null, attributes: {} },
    members: [],
  })
  const mapping = await app.addMapping(operator, {
    accountId: account.id,
    connectionId: connection.id,
    group: { id: group.id },
    role: 'developer',
  })
  return { connection, accountId: account.id, groupId: group.id, mappingId: mapping.id }
}

export function aPerson(
  { runtime: { app } }: Joinery,
  { connection }: Place,
  name: string,
  more: Partial<UserFacts> = {},
): Promise<DirectoryUser> {
  return app.createUser(operator, { connection, facts: facts(name, more) })
}

export function suspend({ runtime: { app } }: Joinery, { connection }: Place, userId: string): Promise<DirectoryUser> {
  return app.changeUser(operator, {
    connection,
    userId,
    change: (current) => ({ ...current, active: false, attributes: { ...current.attributes, active: false } }),
  })
}

export async function enter(
  { runtime: { app } }: Joinery,
  { connection, groupId }: Place,
  ...userIds: string[]
): Promise<void> {
  await app.changeGroup(operator, {
    connection,
    groupId,
    change: (current) => current,
    steps: [{ kind: 'add', values: userIds }],
  })
}
