import { describe, expect, it } from 'vitest'
import {
  canonicalJson,
  decideProvisioning,
  emailsOf,
  nameKey,
  sameFacts,
  type DirectoryUser,
  type UserFacts,
} from '../../../src/domain/directory-user.ts'
import { AppError } from '../../../src/domain/errors.ts'

const wanted: UserFacts = {
  externalId: '00u1',
  userName: 'jo@corp.example',
  displayName: 'Jo',
  active: true,
  emails: [],
  attributes: { userName: 'jo@corp.example', name: { givenName: 'Jo', familyName: 'Doe' } },
}
const row = (more: Partial<DirectoryUser>): DirectoryUser => ({
  ...wanted,
  id: 'u1',
  accountId: 'a1',
  connectionId: 'c1',
  memberId: 'm1',
  version: 1,
  createdAt: 0,
  updatedAt: 0,
  removedAt: null,
  ...more,
})
const tombstone = (more: Partial<DirectoryUser> = {}): DirectoryUser => row({ removedAt: 5, ...more })

describe('what a create means', () => {
  it('a conflict, where a live user has that name in any letter case', () => {
    for (const userName of ['jo@corp.example', 'JO@Corp.example']) {
      try {
        decideProvisioning(wanted, [row({ userName, externalId: null })], ['m2'])
      } catch (error) {
        expect((error as AppError).code).toBe('conflict')
        continue
      }
      throw new Error('taken')
    }
  })

  it('a new member, where nobody is known by the externalId', () => {
    expect(decideProvisioning(wanted, [], [])).toEqual({ kind: 'join' })
  })

  it('a rehire, where all that have the externalId are tombstones of one member', () => {
    const rehire = { kind: 'rehire', memberId: 'm1' }
    expect(decideProvisioning(wanted, [tombstone()], [])).toEqual(rehire)
    expect(decideProvisioning(wanted, [tombstone(), tombstone({ id: 'u2' })], [])).toEqual(rehire)
    expect(decideProvisioning(wanted, [tombstone({ userName: 'other@corp.example' })], [])).toEqual(rehire)
  })

  it.each<[string, DirectoryUser[]]>([
    ['two members have left with that externalId', [tombstone(), tombstone({ id: 'u2', memberId: 'm2' })]],
    ['somebody living has that externalId too', [tombstone(), row({ id: 'u2', userName: 'bo@corp.example' })]],
    ['only the name was left behind', [tombstone({ externalId: 'other' })]],
    ['the externalId differs in letter case', [tombstone({ externalId: '00U1' })]],
  ])('no rehire where %s', (_, matches) => {
    expect(decideProvisioning(wanted, matches, [])).toEqual({ kind: 'join' })
  })

  it('the member that he is, where one signed in before his directory told of him', () => {
    const recognised = { kind: 'recognise', memberId: 'm2' }
    expect(decideProvisioning(wanted, [], ['m2'])).toEqual(recognised)
    expect(decideProvisioning({ ...wanted, externalId: null }, [], ['m2'])).toEqual(recognised)
  })

  it('a new member, where two signed in by that name', () => {
    expect(decideProvisioning(wanted, [], ['m2', 'm3'])).toEqual({ kind: 'join' })
  })

  it('a rehire, where a former member has the externalId too', () => {
    expect(decideProvisioning(wanted, [tombstone()], ['m2'])).toEqual({ kind: 'rehire', memberId: 'm1' })
  })

  it('no rehire of anybody without an externalId', () => {
    expect(decideProvisioning({ ...wanted, externalId: null }, [tombstone({ externalId: null })], [])).toEqual({
      kind: 'join',
    })
  })
})

describe('facts', () => {
  it('are the same whatever the order of their attributes', () => {
    const attributes = { name: { familyName: 'Doe', givenName: 'Jo' }, userName: 'jo@corp.example' }
    expect(sameFacts(wanted, { ...wanted, attributes })).toBe(true)
  })

  it.each<Partial<UserFacts>>([
    { externalId: null },
    { userName: 'JO@corp.example' },
    { displayName: null },
    { active: false },
    { attributes: { ...wanted.attributes, title: 'Dr' } },
    { attributes: { ...wanted.attributes, name: { givenName: 'Jo' } } },
  ])('differ by %j', (more) => {
    expect(sameFacts(wanted, { ...wanted, ...more })).toBe(false)
  })

  it('keep the order of lists, where it means something', () => {
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]))
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1}]}')
  })
})

describe('names', () => {
  it.each([
    ['JO@Corp.Example', 'jo@corp.example'],
    ['Jose\u0301', 'josé'],
    ['ÄRZTE', 'ärzte'],
  ])('%s compares as %s', (name, key) => {
    expect(nameKey(name)).toBe(key)
  })
})

describe('the e-mails of a resource', () => {
  it.each<[unknown, unknown[]]>([
    [undefined, []],
    ['x', []],
    [[{ value: 'a' }, { type: 'work' }, { value: 7 }], [{ value: 'a' }]],
  ])('of %j are those with an address', (emails, found) => {
    expect(emailsOf({ emails })).toEqual(found)
  })
})
