import { describe, expect, it } from 'vitest'
import type { RefusalRule } from '../../../src/domain/work-email.ts'
import { type Email, identifyingAddresses, judgePerson, workAddressOf } from '../../../src/domain/work-person.ts'
import { judge, nothingVerified, outcome, person, rule, standard, strict } from '../../support/work-email.ts'

describe('an Entra guest', () => {
  it.each<[string, RefusalRule | 'work']>([
    ['alice_gmail.com#EXT#@contoso.onmicrosoft.com', 'personal_domain'],
    ['alice_b_gmail.com#ext#@contoso.onmicrosoft.com', 'personal_domain'],
    ['alice_mail.gmail.com#EXT#@contoso.onmicrosoft.com', 'personal_domain'],
    ['alice_fabrikam.com#EXT#@contoso.onmicrosoft.com', 'work'],
    ['alice_gmail.com#EXT#_fabrikam.onmicrosoft.com#EXT#@contoso.onmicrosoft.com', 'personal_domain'],
    ['alice_corp.example#EXT#@gmail.com', 'personal_domain'],
    ['alice_corp.example#EXT#@', 'malformed_address'],
    ['alice#EXT#@contoso.onmicrosoft.com', 'malformed_address'],
    ['alice@gmail.com_corp.example#EXT#@contoso.onmicrosoft.com', 'malformed_address'],
  ])('is judged by the address within: %s is %s', (address, wanted) => {
    expect(outcome(judge(address))).toBe(wanted)
  })

  it('goes on by the address within', () => {
    const guest = person('alice_b_Fabrikam.com#EXT#@contoso.onmicrosoft.com')
    expect(workAddressOf(guest, rule, nothingVerified)).toBe('alice_b@fabrikam.com')
  })
})

describe('identifying addresses', () => {
  const attributes = (...emails: Email[]) =>
    identifyingAddresses(person('alice', ...emails), 'standard').map(({ attribute }) => attribute)

  it('are userName with an @, the primary e-mail, and those of type work or of no type', () => {
    const alice = person(
      'alice@corp.example',
      { value: 'h@gmail.com', type: 'home' },
      { value: 'p@corp.example', type: 'other', primary: true },
      { value: 'w@corp.example', type: 'Work' },
      { value: 'n@corp.example' },
    )
    expect(identifyingAddresses(alice, 'standard')).toEqual([
      { attribute: 'userName', value: 'alice@corp.example' },
      { attribute: 'emails[type eq "other"].value', value: 'p@corp.example' },
      { attribute: 'emails[type eq "work"].value', value: 'w@corp.example' },
      { attribute: 'emails[3].value', value: 'n@corp.example' },
    ])
    expect(identifyingAddresses(alice, 'strict').map(({ value }) => value)).toContain('h@gmail.com')
  })

  it('leave out a userName without an @, however wide the @', () => {
    expect(identifyingAddresses(person('alice'), 'strict')).toEqual([])
    for (const userName of ['alice＠gmail.com', 'alice﹫gmail.com']) {
      expect(judgePerson(rule, person(userName), standard)).toMatchObject({ attribute: 'userName' })
    }
  })

  it('go by type alone where no e-mail is primary, even a single one', () => {
    expect(attributes({ value: 'a@gmail.com', type: 'home' })).toEqual([])
    expect(attributes({ value: 'a@gmail.com' })).toEqual(['emails[0].value'])
  })

  it('are named by position where the type does not find them', () => {
    const twice = [
      { value: 'a@corp.example', type: 'work' },
      { value: 'b@corp.example', type: 'WORK' },
    ]
    expect(attributes(...twice)).toEqual(['emails[0].value', 'emails[1].value'])
    expect(attributes({ value: 'a@corp.example', type: 'a" or "b', primary: true })).toEqual(['emails[0].value'])
  })

  it('leave out an e-mail that was emptied', () => {
    expect(attributes({ value: '', type: 'work', primary: true })).toEqual([])
  })
})

describe('a person', () => {
  const gmail = 'alice@gmail.com'
  const work = 'alice@corp.example'

  it('is refused at the first address that is not for work, by the name of the attribute', () => {
    const refusal = judgePerson(rule, person(work, { value: gmail, type: 'work' }), standard)
    expect(refusal).toMatchObject({
      attribute: 'emails[type eq "work"].value',
      verdict: { rule: 'personal_domain', domain: 'gmail.com' },
    })
    expect(judgePerson(rule, person(gmail), standard)).toMatchObject({ attribute: 'userName' })
    expect(judgePerson(rule, person(work), standard)).toBeNull()
  })

  it('keeps a personal address at home, which a strict connection refuses too', () => {
    const recovery = person(work, { value: work, primary: true }, { value: gmail, type: 'home' })
    expect(judgePerson(rule, recovery, standard)).toBeNull()
    expect(judgePerson(rule, recovery, strict)).toMatchObject({ attribute: 'emails[type eq "home"].value' })
  })

  it('is judged by what becomes of an entry: made primary or of type work, a home address is refused', () => {
    const home = { value: gmail, type: 'home' }
    expect(judgePerson(rule, person('alice', home), standard)).toBeNull()
    expect(judgePerson(rule, person('alice', { ...home, primary: true }), standard)).not.toBeNull()
    expect(judgePerson(rule, person('alice', { ...home, type: 'work' }), standard)).not.toBeNull()
  })

  it.each<[string, ReturnType<typeof person>, string | null]>([
    [
      'primary first',
      person(work, { value: 'w@corp.example', type: 'work' }, { value: 'p@corp.example', primary: true }),
      'p@corp.example',
    ],
    [
      'then work',
      person(work, { value: 'n@corp.example' }, { value: 'w@corp.example', type: 'work' }),
      'w@corp.example',
    ],
    ['then untyped', person(work, { value: 'n@corp.example' }), 'n@corp.example'],
    ['then userName', person(work, { value: 'h@corp.example', type: 'home' }), work],
    ['none of a userName without an @', person('alice'), null],
    ['the next where one is personal', person(work, { value: gmail, primary: true }), work],
    ['never a personal one', person(gmail, { value: gmail, primary: true }, { value: gmail, type: 'home' }), null],
    ['in one spelling', person('Alice@Ｃorp.example.'), 'Alice@corp.example'],
  ])('goes on by one address: %s', (_, user, wanted) => {
    expect(workAddressOf(user, rule, nothingVerified)).toBe(wanted)
  })
})
