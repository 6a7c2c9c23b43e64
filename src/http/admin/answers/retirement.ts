import { z } from 'zod'
import { count, id, text } from './common.ts'

export const retirementAnswer = z
  .strictObject({
    ...{ connection: id, plan: text },
    issuer: text.nullable().describe('The issuer of its sign-in; null where it has none.'),
    ...{ people: count, groups: count, mappings: count, tokens: count, clients: count },
    identities: count.describe('Identities by which people of the account sign in.'),
    elsewhere: count.describe('Identities that lead into other accounts.'),
    leave: count.describe('Members who come in by this connection alone: they are removed.'),
    stay: count.describe('Its people who stay: the owner, and whoever comes in by another active connection.'),
    owners: z.array(id).describe('Members who own the account, stay, and have this sign-in no more.'),
    unmanaged: z
      .array(z.enum(['manage-members', 'manage-mappings']))
      .describe('What somebody of the account manages now, and nobody of it would then.'),
    roles: z.array(z.strictObject({ role: id, members: count })).describe('What those who leave hold.'),
  })
  .meta({ id: 'Retirement' })

export const exampleRetirement = {
  ...{ connection: '01a20d9b-6245-…', plan: '8c1f…', issuer: 'https://acme.okta.com' },
  ...{ people: 412, groups: 9, mappings: 4, tokens: 1, clients: 0, identities: 260, elsewhere: 2 },
  ...{ leave: 411, stay: 1, owners: ['01a20d9b-5386-…'], unmanaged: [] },
  roles: [
    { role: 'developer', members: 380 },
    { role: 'support', members: 31 },
  ],
}
