import type { AccessKeyRow } from '../../../application/access-keys/access-key-store.ts'
import { keyState } from '../../../domain/access-key.ts'
import { accessKeyAnswer, accessKeyCreated, exampleAccessKey } from '../answers/access-keys.ts'
import { pageOf } from '../answers/common.ts'
import type { AdminDeps } from '../deps.ts'
import { iso, isoOrNull } from '../iso.ts'
import { accessKeysQuery } from '../list-queries.ts'
import { route, type AdminRoute } from '../route.ts'
import { accessKeyBody, accessKeyChange, accessKeyRotation } from '../schemas.ts'

const tag = 'Access keys'
const person = { tag, who: 'own-keys', byPeople: true } as const
const keys = '/accounts/:account/keys'
const one = `${keys}/:key`
const refOf = (params: { account: string; key: string }) => ({ accountId: params.account, keyId: params.key })
const created = { ...exampleAccessKey, secret: 'aks_…' }

/** See docs/reference/access-keys.md. */
export function accessKeyRoutes(deps: AdminDeps): AdminRoute[] {
  return [...listRoutes(deps), ...knownRoutes(deps)]
}

function listRoutes({ app, clock }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'createAccessKey', ...person, method: 'post', path: keys, status: 201 },
      about:
        'Makes an [access key](access-keys.md). `secret` is answered this once and kept as an HMAC. `member` is whose key it is, where keys belong to people; `roles` are what it carries, where they are chosen: without them the catalog’s default. Without `expiresInDays` it does not expire.',
      ...{ body: accessKeyBody, send: { name: 'Nightly export', member: '01a20d9b-8cfd-…' }, errors: ['conflict'] },
      ...{ answer: accessKeyCreated, example: created },
      async handle({ op, params, body: { member: memberId, ...body } }) {
        const { text: secret, ...key } = await app.createAccessKey(op, { accountId: params.account, memberId, ...body })
        return { ...presentAccessKey(key, clock.now()), secret }
      },
    }),
    route({
      ...{ operation: 'listAccessKeys', who: 'own-keys', tag, method: 'get', path: keys },
      about:
        'A page of the access keys of an account, or of one `member`. `state` is `live`, `disabled`, `expired`, `suspended` (its person or its account) or `ended` (its person was removed, or came back to another life). `roles` is null where a key acts with the roles that its person has; `hint` is the end of the secret; `lastUsedAt` is exact to a minute.',
      ...{ query: accessKeysQuery, answer: pageOf(accessKeyAnswer) },
      example: { items: [exampleAccessKey], next: null },
      async handle({ op, params, query: { member: memberId, after, ...query } }) {
        const page = await app.listAccessKeys(op, { accountId: params.account, memberId, after, ...query })
        return { items: page.items.map((key) => presentAccessKey(key, clock.now())), next: page.next }
      },
    }),
  ]
}

function knownRoutes({ app, clock }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'getAccessKey', who: 'own-keys', tag, method: 'get', path: one },
      about:
        'One access key. Its `ETag` covers all but `lastUsedAt`, so that a use of the key is no change of it; it is always answered in full.',
      untagged: ['lastUsedAt'],
      ...{ answer: accessKeyAnswer, example: exampleAccessKey },
      handle: async ({ op, params }) => presentAccessKey(await app.showAccessKey(op, refOf(params)), clock.now()),
    }),
    route({
      ...{ operation: 'changeAccessKey', ...person, method: 'patch', conditional: 'key', path: one },
      about: 'Renames an access key, disables it, or lets it in again. A disabled key is out from that commit on.',
      ...{ body: accessKeyChange, send: { disabled: true } },
      ...{ answer: accessKeyAnswer, example: { ...exampleAccessKey, state: 'disabled' } },
      async handle({ op, params, body }) {
        return presentAccessKey(await app.changeAccessKey(op, { ...refOf(params), ...body }), clock.now())
      },
    }),
    route({
      ...{ operation: 'rotateAccessKey', ...person, method: 'post', path: `${one}/rotate` },
      about:
        'Gives an access key another secret. `secret` is answered this once; the one before works for `overlapHours` more, 24 unless told. At most two secrets open a key: to rotate again ends the older one.',
      ...{ body: accessKeyRotation, send: { overlapHours: 24 } },
      answer: accessKeyCreated,
      example: { ...created, formerSecretUntil: '2026-11-25T12:50:23.828Z' },
      async handle({ op, params, body }) {
        const { text: secret, ...key } = await app.rotateAccessKey(op, { ...refOf(params), ...body })
        return { ...presentAccessKey(key, clock.now()), secret }
      },
    }),
    route({
      ...{ operation: 'deleteAccessKey', ...person, method: 'delete', conditional: 'key', path: one },
      about: 'Deletes an access key. The next request with it is refused.',
      handle: ({ op, params }) => app.deleteAccessKey(op, refOf(params)),
    }),
  ]
}

function presentAccessKey(key: AccessKeyRow, now: number) {
  const { id, accountId, person, holder, name, roles, secret, former } = key
  const works = former !== null && former.until > now ? former.until : null
  return {
    ...{ id, account: accountId, member: person?.memberId ?? null, userName: holder?.userName ?? null, name, roles },
    ...{ state: keyState(key, now), hint: secret.hint },
    ...{ secretMadeAt: iso(secret.madeAt), formerSecretUntil: isoOrNull(works) },
    ...{ createdBy: key.createdBy, createdAt: iso(key.createdAt) },
    ...{ expiresAt: isoOrNull(key.expiresAt), lastUsedAt: isoOrNull(key.lastUsedAt) },
  }
}
