import { describe, expect, it } from 'vitest'
import { elementMatches } from '../../../src/http/scim/element-filters.ts'
import { parseElementFilter } from '../../../src/http/scim/filters.ts'
import { userSchema } from '../../../src/http/scim/schemas.ts'

const email = { value: 'Jo@corp.example', type: 'work', primary: true }
const matches = (filter: string, element: object = email): boolean =>
  elementMatches(element as Record<string, unknown>, parseElementFilter(userSchema.attributes.get('emails')!, filter))

describe('an element of a list', () => {
  it.each([
    'type eq "work"',
    'type eq "WORK"',
    'value eq "jo@CORP.example"',
    'type ne "home"',
    'value co "@corp"',
    'value sw "jo@"',
    'value ew ".EXAMPLE"',
    'primary eq true',
    'primary eq "True"',
    'primary eq "true" and type eq "work"',
    'type eq "home" or type eq "work"',
    'not (type eq "home")',
    'type pr',
    'display eq null',
    'not (display pr)',
    'type gt "a"',
    'type ge "work"',
    'type lt "x"',
    'type le "work"',
    'display ne "x"',
  ])('satisfies %s, letter case left aside', (filter) => {
    expect(matches(filter)).toBe(true)
  })

  it.each([
    'type eq "home"',
    'type ne "work"',
    'type ne "WORK"',
    'display pr',
    'display co "x"',
    'display gt "a"',
    'display eq "x"',
    'display ne null',
    'primary eq false',
    'not (type eq "work")',
    'type eq "work" and value eq "x"',
    'type gt "work"',
    'type lt "work"',
  ])('does not satisfy %s', (filter) => {
    expect(matches(filter)).toBe(false)
  })

  it('without the flag is not primary', () => {
    expect(matches('primary eq false', { value: 'x' })).toBe(true)
    expect(matches('primary eq true', { value: 'x' })).toBe(false)
  })

  it('whose value is the empty text has none', () => {
    expect(matches('value pr', { value: '' })).toBe(false)
  })

  it('compares an empty text as a text, which is only not present', () => {
    const bare = { value: '', type: 'work' }
    for (const filter of ['value eq ""', 'value ne "x"', 'not (value pr)', 'value sw ""', 'value ne null'])
      expect([filter, matches(filter, bare)]).toEqual([filter, true])
    for (const filter of ['value pr', 'value eq null', 'value eq "x"'])
      expect([filter, matches(filter, bare)]).toEqual([filter, false])
  })
})
