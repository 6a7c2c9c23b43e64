/** What the routes are about, in the order of the reference. A new noun is a line here. */
export const tags = {
  Catalogs: 'The role catalogs that are loaded.',
  Accounts: 'The tenants of the platform.',
  Connections: 'One IdP of one account: its SCIM endpoint and its settings.',
  Domains: 'Domains that an account has proved to be its own, by DNS.',
  Clients: 'OAuth clients that push by SCIM, and their secrets.',
  Tokens: 'Bearer tokens that push by SCIM.',
  'Sign-in': 'How people come in: OpenID Connect of a connection, identities of members.',
  Mappings: 'Directory group → role.',
  Schemas: 'What directories may tell beside RFC 7643.',
  Members: 'The people of an account, with the roles that count now.',
  'Permission groups': 'Roles that an account makes for itself, where its catalog has it so.',
  'Access keys': 'An id and a secret by which programs act, for people or for the organisation.',
  Gateways: 'Credentials of whoever asks for access decisions.',
  'Role requests': 'What people ask for, where the catalog lets them.',
  Invitations: 'Letting people into an account, by mail and with roles.',
  'Audit log': 'What was done, by whom and to what: chained and signed.',
  Propagation: 'How far an account is behind its directories.',
  Requests: 'What the IdP of a connection has asked, and what came of it.',
  'Signing keys': 'The keys that tokens for gateways are signed with.',
  Secrets: 'The keys that secrets at rest are sealed under.',
  Mail: 'What is to be sent by mail, and what became of it.',
} as const

export type Tag = keyof typeof tags
