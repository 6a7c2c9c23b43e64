import { z } from 'zod'
import { count, instant, text } from './common.ts'

export const domainAnswer = z.strictObject({
  ...{ domain: text, state: z.enum(['pending', 'verified', 'lapsed']) },
  record: z.strictObject({ name: text, type: z.literal('TXT'), value: text }),
  ...{ failures: count, problem: text.nullable(), createdAt: instant, expiresAt: instant.nullable() },
  ...{ verifiedAt: instant.nullable(), provedAt: instant.nullable(), nextCheckAt: instant.nullable() },
})

export const exampleDomain = {
  domain: 'acme.example',
  state: 'pending' as const,
  record: {
    name: '_joinery-challenge.acme.example',
    type: 'TXT' as const,
    value: 'joinery-domain-verification=q3ZV0c…',
  },
  failures: 0,
  problem: null,
  createdAt: '2026-11-24T12:50:12.998Z',
  expiresAt: '2026-12-01T12:50:12.998Z',
  verifiedAt: null,
  provedAt: null,
  nextCheckAt: null,
}
export const exampleVerified = {
  ...exampleDomain,
  ...{ state: 'verified' as const, expiresAt: null },
  verifiedAt: '2026-11-24T13:05:00.120Z',
  provedAt: '2026-11-28T13:06:10.004Z',
  nextCheckAt: '2026-11-29T13:06:10.004Z',
}
