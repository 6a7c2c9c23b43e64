import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBrowser } from '../support/browser.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { forgeTokens } from '../support/forged-tokens.ts'
import {
  person,
  proveDomain,
  push,
  signIn,
  startCompany,
  startSignInJoinery,
  type Company,
  type SignInJoinery,
} from '../support/sign-in.ts'

/** Whom the attacker means to be: what he may know of people in the other account. */
type Victim = { sub: string; email: string; memberId: string; userId: string; externalId: string }
type Variant = { claims: Record<string, unknown>; query: string }

/** Sentry CVE-2025-22146, CVE-2026-27197, CVE-2026-42354; Grafana CVE-2023-3128, CVE-2025-41115; nOAuth; Casdoor CVE-2026-9092. */
describeOnBoth('hostile-idp: an IdP that says it is another account’s people', (database) => {
  const clock = createClock()
  let joinery: SignInJoinery
  let victims: Company
  let attacker: Company
  let known: Victim[]

  beforeAll(async () => {
    joinery = await startSignInJoinery({ database, clock, workers: false })
    const names = ['ann', 'bob', 'cyd', 'pat']
    victims = await startCompany(joinery, { people: names.map((name) => person(name)) })
    known = []
    for (const name of names) {
      const userId = await push(victims, name)
      const browser = createBrowser()
      await signIn(victims, name, browser)
      const { body } = { body: JSON.parse((await browser.get(`${joinery.url}/auth/session`)).text) }
      known.push({
        ...{ sub: `00u${name}`, email: `${name}@corp.example`, memberId: body.member.id, userId },
        externalId: `00u${name}`,
      })
    }
    attacker = await startCompany(joinery, {
      people: [person('mallory', { email: 'mallory@evil.example' })],
      settings: { authority: 'jit', defaultRole: 'developer' },
    })
    // He has proved a domain of his own, and knows pat, who is a member of both accounts.
    await proveDomain(joinery, attacker.accountId, 'evil.example')
    await push(attacker, 'pat')
  })
  afterAll(async () => {
    await victims.idp.close()
    await attacker.idp.close()
    await joinery.close()
  })

  function variantsOf(victim: Victim): Variant[] {
    const { sub, email, memberId, userId, externalId } = victim
    const subjects = [
      ...[
        sub,
        email,
        memberId,
        userId,
        sub.toUpperCase(),
        ` ${sub}`,
        `${sub} `,
        `${sub}\u200b`,
        `${sub}%00`,
        `../${sub}`,
      ],
      ...[`${victims.connectionId}:${sub}`, `${victims.idp.issuer}|${sub}`, '1', '0'],
    ]
    const addresses = [
      {},
      { email, email_verified: true },
      { email: email.toUpperCase(), email_verified: true },
      { email: `x+${email}`, email_verified: true },
      { email: 'mallory@evil.example', email_verified: true, preferred_username: email, upn: email },
      { email: 'mallory@evil.example', email_verified: true, oid: externalId, tid: victims.accountId },
      { email: 'mallory@evil.example', email_verified: true, iss_sub: sub, member: memberId, externalId },
      { email: 'mallory@evil.example', email_verified: true, account: victims.accountId, groups: ['owner'] },
      { email, email_verified: true, account_id: victims.accountId, accountId: victims.accountId },
      { email: `${email},mallory@evil.example`, email_verified: true },
    ]
    return subjects.flatMap((subject) =>
      addresses.flatMap((claims) =>
        ['', `?account=${victims.accountId}`].map((query) => ({ claims: { ...claims, sub: subject }, query })),
      ),
    )
  }

  const stored = async (): Promise<[number, number, number]> => {
    const count = async (table: string): Promise<number> =>
      (await joinery.breakable.rows((db) => db(table).where({ account_id: victims.accountId }))).length
    return [await count('sessions'), await count('identity_links'), await count('members')]
  }

  it('gets no session, no identity and no member in the other account', async () => {
    const variants = known.flatMap(variantsOf)
    expect(variants.length).toBeGreaterThanOrEqual(1000)
    const tried = database === 'sqlite' ? variants : variants.filter((_, index) => index % 8 === 0)
    const before = await stored()
    const browser = createBrowser()
    const seen = new Map<number, number>()
    for (const { claims, query } of tried) {
      clock.advance(1000) // the doors limit how fast one address may try
      attacker.idp.intercept = null
      forgeTokens(attacker.idp, attacker.key, { change: (told) => Object.assign(told.claims, claims) })
      const page = await signIn(attacker, 'mallory', browser, query)
      seen.set(page.status, (seen.get(page.status) ?? 0) + 1)
      if (page.status === 200) expect(page.text).not.toContain(victims.accountId)
    }
    expect(await stored()).toEqual(before)
    expect([...seen.keys()].filter((status) => status >= 500)).toEqual([])
    // The attack itself works as far as it may: some of it signs in, in the attacker's own account.
    expect(seen.get(200)).toBeGreaterThan(0)
    expect(seen.get(403)).toBeGreaterThan(0)
  }, 400_000)
})
