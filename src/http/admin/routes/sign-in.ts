import { identityOrders } from '../../../application/list-orders.ts'
import type { IdentityLink } from '../../../domain/identity-link.ts'
import type { OidcSettings } from '../../../domain/oidc-settings.ts'
import { listOf, pageOf } from '../answers/common.ts'
import {
  checkAnswer,
  exampleCheck,
  exampleIdentity,
  exampleOidc,
  identityAnswer,
  oidcAnswer,
  oneTimeLinkAnswer,
} from '../answers/sign-in.ts'
import type { AdminDeps } from '../deps.ts'
import { iso, isoOrNull } from '../iso.ts'
import { listing } from '../listing.ts'
import { route, type AdminRoute } from '../route.ts'
import { identityBody, oidcBody, signInNameBody } from '../sign-in-schemas.ts'
import { connectionRef } from './refs.ts'

const tag = 'Sign-in'
const manage = { tag, who: 'manage-mappings' } as const
const list = listing(identityAnswer, { key: 'id', is: ['connection', 'issuer', 'subject'], sort: identityOrders })
const oidc = '/accounts/:account/connections/:connection/oidc'
const identities = '/accounts/:account/members/:member/identities'

/** How people sign in: the OpenID Connect settings of a connection, and the identities of members. */
export function signInRoutes(deps: AdminDeps): AdminRoute[] {
  return [...settingsRoutes(deps), testRoute(deps), ...identityRoutes(deps), ...bootstrapRoutes(deps)]
}

function settingsRoutes({ app, publicUrl }: AdminDeps): AdminRoute[] {
  const about =
    'Sets the sign-in of a connection, whole: what is left out is as usual. `clientSecret` is kept where it is left out, and has to be given again with another `issuer` or `clientId`, which also end every identity and session of the connection, as another `tenant` does; another `pair` or `maxAgeSeconds` and `enabled: false` end its sessions alone. Set to be enabled, it ends the sessions that other sign-ins than the account’s own have let in. With `private_key_jwt` Joinery makes a key; the IdP takes it from `jwksUrl` or pasted from `publicKey`. `platform` is the operator’s to set. See [who may set it](../guides/sign-in.md#who-may-set-it).'
  return [
    route({
      ...{ operation: 'setSignIn', ...manage, method: 'put', conditional: 'connection', path: oidc, about },
      body: oidcBody,
      send: { issuer: exampleOidc.issuer, clientId: exampleOidc.clientId, clientSecret: 'shown once by the IdP' },
      ...{ answer: oidcAnswer, example: exampleOidc, errors: ['conflict'] },
      handle: async ({ op, params, body }) =>
        presentOidc(await app.putOidcSettings(op, { ...connectionRef(params), ...body }), publicUrl),
    }),
    route({
      ...{ operation: 'getSignIn', ...manage, method: 'get', path: oidc },
      about: 'The sign-in of a connection, without its secret, with what goes into the IdP’s form.',
      ...{ answer: oidcAnswer, example: exampleOidc },
      handle: async ({ op, params }) => presentOidc(await app.getOidcSettings(op, connectionRef(params)), publicUrl),
    }),
    route({
      ...{ operation: 'removeSignIn', ...manage, method: 'delete', conditional: 'connection', path: oidc },
      about: 'Takes the sign-in away. Every identity and session of the connection ends at once.',
      errors: ['conflict'],
      handle: ({ op, params }) => app.removeOidcSettings(op, connectionRef(params)),
    }),
  ]
}

function testRoute({ app, publicUrl }: AdminDeps): AdminRoute {
  return route({
    ...{ operation: 'testSignIn', ...manage, method: 'post', path: `${oidc}/test` },
    about:
      'Looks at the IdP as a sign-in would: its published configuration, its keys, and whether it knows the client and takes the credential. Nothing is changed, and nobody is signed in.',
    ...{ answer: listOf(checkAnswer), example: { items: [exampleCheck] }, errors: ['upstream_rejected'] },
    async handle({ op, params }) {
      const ref = connectionRef(params)
      return {
        items: await app.testOidcSettings(op, { ...ref, redirectUri: redirectUri(publicUrl, ref.connectionId) }),
      }
    },
  })
}

function identityRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'listIdentities', who: 'operator', tag, method: 'get', path: identities },
      about: 'The identities that may enter a membership: who signs in as this member.',
      ...{ query: list.query, answer: pageOf(identityAnswer), example: { items: [exampleIdentity], next: null } },
      async handle({ op, params, query }) {
        const found = await app.listIdentities(op, { accountId: params.account, memberId: params.member })
        return list.page(found.map(presentIdentity), query)
      },
    }),
    route({
      ...{ operation: 'addIdentity', who: 'operator', tag, method: 'post', path: identities, status: 201 },
      about:
        'Lets an identity of the platform’s own sign-in into a membership: the operator’s staff, and people of accounts without an IdP. Identities of other accounts’ connections come in by an accepted invitation alone. With a sign-in of Entra `objectId` says the person’s `oid`, which every sign-in has to match.',
      ...{ body: identityBody, send: { connection: exampleIdentity.connection, subject: exampleIdentity.subject } },
      ...{ answer: identityAnswer, example: exampleIdentity, errors: ['conflict'] },
      async handle({ op, params, body }) {
        const { connection: connectionId, subject, objectId } = body
        const member = { accountId: params.account, memberId: params.member }
        return presentIdentity(await app.listIdentity(op, { ...member, connectionId, subject, objectId }))
      },
    }),
    route({
      ...{ operation: 'endIdentity', who: 'operator', tag, method: 'delete', path: `${identities}/:identity` },
      about: 'Takes an identity from a member. Its sessions end at once; the next sign-in is joined anew, by the pair.',
      handle: ({ op, params }) =>
        app.endIdentity(op, { accountId: params.account, memberId: params.member, identityId: params.identity }),
    }),
  ]
}

function bootstrapRoutes({ app, publicUrl }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'createOneTimeLink', who: 'operator', tag, method: 'post', status: 201 },
      path: '/accounts/:account/members/:member/one-time-link',
      about:
        'Makes a link by which a member signs in once, within an hour, without an IdP: the first administrator of an account. Refused where the account has a sign-in of its own. `url` is answered this once.',
      answer: oneTimeLinkAnswer,
      example: {
        id: '01a20d9c-1f02-…',
        url: 'https://joinery.example.com/auth/first?link=…',
        expiresAt: '2026-11-24T13:50:16.773Z',
      },
      errors: ['conflict'],
      async handle({ op, params }) {
        const made = await app.createOneTimeLink(op, { accountId: params.account, memberId: params.member })
        const url = `${publicUrl}/auth/first?link=${made.secret}`
        return { id: made.id, url, expiresAt: iso(made.expiresAt) }
      },
    }),
    route({
      ...{ operation: 'setSignInName', who: 'operator', tag, method: 'put', path: '/accounts/:account/sign-in-name' },
      about:
        'Sets the name by which people find their account’s sign-in; null takes it away. The account’s id is always one.',
      ...{ body: signInNameBody, send: { name: 'acme' }, errors: ['conflict'] },
      handle: ({ op, params, body }) => app.setSignInName(op, { accountId: params.account, name: body.name }),
    }),
  ]
}

const redirectUri = (publicUrl: string, connectionId: string): string => `${publicUrl}/auth/callback/${connectionId}`

function presentOidc(
  { connectionId, accountId: _account, key, createdAt, updatedAt, ...settings }: OidcSettings,
  url: string,
) {
  return {
    ...{ connection: connectionId, ...settings, publicKey: key && { ...key.publicJwk } },
    redirectUri: redirectUri(url, connectionId),
    loginUrl: `${url}/auth/start/${connectionId}`,
    jwksUrl: `${url}/auth/keys/${connectionId}`,
    signedOutUrl: `${url}/auth/signed-out`,
    ...{ createdAt: iso(createdAt), updatedAt: iso(updatedAt) },
  }
}

function presentIdentity({ id, connectionId, subject, issuer, objectId, createdAt, lastUsedAt }: IdentityLink) {
  const times = { createdAt: iso(createdAt), lastUsedAt: isoOrNull(lastUsedAt) }
  return { id, connection: connectionId, subject, issuer, objectId, ...times }
}
