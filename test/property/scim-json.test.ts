import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseInSlices } from '../../src/http/scim/json-slices.ts'

const bounds = { values: 5_000_000, keys: 1_000_000, depth: 1000, text: 1_000_000 }
const runs = Number(process.env.PROPERTY_RUNS ?? 2000)
const space = fc.constantFrom('', ' ', '\n\t', ' '.repeat(30))
const slices = fc.constantFrom(1, 2, 5, 17, 100)

/** A value as text, with space wherever it may be. */
const { text: jsonText } = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 5 },
    fc.json({ maxDepth: 2 }),
    fc.constantFrom(
      '"\\"x\\\\"',
      '"\\\\\\""',
      '""',
      '[]',
      '{}',
      '-0',
      '1e5',
      `"${'y'.repeat(200)}"`,
      'null',
      '{ }',
      '[  ]',
    ),
    fc
      .array(fc.tuple(tie('text'), space), { maxLength: 9 })
      .map((items) => `[${items.map(([item, gap]) => `${gap}${item}${gap}`).join(',')}]`),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', '__proto__', 'c:d', '\\"', 'constructor'), tie('text'), space), {
        maxLength: 7,
      })
      .map((entries) => `{${entries.map(([key, value, gap]) => `${gap}"${key}"${gap}:${value}`).join(',')}}`),
  ),
}))

async function outcome(parse: () => unknown): Promise<unknown> {
  try {
    return { value: await parse() }
  } catch {
    return 'refused'
  }
}

it('a JSON text is parsed in slices to what JSON.parse makes of it', async () => {
  await fc.assert(
    fc.asyncProperty(jsonText, slices, async (text, slice) => {
      expect(await parseInSlices(text, bounds, slice)).toEqual(JSON.parse(text))
    }),
    { numRuns: runs },
  )
})

it('whatever JSON.parse refuses is refused, and nothing else', async () => {
  const noise = fc.constantFrom(',', '[', ']', '{', '}', '"', ':', ' ', '1', 'x', '\\', '\u0000', '\ufeff')
  const broken = fc
    .tuple(
      jsonText,
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), noise, fc.boolean()), { maxLength: 3 }),
    )
    .map(([text, changes]) =>
      changes.reduce((whole, [share, mark, instead]) => {
        const at = Math.floor(share * whole.length)
        return whole.slice(0, at) + mark + whole.slice(instead ? at + 1 : at)
      }, text),
    )
  await fc.assert(
    fc.asyncProperty(broken, slices, async (text, slice) => {
      expect(await outcome(() => parseInSlices(text, bounds, slice))).toEqual(await outcome(() => JSON.parse(text)))
    }),
    { numRuns: runs * 2 },
  )
})
