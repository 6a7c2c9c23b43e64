import { AppError } from '../../../src/domain/errors.ts'
import { createBrowser } from '../../support/browser.ts'
import { playIncidents, type Stage } from '../../support/incident.ts'
import { anIdentity, as, mailedToken, signIn as door } from '../../support/invitations.ts'
import { operator } from '../../support/joinery.ts'
import { settled } from '../../support/api.ts'
import { person, push, signIn } from '../../support/sign-in.ts'
import { forgettingClaims, provingDomains } from '../../support/weakened.ts'

const issuer = 'https://login.corp.example'
let some = ''

/** An account that has invited somebody, who has the mail. */
async function invited(stage: Stage, email: string) {
  const { api, runtime } = stage.joinery
  const { id: accountId } = await runtime.app.createAccount(operator, {
    entitlements: ['role-management'],
    ...{ name: 'Inviting', catalog: 'plivo', owner: { userName: 'olaf@corp.example', email: 'olaf@corp.example' } },
  })
  const told = { email, roles: ['developer'], issuer }
  const { id } = await api.ok('POST', `/accounts/${accountId}/invitations`, told)
  return { accountId, id: id as string, token: await mailedToken(api, accountId, id as string) }
}

/** What becomes of it: `joined`, `waits`, or the code of the refusal. */
async function taken(work: Promise<{ kind: string }>): Promise<string> {
  try {
    return (await work).kind
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

playIncidents(
  'incidents of invitations',
  [
    {
      id: 'CVE-2026-9087',
      holds: 'an invitation that one identity has taken up is taken up by no other, of the same IdP or of another one',
      play: async (stage) => {
        const [home, other] = [await stage.company(), await stage.company()]
        const { token } = await invited(stage, 'pat@corp.example')
        const { app } = stage.joinery.runtime
        const accept = (identity: ReturnType<typeof anIdentity>) =>
          taken(app.acceptInvitation(door, { token, identity }))
        const pat = anIdentity(home.connectionId, 'pat@corp.example', { provenEmail: null })
        return [
          await accept(pat),
          await accept({ ...pat, subject: 'second', provenEmail: 'pat@corp.example' }),
          await accept({ ...pat, connectionId: other.connectionId, provenEmail: 'pat@corp.example' }),
        ]
      },
      held: ['waits', 'conflict', 'conflict'],
      weakened: { by: forgettingClaims, seen: ['waits', 'joined', 'conflict'] },
    },
    {
      id: 'CVE-2026-27946',
      holds: 'an address that its own directory calls verified proves nothing where its domain is not proven',
      play: async (stage) => {
        const company = await stage.company({ people: [person('pat', { email_verified: true })] })
        const emails = [{ value: 'pat@corp.example', type: 'work', primary: true, verified: true }]
        await push(company, 'pat', { emails, emailVerified: true, email_verified: true, verified: true })
        const browser = createBrowser()
        await signIn(company, 'pat', browser)
        const { token, accountId, id } = await invited(stage, 'pat@corp.example')
        await browser.post(`${stage.joinery.url}/auth/invitations/${token}`, {})
        const { state, claim } = await stage.joinery.api.ok('GET', `/accounts/${accountId}/invitations/${id}`)
        return [state, claim?.doubts.includes('address_not_proven') ?? false]
      },
      held: ['awaiting_confirmation', true],
      weakened: { by: () => provingDomains('corp.example'), seen: ['awaiting_confirmation', false] },
    },
    {
      id: 'CVE-2026-16072',
      holds: 'nobody who may invite can read the link of an invitation',
      play: async (stage) => {
        const { accountId, token } = await invited(stage, 'pat@corp.example')
        const { items } = await stage.joinery.api.ok('GET', `/accounts/${accountId}/members`)
        await settled(stage.joinery.api, accountId)
        const owner = { accountId, memberId: items[0].id as string }
        const { app } = stage.joinery.runtime
        const page = await app.listInvitations(as(owner), { accountId, limit: 10, after: undefined })
        const secret = token.slice(token.lastIndexOf('_') + 1)
        return [page.items.length, JSON.stringify(page).includes(secret)]
      },
      held: [1, false],
      weakened: {
        by: () => (ports) => ({ ...ports, secrets: { ...ports.secrets, hash: (text) => text } }),
        seen: [1, true],
      },
    },
    {
      id: 'CVE-2026-9091',
      holds: 'an invitation is taken up by a sign-in at an IdP alone: a one-time link binds nobody',
      play: async (stage) => {
        const { api, url } = stage.joinery
        some = (await stage.company()).connectionId
        const account = await api.ok('POST', '/accounts', {
          ...{ name: 'North', catalog: 'plivo' },
          owner: { userName: 'olga@corp.example', email: 'olga@corp.example' },
        })
        const { items } = await api.ok('GET', `/accounts/${account.id}/members`)
        const { url: link } = await api.ok('POST', `/accounts/${account.id}/members/${items[0].id}/one-time-link`, {})
        const browser = createBrowser()
        const secret = new URL(link as string).searchParams.get('link') ?? ''
        const first = await browser.post(`${url}/auth/first`, { link: secret })
        const { token, accountId, id } = await invited(stage, 'olga@corp.example')
        const page = await browser.post(`${url}/auth/invitations/${token}`, {})
        const { state } = await api.ok('GET', `/accounts/${accountId}/invitations/${id}`)
        return [first.status, page.status, state]
      },
      held: [303, 403, 'pending'],
      weakened: {
        by: () => (ports) => ({
          ...ports,
          views: {
            ...ports.views,
            // As if whoever came by the link had signed in at some IdP.
            identityLinks: async (memberId) => {
              const found = await ports.views.identityLinks(memberId)
              const made = { id: undefined, connectionId: some, subject: 'x', issuer, objectId: null }
              return found.length > 0 ? found : [made as never]
            },
          },
        }),
        seen: [303, 200, 'awaiting_confirmation'],
      },
    },
  ],
  { workers: true },
)
