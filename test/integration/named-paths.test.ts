import { afterAll, beforeAll, expect, it } from 'vitest'
import { namerOf } from '../../src/application/decisions/path-names.ts'
import type { Ports } from '../../src/application/ports.ts'
import type { GroupPath } from '../../src/domain/resolve.ts'
import { createConnection, createTenant, type Tenant } from '../support/api.ts'
import { runCli } from '../support/cli.ts'
import { describeOnBoth } from '../support/databases.ts'
import { okta, patch } from '../support/idp.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'
import { settle } from '../support/signed-in.ts'

/** Whoever asks why knows groups by their names, and ids say nothing to him. */
describeOnBoth('the paths to a role', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  let ports: Ports
  beforeAll(async () => {
    const wrapPorts = (real: Ports) => (ports = real)
    joinery = await startJoinery({ database, workers: false, wrapPorts })
  })
  afterAll(() => joinery.close())

  const made = async (path: string, body: object): Promise<string> => {
    const answer = await tenant.scim('POST', path, body)
    return answer.body.id as string
  }
  const group = (name: string, ...values: string[]) =>
    made('/Groups', { ...okta.createGroup(name), members: values.map((value) => ({ value })) })
  const map = async (id: string, role: string): Promise<string> => {
    const body = { connection: tenant.connectionId, groupId: id, role }
    return (await joinery.api.ok<{ id: string }>('POST', `/accounts/${tenant.accountId}/mappings`, body)).id
  }
  /** Ann, who is a developer by a group and by one inside another. */
  async function ann() {
    tenant = await createTenant(joinery.api)
    const user = await made('/Users', okta.createUser('ann'))
    const engineers = await group('Engineers', user)
    const night = await group('Night shift', user)
    const support = await group('Support', night)
    const mapped = [await map(engineers, 'developer'), await map(support, 'developer')]
    await settle(joinery)
    const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members`)
    const base = `/accounts/${tenant.accountId}/members/${items[0].id}`
    const why = (query = '') => joinery.api.ok('GET', `${base}/why${query}`)
    const cli = async (...args: string[]) => {
      const { out, err } = await runCli(joinery.url, [...args, '--account', tenant.accountId])
      expect(err).toBe('')
      return out
    }
    const connection = { connection: tenant.connectionId, connectionName: 'okta' }
    const paths = [
      { ...connection, group: engineers, groupName: 'Engineers', mapping: mapped[0] },
      {
        ...connection,
        via: [night],
        viaNames: ['Night shift'],
        group: support,
        groupName: 'Support',
        mapping: mapped[1],
      },
    ]
    return { base, why, cli, paths, id: items[0].id as string, ...{ engineers, night, support, mapped } }
  }

  it('tell the names of connection and groups beside their ids, as they are now', async () => {
    const { base, why, cli, paths, id, engineers, night, support, mapped } = await ann()
    const { granted } = await why()
    expect(granted.map(({ path }: { path: object }) => path)).toEqual(paths)
    const { permissions } = await joinery.api.ok('GET', `${base}/permissions`)
    expect(permissions[0].sources[0].path).toEqual(paths[0])
    expect((await joinery.api.ok('GET', base)).grants).toEqual([{ role: 'developer', source: 'directory', paths }])

    await tenant.scim('PATCH', `/Groups/${engineers}`, patch({ op: 'replace', value: { displayName: 'Builders' } }))
    expect((await why()).granted[0].path).toMatchObject({ group: engineers, groupName: 'Builders' })
    const lines = [
      `connection okta (${tenant.connectionId}) → group Builders (${engineers}) → mapping ${mapped[0]}`,
      `connection okta (${tenant.connectionId}) → via Night shift (${night}) → group Support (${support}) → mapping ${mapped[1]}`,
    ]
    for (const text of [await cli('why', '--member', id), await cli('members', 'show', id)])
      for (const line of lines) expect(text).toContain(line)
  })

  it('say which of their steps are gone, while a worker has not been there yet', async () => {
    const { base, cli, paths, id, night, mapped } = await ann()
    await tenant.scim('DELETE', `/Groups/${night}`)
    await joinery.api.ok('DELETE', `/accounts/${tenant.accountId}/mappings/${mapped[1]}`)
    const { grants } = await joinery.api.ok('GET', base)
    expect(grants[0].paths).toEqual([paths[0], { ...paths[1], gone: [night, mapped[1]] }])
    const shown = await cli('members', 'show', id)
    expect(shown).toContain(`via Night shift (${night}, gone)`)
    expect(shown).toContain(`mapping ${mapped[1]} (gone)`)
    await settle(joinery)
    expect((await joinery.api.ok('GET', base)).grants[0].paths).toEqual([paths[0]])
  })

  it('say that their connection is retired, with all its groups', async () => {
    const { paths } = await ann()
    await createConnection(joinery.api, tenant.accountId)
    const connection = `/accounts/${tenant.accountId}/connections/${tenant.connectionId}`
    const { plan } = await joinery.api.ok('GET', `${connection}/retirement`)
    await joinery.api.ok('DELETE', `${connection}?plan=${plan}`)
    const [path] = paths
    const nameOf = await namerOf(ports, [path as GroupPath])
    expect(nameOf(path as GroupPath)).toEqual({ ...path, gone: [tenant.connectionId, path?.group] })
  })
})
