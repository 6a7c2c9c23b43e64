import { z } from 'zod'
import { signingKeyOrders } from '../../../application/list-orders.ts'
import { keyLifeDays, type KeyState, type SigningKey } from '../../../domain/signing-key.ts'
import { id, instant, listOf, pageOf } from '../answers/common.ts'
import type { AdminDeps } from '../deps.ts'
import { iso, isoOrNull } from '../iso.ts'
import { listing } from '../listing.ts'
import { route, type AdminRoute } from '../route.ts'

const tag = 'Signing keys'
const keyAnswer = z.strictObject({
  ...{ id, state: z.enum(['next', 'signs', 'past']), createdAt: instant, signsFrom: instant },
  publishedUntil: instant.nullable(),
})
const list = listing(keyAnswer, { key: 'id', is: ['state'], sort: signingKeyOrders, usual: '-createdAt' })
const exampleKey = {
  ...{ id: 'Hq1o3vVhA0…', state: 'signs' as const, createdAt: '2026-11-24T12:50:12.998Z' },
  ...{ signsFrom: '2026-11-24T13:00:12.998Z', publishedUntil: null },
}
const rotateBody = z.strictObject({ immediately: z.boolean('must be true or false').optional() })

/** The keys that tokens for gateways are signed with. */
export function keyRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'listSigningKeys', who: 'operator', tag, method: 'get', path: '/signing-keys' },
      about:
        'The keys that [tokens for gateways](../guides/gateways.md) are signed with, the newest first. `next` is published and does not sign yet, `past` does not sign any more.',
      ...{ query: list.query, answer: pageOf(keyAnswer), example: { items: [exampleKey], next: null } },
      handle: async ({ op, query }) => list.page((await app.showKeys(op)).map(presentKey), query),
    }),
    route({
      ...{ operation: 'rotateSigningKeys', who: 'operator', tag, method: 'post', path: '/signing-keys/rotate' },
      about: `Makes the next key. It is published at once and signs ten minutes later; the one before it stays published for another hour, so that no gateway meets a key that it does not know. That happens by itself every ${keyLifeDays} days. With \`immediately\` the new key signs now, and all others are gone: for a key that somebody else knows.`,
      ...{ body: rotateBody, send: { immediately: false } },
      ...{ answer: listOf(keyAnswer), example: { items: [exampleKey] } },
      async handle({ op, body }) {
        await app.rotateKeys(op, { immediately: body.immediately === true })
        return { items: (await app.showKeys(op)).map(presentKey) }
      },
    }),
  ]
}

function presentKey({ id: kid, state, createdAt, signsFrom, publishedUntil }: SigningKey & { state: KeyState }) {
  return {
    id: kid,
    state,
    createdAt: iso(createdAt),
    signsFrom: iso(signsFrom),
    publishedUntil: isoOrNull(publishedUntil),
  }
}
