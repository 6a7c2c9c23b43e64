import { describe, expect, it } from 'vitest'
import { counted, printable, toJson, toTable } from '../../../src/cli/output.ts'

/** Names that a directory may well tell of, to move a terminal's cursor, hide what follows or turn it around. */
const hostile = [
  '\u001b[2J\u001b[H',
  'a\rb',
  'a\nb',
  '\u009b31m',
  'a\u202egnp.exe',
  '\u2066x\u2069',
  'a\u200bb',
  '\u0007',
  '\ufeffx',
]
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/

describe('a table', () => {
  it('has columns as wide as their widest cell', () => {
    expect(
      toTable(
        [
          { id: '1', name: 'Jo' },
          { id: '10', name: null },
        ],
        ['id', 'name'],
      ),
    ).toBe(['ID  NAME', '1   Jo', '10  -'].join('\n'))
  })

  it('without rows says so', () => {
    expect(toTable([], ['id'])).toBe('(none)')
  })

  it.each<[string | number | null | undefined, string]>([
    [0, '0'],
    ['', '-'],
    [undefined, '-'],
    [null, '-'],
  ])('shows %j as %s', (value, shown) => {
    expect(toTable([{ a: value }], ['a'])).toBe(`A\n${shown}`)
  })

  it.each(hostile)('prints %j without a control character and on one line', (name) => {
    const text = toTable([{ name }], ['name'])
    expect(text).not.toMatch(controls)
    expect(text.split('\n')).toHaveLength(2)
  })
})

describe('a text from outside', () => {
  it.each(['Jo Doe', 'Žofie Ärztin', '日本太郎', 'O’Brien', 'محمد', '👩'])(
    'that is harmless stays as it is: %s',
    (text) => {
      expect(printable(text)).toBe(text)
    },
  )

  it.each(hostile)('%j loses what a terminal would obey', (text) => {
    expect(printable(text)).not.toMatch(/[\u0000-\u001f]/)
    expect(printable(text)).not.toMatch(controls)
    expect(printable(text)).toHaveLength(text.length)
  })
})

describe('JSON', () => {
  it.each(hostile)('holds %j in full and prints none of it raw', (name) => {
    const text = toJson({ name })
    expect(text).not.toMatch(controls)
    expect(JSON.parse(text)).toEqual({ name })
  })
})

it('counts in words: one of a thing, several things', () => {
  expect([0, 1, 2].map((count) => counted(count, 'row'))).toEqual(['0 rows', '1 row', '2 rows'])
  expect([1, 2].map((count) => counted(count, 'person', 'people'))).toEqual(['1 person', '2 people'])
})
