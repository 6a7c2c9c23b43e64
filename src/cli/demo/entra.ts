import { randomUUID } from 'node:crypto'
import type { Group, Person } from './model.ts'
import { enterpriseUrn, filterQuery, foundBy, groupUrn, knownId, patchOf, userUrn, wanted } from './scim.ts'
import type { Idp, Send } from './scim.ts'

export const entraHeaders = { ADSCIMVersion: '6.0', 'Content-Type': 'application/scim+json' }

const entraGroupUrn = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'

/** Entra ID without the `aadOptscim062020` flag: capitalised operations, booleans as text, members with `$ref: null`. */
export function createEntra(send: Send): Idp {
  return { ...usersOf(send), ...groupsOf(send) }
}

type Users = Pick<Idp, 'probe' | 'findUser' | 'createUser' | 'setActive' | 'updateProfile' | 'deleteUser'>

function usersOf(send: Send): Users {
  const patch = async (person: Person, ...operations: object[]): Promise<void> => {
    await wanted(send('PATCH', `/Users/${knownId(person)}`, patchOf(...operations)), 200)
  }
  return {
    probe: () => probe(send),
    findUser: ({ userName }) => foundBy(send('GET', `/Users?${filterQuery(`userName eq "${userName}"`)}`)),
    createUser: (person) => send('POST', '/Users', userBody(person)),
    setActive: (person, active) => patch(person, { op: 'Replace', path: 'active', value: active ? 'True' : 'False' }),
    updateProfile: (person) =>
      patch(
        person,
        { op: 'Replace', path: 'title', value: person.title },
        { op: 'Replace', path: `${enterpriseUrn}:department`, value: person.department },
      ),
    async deleteUser(person) {
      await wanted(send('DELETE', `/Users/${knownId(person)}`), 204)
    },
  }
}

/** "Test Connection": searches for values that nobody has must find nobody, and never be 404. */
async function probe(send: Send): Promise<void> {
  const nobody = randomUUID()
  for (const path of [
    `/Users?${filterQuery(`userName eq "${nobody}"`)}`,
    `/Users?${filterQuery(`externalId eq "${nobody}"`)}`,
    `/Groups?excludedAttributes=members&${filterQuery(`displayName eq "${nobody}"`)}`,
  ]) {
    if ((await foundBy(send('GET', path))) !== null) throw new Error('a probe for nobody found somebody')
  }
}

function userBody(person: Person): object {
  const { userName, given, family, displayName, externalId, title, department, employeeNumber } = person
  return {
    schemas: [userUrn, enterpriseUrn],
    ...{ externalId, userName, active: true, displayName, title },
    emails: [{ primary: true, type: 'work', value: userName }],
    meta: { resourceType: 'User' },
    name: { formatted: displayName, familyName: family, givenName: given },
    roles: [],
    [enterpriseUrn]: { department, employeeNumber },
  }
}

type Groups = Pick<Idp, 'findGroup' | 'createGroup' | 'addMembers' | 'removeMembers' | 'renameGroup'>

function groupsOf(send: Send): Groups {
  const patch = async (group: Group, operation: object): Promise<void> => {
    await wanted(send('PATCH', `/Groups/${knownId(group)}`, patchOf(operation)), 204)
  }
  const named = (people: readonly Person[]) => people.map((person) => ({ $ref: null, value: knownId(person) }))
  return {
    findGroup: ({ name }) =>
      foundBy(send('GET', `/Groups?excludedAttributes=members&${filterQuery(`displayName eq "${name}"`)}`)),
    createGroup: ({ name, externalId }) => {
      const body = { externalId, displayName: name, meta: { resourceType: 'Group' } }
      return send('POST', '/Groups', { schemas: [groupUrn, entraGroupUrn], ...body })
    },
    async addMembers(group, people) {
      await wanted(send('GET', `/Groups/${knownId(group)}?excludedAttributes=members`), 200)
      await patch(group, { op: 'Add', path: 'members', value: named(people) })
    },
    removeMembers: (group, people) => patch(group, { op: 'Remove', path: 'members', value: named(people) }),
    renameGroup: (group) => patch(group, { op: 'Replace', path: 'displayName', value: group.name }),
  }
}
