import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { emptyHead, hashOf, noHash, sealLines, toChained, type RecordedLine } from '../../../src/domain/audit-chain.ts'
import { canonicalText } from '../../../src/domain/canonical-json.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const aLine = (id: string): RecordedLine => ({
  ...{ id, accountId: 'a', at: Date.UTC(2026, 10, 28), actor: 'operator', door: 'admin', operation: 'op' },
  ...{ action: 'account.created', target: 'a', memberId: null, detail: {}, before: null, after: { name: 'Acme' } },
})

describe('canonical JSON', () => {
  it('is the text of RFC 8785, example 3.2.3 and beyond', () => {
    const keys = { '\u20ac': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Dalet', '1': 'One', '\u0080': 'Control' }
    const more = { '\ud83d\ude00': 'Emoji', '\u00f6': 'Latin' }
    expect(canonicalText({ ...keys, ...more })).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji","\ufb33":"Dalet"}',
    )
    expect(canonicalText({ 10: 1, 9: 2, b: [1e21, 0.000001, -0, undefined], a: undefined })).toBe(
      '{"10":1,"9":2,"b":[1e+21,0.000001,0,null]}',
    )
  })
})

describe('the chain of an account', () => {
  it('numbers lines from 1 and ties each to the one before it', () => {
    const { head, sealed } = sealLines(emptyHead, ['x', 'y'].map(aLine), sha256)
    expect(sealed.map(({ id, seq }) => [id, seq])).toEqual([
      ['x', 1],
      ['y', 2],
    ])
    const first = hashOf(toChained(aLine('x'), 1, noHash), sha256)
    expect(sealed[0]?.hash).toBe(first)
    expect(head).toEqual({ seq: 2, hash: hashOf(toChained(aLine('y'), 2, first), sha256) })
  })

  it('is the same however it is cut into rounds', () => {
    const lines = ['x', 'y', 'z'].map(aLine)
    const whole = sealLines(emptyHead, lines, sha256)
    const first = sealLines(emptyHead, lines.slice(0, 1), sha256)
    const rest = sealLines(first.head, lines.slice(1), sha256)
    expect(rest.head).toEqual(whole.head)
    expect([...first.sealed, ...rest.sealed]).toEqual(whole.sealed)
  })
})
