import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { requirements } from './requirements.ts'

/** The numbers that the titles of this folder's tests begin with: `[168][169] …`. */
function numbersTold(): number[] {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'))
  const texts = files.map((name) => readFileSync(`${import.meta.dirname}/${name}`, 'utf8'))
  const titles = texts.flatMap((text) => text.match(/['"`](?:\[\d+\])+ /g) ?? [])
  return titles.flatMap((title) => title.match(/\d+/g) ?? []).map(Number)
}

it('the register numbers each requirement once, in order', () => {
  expect(requirements.map(({ number }) => number)).toEqual(requirements.map((_, index) => index + 1))
})

it('tests name requirements that there are', () => {
  const known = new Set(requirements.map(({ number }) => number))
  const told = numbersTold()
  expect(told.length).toBeGreaterThan(100)
  expect(told.filter((number) => !known.has(number))).toEqual([])
})
