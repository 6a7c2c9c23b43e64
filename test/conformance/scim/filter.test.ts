import { beforeAll, describe, expect, it } from 'vitest'
import { createClock } from '../../support/clock.ts'
import { describeOnBoth } from '../../support/databases.ts'
import { expectError, useDoor } from '../../support/door.ts'
import { enterpriseUrn, userUrn } from '../../support/idp.ts'

const quoted = 'Say "hi" \\ to Zoë / 50% _'

describeOnBoth('a filter', (database) => {
  const clock = createClock()
  const door = useDoor({ database, clock })
  const found = (filter: string): Promise<string[]> => door.found(filter)
  let middle = ''

  beforeAll(async () => {
    const ada = await door.user('ada', {
      displayName: 'Ada',
      title: 'Tour Guide',
      externalId: 'E1',
      name: { familyName: 'Lovelace', givenName: 'Ada' },
      emails: [
        { value: 'ada@corp.example', type: 'work', primary: true },
        { value: 'ada@home.example', type: 'home' },
      ],
      [enterpriseUrn]: { department: 'R&D', employeeNumber: '7', manager: { value: 'boss' } },
    })
    clock.advance(60_000)
    await door.user('bob', { displayName: quoted, title: '', emails: [{ value: 'bob@corp.example', type: 'home' }] })
    clock.advance(60_000)
    const cid = await door.user('cid', { displayName: 'Cid', title: 'Manager', active: false })
    await door.group('Guides', { members: [{ value: ada.id }, { value: cid.id }] })
    middle = new Date(Date.parse(ada.meta.created as string) + 30_000).toISOString()
  })

  it('[209] is a parameter, and announced', async () => {
    expect((await door.ok('GET', '/ServiceProviderConfig')).filter.supported).toBe(true)
    expect((await door.ok('GET', '/Users?filter=')).totalResults).toBe(3)
  })

  it('[210] leaves those alone that match, in the page and in the total', async () => {
    const list = await door.ok('GET', '/Users?filter=userName eq "ada@corp.example"')
    expect(list.totalResults).toBe(1)
    expect(list.Resources.map(({ userName }: any) => userName)).toEqual(['ada@corp.example'])
  })

  it.each<[string, string[]]>([
    ['USERNAME EQ "ada@corp.example"', ['ada']],
    ['Name.FamilyName Sw "love"', ['ada']],
    ['title PR AND NOT (active EQ false)', ['ada']],
    ['EMAILS[TYPE eq "WORK"]', ['ada']],
    ['displayName eq "ada" OR displayName eq "cid"', ['ada', 'cid']],
  ])('[211] %s: names and operators match in any letter case', async (filter, names) => {
    expect(await found(filter)).toEqual(names)
  })

  it.each([
    ['(', 'nothing'],
    ['()', 'nothing'],
    ['userName', 'an attribute alone'],
    ['userName eq', 'no value'],
    ['eq "x"', 'no attribute'],
    ['userName eq "x" and', 'half an and'],
    ['or userName eq "x"', 'half an or'],
    ['(userName eq "x"', 'an open bracket'],
    ['userName eq "x")', 'a bracket too many'],
    ['userName eq "x', 'an open quote'],
    ['userName eq "x" "y"', 'two values'],
    ['userName pr "x"', 'pr with a value'],
    ['not userName eq "x"', 'not without brackets'],
    ['emails[]', 'empty brackets'],
    ['emails[type eq "work"', 'an open list'],
    ['emails[emails[type eq "x"]]', 'brackets in brackets'],
    ['"userName" eq "x"', 'a quoted name'],
    ['userName eq "\\q"', 'an escape that JSON has not'],
    ['noSuchThing eq "x"', 'an unknown attribute'],
    ['emails.noSuchThing eq "x"', 'an unknown sub-attribute'],
    ['urn:none:userName eq "x"', 'an unknown schema'],
  ])('[212][213][214][223][332] %s is invalidFilter (%s)', async (filter) => {
    expectError(await door.scim('GET', `/Users?filter=${encodeURIComponent(filter)}`), 400, 'invalidFilter')
  })

  it.each<[string, string[]]>([
    ['((userName eq "ada@corp.example"))', ['ada']],
    ['displayName eq "Say \\"hi\\" \\\\ to Zo\\u00eb \\/ 50% _"', ['bob']],
    ['displayName eq "Say \\"hi\\""', []],
    ['displayName co "50% _"', ['bob']],
    ['displayName co "5_%"', []],
    [`${userUrn}:userName eq "ada@corp.example"`, ['ada']],
    [`${userUrn}:name.familyName eq "Lovelace"`, ['ada']],
    [`${enterpriseUrn}:department eq "R&D"`, ['ada']],
    [`${enterpriseUrn}:manager.value eq "boss"`, ['ada']],
    ['emails[type eq "work" and value co "@corp.example"]', ['ada']],
    ['active eq false', ['cid']],
    ['nickName eq null', ['ada', 'bob', 'cid']],
  ])('[214] %s: the grammar of Figure 1', async (filter, names) => {
    expect(await found(filter)).toEqual(names)
  })

  const ada = 'userName sw "ada"'
  const bob = 'userName sw "bob"'
  const cid = 'userName sw "cid"'
  it.each<[string, string[]]>([
    [`${ada} or ${bob} and ${cid}`, ['ada']],
    [`(${ada} or ${bob}) and ${bob}`, ['bob']],
    [`${ada} and ${bob} or ${cid}`, ['cid']],
    [`not (${ada} or ${bob})`, ['cid']],
    [`not (${ada}) and not (${bob})`, ['cid']],
    [`not (${ada}) or ${ada}`, ['ada', 'bob', 'cid']],
    [`not (not (${ada}))`, ['ada']],
    [`not (${ada} and ${bob})`, ['ada', 'bob', 'cid']],
  ])('[215] %s: grouping comes before not, not before and, and before or', async (filter, names) => {
    expect(await found(filter)).toEqual(names)
  })

  it.each<[string, string[]]>([
    ['title eq "tour guide"', ['ada']],
    ['title ne "tour guide"', ['bob', 'cid']],
    ['title co "r g"', ['ada']],
    ['title sw "tour"', ['ada']],
    ['title ew "guide"', ['ada']],
    ['title pr', ['ada', 'cid']],
    ['name pr', ['ada']],
    ['name.givenName pr', ['ada']],
    ['emails pr', ['ada', 'bob']],
    ['emails[primary eq true]', ['ada']],
    ['ims pr', []],
    [`${enterpriseUrn}:manager pr`, ['ada']],
  ])('[216] %s: equality, parts of a text, and presence, which is neither null nor empty', async (filter, names) => {
    expect(await found(filter)).toEqual(names)
  })

  it('[217] gt, ge, lt and le compare texts as texts and instants as instants', async () => {
    expect(await found('userName gt "ada@corp.example"')).toEqual(['bob', 'cid'])
    expect(await found('userName ge "ada@corp.example" and userName lt "cid"')).toEqual(['ada', 'bob'])
    expect(await found('userName le "ada@corp.example"')).toEqual(['ada'])
    expect(await found(`meta.created gt "${middle}"`)).toEqual(['bob', 'cid'])
    const elsewhere = new Date(Date.parse(middle) + 7_200_000).toISOString().replace('Z', '+02:00')
    expect(await found(`meta.created lt "${elsewhere}"`)).toEqual(['ada'])
    expect(await found(`meta.lastModified ge "${middle}"`)).toEqual(['bob', 'cid'])
  })

  it.each(['gt', 'ge', 'lt', 'le'])(
    '[218][219][220][221] %s on a boolean or on binary is invalidFilter',
    async (operator) => {
      for (const filter of [
        `active ${operator} true`,
        `emails[primary ${operator} true]`,
        `x509Certificates.value ${operator} "MAMC"`,
        `x509Certificates[value ${operator} "MAMC"]`,
      ])
        expectError(await door.scim('GET', `/Users?filter=${encodeURIComponent(filter)}`), 400, 'invalidFilter')
    },
  )

  it('[222] asks all that stands in brackets of one and the same value', async () => {
    expect(await found('emails[type eq "work" and value ew "@home.example"]')).toEqual([])
    expect(await found('emails.type eq "work" and emails.value ew "@home.example"')).toEqual(['ada'])
    expect(await found('emails[type eq "home" and not (value ew "@corp.example")]')).toEqual(['ada'])
    expect(await found('not (emails[type eq "work"])')).toEqual(['bob', 'cid'])
  })

  it('[224] matches a list of which any value matches', async () => {
    expect(await found('emails.value ew "@home.example"')).toEqual(['ada'])
    expect(await found('emails.type eq "home"')).toEqual(['ada', 'bob'])
    const { body } = await door.scim('GET', '/Groups?filter=members.value pr')
    expect(body.totalResults).toBe(1)
  })

  it('[225] names a sub-attribute of what is complex; of a list compared whole it is the value', async () => {
    expectError(await door.scim('GET', '/Users?filter=name eq "Ada"'), 400, 'invalidFilter')
    expect(await found('emails eq "ada@home.example"')).toEqual(['ada'])
    expect(await found(`${enterpriseUrn}:manager eq "boss"`)).toEqual(['ada'])
  })

  it('[226] finds a value that was set by default', async () => {
    expect(await found('active eq true')).toEqual(['ada', 'bob'])
  })

  it('[227] with an operator that nobody knows is invalidFilter, and says which there are', async () => {
    for (const operator of ['xx', 're', '=', '==', 'like']) {
      const answer = await door.scim('GET', `/Users?filter=${encodeURIComponent(`userName ${operator} "x"`)}`)
      expectError(answer, 400, 'invalidFilter')
      expect(answer.body.detail).toMatch(/eq, ne, co/)
    }
  })

  it('[228] compares as the attribute’s caseExact has it', async () => {
    expect(await found('userName eq "ADA@corp.example"')).toEqual(['ada'])
    expect(await found('title eq "TOUR GUIDE"')).toEqual(['ada'])
    expect(await found('externalId eq "e1"')).toEqual([])
    expect(await found('externalId eq "E1"')).toEqual(['ada'])
  })

  it('[229] finds who has an extension by schemas', async () => {
    expect(await found(`schemas eq "${enterpriseUrn}"`)).toEqual(['ada'])
    expect(await found(`schemas eq "${userUrn}"`)).toEqual(['ada', 'bob', 'cid'])
  })

  describe('as IPSIE names them', () => {
    it.each<[string, string[]]>([
      ['userName eq "ada@corp.example"', ['ada']],
      ['externalId eq "E1"', ['ada']],
      ['emails[value eq "ada@corp.example"]', ['ada']],
    ])('[431][422] %s', async (filter, names) => {
      expect(await found(filter)).toEqual(names)
    })
  })
})
