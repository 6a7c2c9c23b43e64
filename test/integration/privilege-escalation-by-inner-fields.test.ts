import { expect, it } from 'vitest'
import { createConnection } from '../support/api.ts'
import { describeOnBoth } from '../support/databases.ts'
import { badge, client, useEscalationBench } from '../support/escalation.ts'
import { settle } from '../support/signed-in.ts'

/** Each attempt is one that somebody with some rights would make to get more. All are refused, and leave nothing behind. */
describeOnBoth('privilege escalation', (database) => {
  const bench = useEscalationBench(database)
  const { open, somebody, power } = bench

  it('no field of the inside is taken from a request', async () => {
    const { accountId, memberId } = await open('plivo', { entitlements: ['role-management'] })
    const { connectionId } = await createConnection(bench.joinery.api, accountId)
    await settle(bench.joinery)
    const account = `/accounts/${accountId}`
    const bodies: [string, string, object][] = [
      ['POST', '/accounts', { name: 'X', catalog: 'plivo' }],
      ['PATCH', account, { name: 'X' }],
      ['POST', `${account}/connections`, { name: 'X', kind: 'okta' }],
      ['PATCH', `${account}/connections/${connectionId}`, { name: 'X' }],
      ['POST', `${account}/connections/${connectionId}/tokens`, {}],
      ['POST', `${account}/connections/${connectionId}/clients`, { name: 'X' }],
      ['PUT', `${account}/connections/${connectionId}/oidc`, client],
      ['POST', `${account}/domains`, { domain: 'x.example' }],
      ['PUT', `${account}/schemas/${badge.id}`, badge],
      ['POST', `${account}/mappings`, { connection: connectionId, groupName: 'X', role: 'support' }],
      ['POST', `${account}/members`, somebody()],
      ['PATCH', `${account}/members/${memberId}`, { suspended: false }],
      ['POST', `${account}/members/${memberId}/roles`, { role: 'admin' }],
      ['POST', `${account}/keys`, { name: 'X', roles: ['developer'] }],
      ['POST', `${account}/gateways`, { name: 'X' }],
      ['POST', `${account}/invitations`, { email: 'x@corp.example', roles: ['developer'] }],
    ]
    const inner = [
      'id',
      'accountId',
      'ownerId',
      'source',
      'incarnation',
      'status',
      'state',
      'epoch',
      'secretHash',
      '__proto__x',
    ]
    const before = await power()
    const taken: string[] = []
    for (const [method, path, body] of bodies)
      for (const field of inner) {
        const { status } = await bench.joinery.api.call(method, path, { ...body, [field]: 'x' })
        if (status !== 400) taken.push(`${method} ${path} ${field}: ${status}`)
      }
    expect(taken).toEqual([])
    expect(await power()).toEqual(before)
  })
})
