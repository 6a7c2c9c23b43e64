import type { Group, Person } from './model.ts'
import { enterpriseUrn, filterQuery, foundBy, groupUrn, knownId, patchOf, userUrn, wanted } from './scim.ts'
import type { Idp, Send } from './scim.ts'

export const oktaHeaders = {
  'User-Agent': 'Okta SCIM Client 1.0.0',
  'Content-Type': 'application/scim+json; charset=utf-8',
}

/** A catalogue (OIN) application of Okta: profile by PUT, activation and groups by PATCH; it never deletes anybody. */
export function createOkta(send: Send): Idp {
  return { ...usersOf(send), ...groupsOf(send) }
}

const firstHundred = 'startIndex=1&count=100'

type Users = Pick<Idp, 'probe' | 'findUser' | 'createUser' | 'setActive' | 'updateProfile' | 'deleteUser'>

function usersOf(send: Send): Users {
  return {
    async probe() {
      await wanted(send('GET', '/Users?count=2&startIndex=1'), 200)
      await wanted(send('GET', '/Groups?count=100&startIndex=1'), 200)
    },
    findUser: ({ userName }) =>
      foundBy(send('GET', `/Users?${filterQuery(`userName eq "${userName}"`)}&${firstHundred}`)),
    createUser: (person) => send('POST', '/Users', { ...userBody(person), password: '1mz050nq' }),
    async setActive(person, active) {
      await wanted(send('PATCH', `/Users/${knownId(person)}`, patchOf({ op: 'replace', value: { active } })), 200)
    },
    async updateProfile(person) {
      const id = knownId(person)
      await wanted(send('PUT', `/Users/${id}`, { ...userBody(person), id }), 200)
    },
    deleteUser: () => Promise.reject(new Error('Okta deletes nobody')),
  }
}

function userBody(person: Person): object {
  const { userName, given, family, displayName, externalId, title, department, employeeNumber } = person
  return {
    schemas: [userUrn, enterpriseUrn],
    userName,
    name: { givenName: given, familyName: family },
    emails: [{ primary: true, value: userName, type: 'work' }],
    ...{ displayName, title, locale: 'en-US', externalId, groups: [], active: true },
    [enterpriseUrn]: { employeeNumber, department },
  }
}

type Groups = Pick<Idp, 'findGroup' | 'createGroup' | 'addMembers' | 'removeMembers' | 'renameGroup'>

/** Group push: what the group is called comes along with every change of its members. */
function groupsOf(send: Send): Groups {
  const push = async (group: Group, ...operations: object[]): Promise<void> => {
    const id = knownId(group)
    const named = { op: 'replace', value: { id, displayName: group.name } }
    await wanted(send('PATCH', `/Groups/${id}`, patchOf(named, ...operations)), 200, 204)
  }
  return {
    findGroup: ({ name }) => foundBy(send('GET', `/Groups?${filterQuery(`displayName eq "${name}"`)}&${firstHundred}`)),
    createGroup: ({ name }) => send('POST', '/Groups', { schemas: [groupUrn], displayName: name, members: [] }),
    addMembers: (group, people) => {
      const value = people.map((person) => ({ value: knownId(person), display: person.userName }))
      return push(group, { op: 'add', path: 'members', value })
    },
    removeMembers: (group, people) =>
      push(group, ...people.map((person) => ({ op: 'remove', path: `members[value eq "${knownId(person)}"]` }))),
    renameGroup: (group) => push(group),
  }
}
