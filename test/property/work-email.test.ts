import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDomainTools } from '../../src/adapters/domains/domain-tools.ts'
import { loadPersonalDomains } from '../../src/adapters/domains/personal-domains.ts'
import { createWorkEmailRule } from '../../src/domain/work-email.ts'

const tools = createDomainTools()
const rule = createWorkEmailRule(tools, loadPersonalDomains())

const core = readFileSync(new URL('../fixtures/email/core.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
const policy = { verifiedDomains: new Set(core) } // no proof helps

const fullwidth = (char: string) => String.fromCodePoint((char.codePointAt(0) ?? 0) + 0xfee0)
const mathematical = (char: string) =>
  /[a-z]/.test(char) ? String.fromCodePoint((char.codePointAt(0) ?? 0) - 0x61 + 0x1d41a) : char

/** Ways to write one character of a host that UTS 46 takes for the same. */
function writingsOf(char: string): fc.Arbitrary<string> {
  if (char === '.') return fc.constantFrom('.', '\u3002', '\uff0e', '\uff61')
  const shape = fc.constantFrom(
    char,
    char.toUpperCase(),
    fullwidth(char),
    fullwidth(char.toUpperCase()),
    mathematical(char),
  )
  const invisible = fc.constantFrom('', '', '', '\u00ad', '\u200b', '\u2060', '\ufeff', '\ufe0f')
  return fc.tuple(shape, invisible).map((parts) => parts.join(''))
}

const spelling = (domain: string) => fc.tuple(...Array.from(domain, writingsOf)).map((parts) => parts.join(''))
const label = fc.stringMatching(/^[a-z0-9]{1,12}$/)
const local = fc.stringMatching(/^[a-z0-9.+-]{1,20}$/)

describe('no personal domain in any spelling passes', () => {
  it('whatever its case, width, invisible characters, dots and subdomains', () => {
    const hosts = fc.constantFrom(...core).chain((domain) =>
      fc.record({
        domain: fc.constant(domain),
        host: fc
          .tuple(fc.array(label, { maxLength: 2 }), spelling(domain), fc.constantFrom('', '.', '\u3002'))
          .map(([prefix, spelled, end]) => [...prefix, spelled].join('.') + end),
      }),
    )
    fc.assert(
      fc.property(local, hosts, (name, { domain, host }) => {
        const verdict = rule.judgeAddress(`${name}@${host}`, policy)
        expect(verdict).toMatchObject({ kind: 'refused', rule: 'personal_domain' })
        expect(verdict.domain.endsWith(domain)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('inside the userName of a guest', () => {
    fc.assert(
      fc.property(local, fc.constantFrom(...core).chain(spelling), (name, host) => {
        const guest = `${name}_${host}#EXT#@contoso.onmicrosoft.com`
        expect(rule.judgeAddress(guest, policy)).toMatchObject({ rule: 'personal_domain' })
      }),
    )
  })
})

describe('any text at all', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(...'agmil.com@#EXT_x-n%/:[]"\u00ad\u3002＠а'), maxLength: 80 }),
  )
  const address = fc.oneof(
    text,
    text.map((host) => `alice@${host}`),
    text.map((host) => `alice@${host}gmail.com`),
    text.map((host) => `alice@gmail.com${host}`),
  )

  it('gets a verdict, and only one spelling of a real domain passes', () => {
    fc.assert(
      fc.property(address, (value) => {
        const verdict = rule.judgeAddress(value, { verifiedDomains: new Set() })
        if (verdict.kind === 'refused') return
        expect(tools.toAscii(verdict.domain)).toBe(verdict.domain)
        expect(verdict.domain).toMatch(/^([a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}$/)
        expect(rule.judgeAddress(`alice@${verdict.domain}`, { verifiedDomains: new Set() })).toEqual(verdict)
      }),
      { numRuns: 2000 },
    )
  })
})
