import { describe, expect, it } from 'vitest'
import { createConnection, createScim, createTenant } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { startJoinery } from '../support/joinery.ts'
import { useDoor } from '../support/door.ts'
import { isScimError } from '../support/scim-error.ts'

describeOnBoth('the SCIM protocol', (database) => {
  const clock = createClock()
  const door = useDoor({ database, clock, kind: 'okta' })
  const { scim } = door

  describe('a credential', () => {
    const paths = [
      ['GET', '/Users'],
      ['POST', '/Users'],
      ['GET', '/Users/x'],
      ['PUT', '/Users/x'],
      ['PATCH', '/Users/x'],
      ['DELETE', '/Users/x'],
      ['GET', '/Groups'],
      ['POST', '/Groups'],
      ['PATCH', '/Groups/x'],
      ['PUT', '/Users'],
      ['GET', '/Me'],
      ['GET', '/nowhere'],
    ] as const

    const refused = async (headers: Record<string, string>): Promise<string> => {
      const bodies = new Set<string>()
      for (const [method, path] of paths) {
        const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{"userName":"intruder@corp.example"}' }
        const response = await fetch(`${door.tenant.scimUrl}${path}`, { method, headers, ...body })
        const answer = { status: response.status, headers: response.headers, body: await response.json() }
        isScimError(answer, 401)
        const isShown = /^Bearer \S/.test(headers.Authorization ?? '')
        const challenge = isShown ? 'Bearer realm="scim", error="invalid_token"' : 'Bearer realm="scim"'
        expect(answer.headers.get('www-authenticate')).toBe(challenge)
        bodies.add(JSON.stringify(answer.body))
      }
      expect(bodies.size).toBe(1)
      return [...bodies].join()
    }

    it('that is missing, or of another scheme, is 401', async () => {
      await refused({})
      await refused({ Authorization: `Basic ${btoa(`x:${door.tenant.token}`)}` })
      await refused({ Authorization: door.tenant.token })
      await refused({ Authorization: 'Bearer' })
      await refused({ Authorization: '' })
    })

    it('that is garbage, foreign, of another connection, changed by one digit, the operator’s, expired or revoked is one and the same 401', async () => {
      const other = await createTenant(door.joinery.api)
      const sibling = await createConnection(door.joinery.api, door.tenant.accountId)
      const tokens = `/accounts/${door.tenant.accountId}/connections/${door.tenant.connectionId}/tokens`
      const flipped = door.tenant.token.slice(0, -1) + (door.tenant.token.endsWith('a') ? 'b' : 'a')
      const revoked = await door.joinery.api.ok('POST', tokens, {})
      expect((await createScim(door.tenant.scimUrl, revoked.token)('GET', '/Users?count=0')).status).toBe(200)
      await door.joinery.api.ok('DELETE', `${tokens}/${revoked.id}`)
      const expiring = await door.joinery.api.ok('POST', tokens, { expiresInDays: 1 })
      expect((await createScim(door.tenant.scimUrl, expiring.token)('GET', '/Users?count=0')).status).toBe(200)
      clock.advance(86_400_000)
      const bad = [
        'x',
        '_',
        `scim_${'x'.repeat(5000)}`,
        other.token,
        sibling.token,
        flipped,
        revoked.token,
        expiring.token,
      ]
      const answers = new Set<string>()
      for (const token of [...bad, 'test-admin-token-0123456789'])
        answers.add(await refused({ Authorization: `Bearer ${token}` }))
      expect(answers.size).toBe(1)
      expect((await scim('GET', '/Users?count=0')).status).toBe(200)
    })

    it('that is refused has done nothing', async () => {
      expect((await scim('GET', '/Users?filter=userName sw "intruder"')).body.totalResults).toBe(0)
    })

    it('opens no other connection’s endpoint', async () => {
      const other = await createTenant(door.joinery.api)
      isScimError(await createScim(other.scimUrl, door.tenant.token)('GET', '/Users'), 401)
      isScimError(
        await createScim(other.scimUrl.replace(other.connectionId, 'nonsense'), door.tenant.token)('GET', '/Users'),
        401,
      )
    })

    it('is taken in any letter case of its scheme', async () => {
      expect(
        (await scim('GET', '/Users?count=0', undefined, { Authorization: `bearer  ${door.tenant.token}` })).status,
      ).toBe(200)
    })

    it('is read before the body: a stranger’s upload is not even looked at', async () => {
      const response = await fetch(`${door.tenant.scimUrl}/Users`, {
        method: 'POST',
        body: '{',
        headers: { 'Content-Type': 'text/plain' },
      })
      expect(response.status).toBe(401)
      await response.text()
    })
  })
})

describeOnBoth('the rate limit', (database) => {
  it('answers 429 with whole seconds in Retry-After, and lets in again when they are over', async () => {
    let now = Date.now()
    const joinery = await startJoinery({
      database,
      workers: false,
      clock: { now: () => now },
      env: { SCIM_RATE_LIMIT: '25' },
    })
    try {
      const storm = await createTenant(joinery.api)
      const quiet = await createConnection(joinery.api, storm.accountId)
      const answers = await Promise.all(Array.from({ length: 100 }, () => storm.scim('GET', '/Users?count=0')))
      const refused = answers.filter(({ status }) => status === 429)
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(75)
      expect(refused).toHaveLength(25)
      for (const answer of refused) {
        isScimError(answer, 429)
        expect(answer.headers.get('retry-after')).toBe('1')
      }
      expect((await quiet.scim('GET', '/Users?count=0')).status).toBe(200)
      now += 1000
      expect((await storm.scim('GET', '/Users?count=0')).status).toBe(200)
    } finally {
      await joinery.close()
    }
  })
})
