import { expect, it } from 'vitest'
import { namedTests } from '../../tools/scim-titles.ts'
import { deviations } from './deviations.ts'
import { requirements } from './requirements.ts'
import { standings } from './standings.ts'

const known = new Set(requirements.map(({ number }) => number))
const tested = new Set(namedTests().flatMap(({ numbers }) => numbers))

it('the register numbers each requirement once, in order', () => {
  expect(requirements.map(({ number }) => number)).toEqual(requirements.map((_, index) => index + 1))
  expect(requirements).toHaveLength(461)
})

it('each requirement has a test that names it, or a standing that says why it has none', () => {
  const neither = requirements.filter(({ number }) => !tested.has(number) && !standings.has(number))
  expect(neither.map(({ number, says }) => `${number} ${says}`)).toEqual([])
})

it('none has both: a standing ends with the first test', () => {
  expect([...standings.keys()].filter((number) => tested.has(number))).toEqual([])
})

it('tests, standings and deviations name requirements that there are', () => {
  const told = [...tested, ...standings.keys(), ...deviations.flatMap(({ numbers }) => numbers)]
  expect(tested.size).toBeGreaterThan(300)
  expect(told.filter((number) => !known.has(number))).toEqual([])
})

it('what the RFCs 7643, 7644 and 9865 demand of a server is left out nowhere', () => {
  const demands = new Set(['MUST', 'MUST NOT', 'SHALL', 'SHALL NOT', 'REQUIRED', 'rule'])
  const ofTheseRfcs = requirements.filter(({ place }) => /^(7643|7644|9865)/.test(place))
  const leftOut = ofTheseRfcs.filter(
    ({ number, keyword }) => demands.has(keyword) && standings.get(number)?.kind === 'left out',
  )
  expect(leftOut).toEqual([])
})
