import { afterAll, beforeAll, expect, it } from 'vitest'
import { createConnection, createTenant, eventually, settled, type Tenant } from '../support/api.ts'
import { describeOnBoth, describeWith } from '../support/databases.ts'
import { drifted, lookInto } from '../support/drift.ts'
import { okta, patch } from '../support/idp.ts'
import type { Ports } from '../../src/application/ports.ts'
import { aPerson, aPlace, enter } from '../support/people.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'

describeOnBoth('groups inside groups', (database) => {
  let joinery: Joinery
  let tenant: Tenant
  /** Ids that the next resources get: how a test names somebody who is not there yet. */
  const nextIds: string[] = []
  const scim: Tenant['scim'] = (...args) => tenant.scim(...args)
  const user = async (name: string): Promise<string> =>
    (await scim('POST', '/Users', okta.createUser(name))).body.id as string
  const group = async (name: string, members: unknown = []): Promise<string> =>
    (await scim('POST', '/Groups', { ...okta.createGroup(name), members })).body.id as string
  const map = (groupId: string, role: string) =>
    joinery.api.ok('POST', `/accounts/${tenant.accountId}/mappings`, { connection: tenant.connectionId, groupId, role })
  const member = async (name: string) => {
    const { items } = await joinery.api.ok('GET', `/accounts/${tenant.accountId}/members?userName=${name}@corp.example`)
    return joinery.api.ok('GET', `/accounts/${tenant.accountId}/members/${items[0].id}`)
  }
  const settledMember = async (name: string) => {
    await settled(joinery.api, tenant.accountId)
    return member(name)
  }
  const roles = async (name: string): Promise<string[]> => (await settledMember(name)).roles
  const revision = async (name: string): Promise<number> => (await settledMember(name)).desiredRev
  const add = (id: string, ...values: string[]) => scim('PATCH', `/Groups/${id}`, okta.addMembers(...values))
  const drop = (id: string, value: string) => scim('PATCH', `/Groups/${id}`, okta.removeMember(value))

  beforeAll(async () => {
    joinery = await startJoinery({
      database,
      wrapPorts: (ports) => ({ ...ports, newId: () => nextIds.pop() ?? ports.newId() }),
    })
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())

  it('give their members what the outer group is mapped to, and name the whole chain', async () => {
    const ann = await user('ann')
    const inner = await group('Inner', [ann])
    const middle = await group('Middle', [{ value: inner, type: 'Group' }])
    const outer = await group('Outer', [{ value: middle, type: 'Group', $ref: 'Groups/x', display: 'Middle' }])
    const mapping = await map(outer, 'developer')
    const { roles: held, grants } = await settledMember('ann')
    expect(held).toEqual(['developer'])
    const names = { connectionName: 'okta', viaNames: ['Inner', 'Middle'], groupName: 'Outer' }
    const path = { connection: tenant.connectionId, via: [inner, middle], group: outer, mapping: mapping.id, ...names }
    expect(grants).toEqual([{ role: 'developer', source: 'directory', paths: [path] }])
  })

  it('tell each path of somebody who is in several of them', async () => {
    const bea = await user('bea')
    const inner = await group('Two inner', [bea])
    const outer = await group('Two outer', [inner, bea])
    await map(outer, 'developer')
    const { grants } = await settledMember('bea')
    expect(grants[0].paths.map(({ via }: { via?: string[] }) => via ?? [])).toEqual([[], [inner]])
  })

  it.each<[string, (outer: string, inner: string) => Promise<unknown>]>([
    ['a PATCH that removes it', (outer, inner) => drop(outer, inner)],
    [
      'a replacement without it',
      (outer) => scim('PATCH', `/Groups/${outer}`, patch({ op: 'replace', path: 'members', value: [] })),
    ],
    ['a PUT without it', (outer) => scim('PUT', `/Groups/${outer}`, { displayName: `Left ${outer}`, members: [] })],
    ['the inner group’s end', (_, inner) => scim('DELETE', `/Groups/${inner}`)],
    ['the outer group’s end', (outer) => scim('DELETE', `/Groups/${outer}`)],
    [
      'the end of one between',
      async (_, inner) => {
        const { body } = await scim('GET', `/Groups/${inner}`)
        return scim('DELETE', `/Groups/${body.members[0].value}`)
      },
    ],
  ])('lose it at once by %s, and before any worker has run', async (way, leave) => {
    const name = `leaver-${way.replaceAll(/\W/g, '')}`
    const deep = await group(`${name} deep`, [await user(name)])
    const inner = await group(`${name} inner`, [deep])
    const outer = await group(`${name} outer`, [inner])
    await map(outer, 'developer')
    expect(await roles(name)).toEqual(['developer'])
    await leave(outer, inner)
    expect((await member(name)).roles).toEqual([])
    expect(await settledMember(name)).toMatchObject({ roles: [], grants: [], losses: [] })
  })

  it('mark whoever is inside, however deep, and nobody else', async () => {
    const [cid, dora, eve] = await Promise.all([user('cid'), user('dora'), user('eve')])
    const deep = await group('Deep', [cid])
    const inner = await group('Not so deep', [deep, dora])
    const outer = await group('Around', [eve])
    await map(outer, 'support')
    const before = [await revision('cid'), await revision('dora'), await revision('eve')]
    await add(outer, inner)
    expect([await roles('cid'), await roles('dora'), await roles('eve')]).toEqual([
      ['support'],
      ['support'],
      ['support'],
    ])
    const after = [await revision('cid'), await revision('dora'), await revision('eve')]
    expect(after.map((rev, index) => rev - before[index]!)).toEqual([1, 1, 0])
    await add(outer, inner)
    expect(await revision('cid')).toBe(after[0])
  })

  it('in a cycle each count as members of all, and end', async () => {
    const fay = await user('fay')
    const a = await group('Cycle A', [fay])
    const b = await group('Cycle B', [a])
    await map(b, 'developer')
    await add(a, b, a)
    expect(await roles('fay')).toEqual(['developer'])
    const { body } = await scim('GET', `/Users/${fay}`)
    expect(body.groups.map(({ value, type }: any) => [value, type])).toEqual([
      [a, 'direct'],
      [b, 'indirect'],
    ])
    await scim('DELETE', `/Groups/${a}`)
    expect((await member('fay')).roles).toEqual([])
  })

  it('are followed ten deep; a role beyond is told as lost', async () => {
    let around = await group('Level 0', [await user('gus')])
    const levels = [around]
    for (let level = 1; level <= 11; level += 1) levels.push((around = await group(`Level ${level}`, [around])))
    await map(levels[10]!, 'support')
    await map(levels[11]!, 'developer')
    const { roles: held, losses } = await settledMember('gus')
    expect(held).toEqual(['support'])
    expect(losses).toMatchObject([
      { role: 'developer', reason: 'nested_too_deep', path: { group: levels[11], via: levels.slice(0, 11) } },
    ])
    const own = (await scim('GET', '/Users?filter=userName eq "gus@corp.example"')).body.Resources[0].id as string
    expect((await scim('GET', `/Users/${own}`)).body.groups).toHaveLength(11)
    await drop(levels[11]!, levels[10]!)
    await add(levels[11]!, levels[9]!)
    expect(await roles('gus')).toEqual(['developer'])
  })

  it('say what each member is, and where', async () => {
    const hal = await user('hal')
    const inner = await group('Said inner', [hal])
    const outer = await group('Said outer', [hal, inner, 'ghost'])
    const { body } = await scim('GET', `/Groups/${outer}`)
    const byValue = (a: { value: string }, b: { value: string }) => a.value.localeCompare(b.value)
    expect(body.members.toSorted(byValue)).toEqual(
      [
        { value: hal, $ref: `${tenant.scimUrl}/Users/${hal}`, type: 'User', display: 'hal Doe' },
        { value: inner, $ref: `${tenant.scimUrl}/Groups/${inner}`, type: 'Group', display: 'Said inner' },
        { value: 'ghost' },
      ].toSorted(byValue),
    )
  })

  it('of another connection, or removed, are nobody, though their id is right', async () => {
    const other = await createConnection(joinery.api, tenant.accountId)
    const ivy = (await other.scim('POST', '/Users', okta.createUser('ivy'))).body.id as string
    const foreign = (await other.scim('POST', '/Groups', { ...okta.createGroup('Foreign'), members: [ivy] })).body
      .id as string
    const jan = await user('jan')
    const gone = await group('Gone', [jan])
    await scim('DELETE', `/Groups/${gone}`)
    const outer = await group('Keeps to itself', [foreign, gone])
    await map(outer, 'developer')
    expect([await roles('ivy'), await roles('jan')]).toEqual([[], []])
    expect((await scim('GET', `/Groups/${outer}`)).body.members).toEqual(
      [{ value: foreign }, { value: gone }].toSorted((a, b) => (a.value < b.value ? -1 : 1)),
    )
    await scim('DELETE', `/Groups/${await group('Holds nobody', [outer])}`)
    expect((await other.scim('GET', `/Users/${ivy}`)).body.groups).toMatchObject([{ value: foreign, type: 'direct' }])
  })

  it('pushed before they or their members are there count as soon as they appear', async () => {
    const outer = await group('Early outer', ['early-group'])
    await map(outer, 'developer')
    const kim = await user('kim')
    nextIds.push('early-group')
    expect(await group('Early inner', [kim, 'early-user'])).toBe('early-group')
    expect(await roles('kim')).toEqual(['developer'])
    nextIds.push('early-member', 'early-user')
    expect(await user('lea')).toBe('early-user')
    expect(await roles('lea')).toEqual(['developer'])
  })

  it('lose nobody when people come and groups move at the same time', async () => {
    const outer = await group('Busy outer')
    const inner = await group('Busy inner')
    const deep = await group('Busy deep')
    await add(inner, deep)
    await map(outer, 'developer')
    const people = await Promise.all(Array.from({ length: 24 }, (_, index) => user(`busy${index}`)))
    for (let round = 0; round < 4; round += 1) {
      const move = round % 2 === 0 ? add : drop
      await Promise.all([
        ...people.map((id, index) => (index % 2 === round % 2 ? add(deep, id) : drop(deep, id))),
        move(outer, inner),
      ])
      await settled(joinery.api, tenant.accountId)
      const beside = await lookInto(joinery.database)
      expect(await drifted(beside.views, tenant.accountId)).toEqual([])
      await beside.close()
    }
  })
})

describeWith(['postgres'], 'a group that is put into another one while somebody comes into it', () => {
  it('waits for him: he is inside when those inside are marked', async () => {
    let ports!: Ports
    const joinery = await startJoinery({ database: 'postgres', wrapPorts: (given) => (ports = given) })
    const place = await aPlace(joinery)
    const { connection, groupId } = place
    const { app } = joinery.runtime
    const facts = { displayName: 'Inner', externalId: null, attributes: {} }
    const inner = await app.createGroup(operator, { connection, facts, members: [] })
    const person = await aPerson(joinery, place, 'mia')
    let open!: () => void
    const gate = new Promise<void>((resolve) => (open = resolve))
    const coming = ports.unitOfWork(async (tx) => {
      await tx.memberships.holdForChange(inner, [[person.id]], false)
      await tx.memberships.add(inner, [person.id])
      await gate
    })
    const nesting = enter(joinery, place, inner.id)
    const beside = await lookInto(joinery.database)
    const waiting = beside.database.reads.db.raw(
      "select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
    )
    await eventually(
      () => beside.database.reads.rows(waiting),
      (rows) => rows.length === 1,
    )
    open()
    await Promise.all([coming, nesting])
    await settled(joinery.api, place.accountId)
    const member = await app.showMember(operator, { accountId: place.accountId, memberId: person.memberId })
    expect(member.grants).toMatchObject([{ role: 'developer', paths: [{ via: [inner.id], group: groupId }] }])
    await beside.close()
    await joinery.close()
  })
})
