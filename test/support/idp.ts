/** Bodies in the shapes that Okta and Entra send. */
export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

export const patch = (...operations: object[]): object => ({ schemas: [patchUrn], Operations: operations })

export const okta = {
  createUser: (name: string, more: object = {}): object => ({
    schemas: [userUrn],
    userName: `${name}@corp.example`,
    name: { givenName: name, familyName: 'Doe' },
    emails: [{ primary: true, value: `${name}@corp.example`, type: 'work' }],
    displayName: `${name} Doe`,
    locale: 'en-US',
    externalId: `00u${name}`,
    groups: [],
    password: '1mz050nq',
    active: true,
    ...more,
  }),
  setActive: (active: boolean): object => patch({ op: 'replace', value: { active } }),
  createGroup: (displayName: string): object => ({ schemas: [groupUrn], displayName, members: [] }),
  addMembers: (...ids: string[]): object =>
    patch({ op: 'add', path: 'members', value: ids.map((value) => ({ value, display: 'x' })) }),
  removeMember: (id: string): object => patch({ op: 'remove', path: `members[value eq "${id}"]` }),
}

export const entra = {
  createUser: (name: string, more: object = {}): object => ({
    schemas: [userUrn, enterpriseUrn],
    externalId: name,
    userName: `${name}@corp.example`,
    active: true,
    emails: [{ primary: true, type: 'work', value: `${name}@corp.example` }],
    meta: { resourceType: 'User' },
    name: { formatted: `${name} I`, familyName: 'I', givenName: name },
    roles: [],
    [enterpriseUrn]: { department: 'R&D' },
    ...more,
  }),
  setActive: (active: boolean): object => patch({ op: 'Replace', path: 'active', value: active ? 'True' : 'False' }),
  createGroup: (displayName: string, externalId: string): object => ({
    schemas: [groupUrn, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId,
    displayName,
    meta: { resourceType: 'Group' },
  }),
  addMembers: (...ids: string[]): object =>
    patch({ op: 'Add', path: 'members', value: ids.map((value) => ({ $ref: null, value })) }),
  removeMembers: (...ids: string[]): object =>
    patch({ op: 'Remove', path: 'members', value: ids.map((value) => ({ $ref: null, value })) }),
}
