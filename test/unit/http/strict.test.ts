import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { AppError } from '../../../src/domain/errors.ts'
import { parseInput } from '../../../src/http/strict.ts'

const schema = z.strictObject({
  name: z.string().min(1, 'must not be empty').max(5),
  kind: z.enum(['okta', 'entra']).optional(),
  roles: z.array(z.string()).min(1).max(2).optional(),
  hours: z.int().min(0).max(168).optional(),
  seen: z.boolean().optional(),
  owner: z.strictObject({ email: z.string() }).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  cell: z.union([z.string(), z.array(z.string())]).optional(),
  wanted: z.literal(true).optional(),
})

/** What is said of an input that is sound but for these. */
function told(input: unknown): string {
  try {
    parseInput(schema, input)
  } catch (error) {
    return (error as AppError).message
  }
  return ''
}

describe('what is said of a wrong input', () => {
  it.each([
    [{ name: null }, 'name: must be a text'],
    [{ name: 7 }, 'name: must be a text'],
    [{ name: [] }, 'name: must be a text'],
    [{ name: '' }, 'name: must not be empty'],
    [{ name: 'abcdef' }, 'name: must have at most 5 characters'],
    [{ kind: 'ping' }, 'kind: must be one of: okta, entra'],
    [{ kind: 7 }, 'kind: must be one of: okta, entra'],
    [{ roles: 'admin' }, 'roles: must be a list'],
    [{ roles: [] }, 'roles: must have at least 1 entry'],
    [{ roles: ['a', 'b', 'c'] }, 'roles: must have at most 2 entries'],
    [{ roles: [7] }, 'roles.0: must be a text'],
    [{ hours: '7' }, 'hours: must be a number'],
    [{ hours: 7.5 }, 'hours: must be a whole number'],
    [{ hours: -1 }, 'hours: must be at least 0'],
    [{ hours: 169 }, 'hours: must be at most 168'],
    [{ seen: 'yes' }, 'seen: must be true or false'],
    [{ owner: 'jane' }, 'owner: must be an object'],
    [{ owner: {} }, 'owner.email: is missing'],
    [{ labels: [] }, 'labels: must be an object'],
    [{ labels: { a: 7 } }, 'labels.a: must be a text'],
    [{ cell: 7 }, 'cell: must be a text, or a list'],
    [{ wanted: false }, 'wanted: must be true'],
  ])('of %j: %s', (input, words) => {
    expect(told({ name: 'Jane', ...input })).toBe(words)
  })

  it('tells what is missing from what is of another type', () => {
    expect(told({})).toBe('name: is missing')
  })

  it('names the body where that itself is wrong', () => {
    expect(told([])).toBe('must be an object')
  })
})
