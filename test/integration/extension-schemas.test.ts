import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Operation } from '../../src/application/operation.ts'
import { createConnection } from '../support/api.ts'
import { runCli } from '../support/cli.ts'
import { describeOnBoth } from '../support/databases.ts'
import { expectError, messages, useDoor } from '../support/door.ts'
import { operator } from '../support/joinery.ts'

const urn = 'urn:acme:scim:schemas:2.0:User'
const schema = (...attributes: object[]) => ({ id: urn, name: 'Acme', attributes })
const replace = (path: string, value: unknown): object => ({
  schemas: [`${messages}:PatchOp`],
  Operations: [{ op: 'replace', path, value }],
})

describeOnBoth('the extension schemas of an account', (database) => {
  const door = useDoor({ database })
  const { user, ok, scim, found } = door
  const path = (): string => `/accounts/${door.tenant.accountId}/schemas/${encodeURIComponent(urn)}`
  const put = (document: object, query = '') => door.joinery.api.call('PUT', `${path()}${query}`, document)
  const told = async (id: string): Promise<unknown> => (await ok('GET', `/Users/${id}`))[urn]

  it('are created, listed, shown, changed and removed', async () => {
    const { api } = door.joinery
    expect((await put(schema({ name: 'badge' }))).body).toMatchObject({ outcome: 'created', resources: 0 })
    expect((await put(schema({ name: 'badge' }))).body).toMatchObject({ outcome: 'unchanged' })
    expect((await put(schema({ name: 'badge' }, { name: 'grade' }))).body).toMatchObject({ outcome: 'changed' })
    expect((await api.ok('GET', path().replace('%3A2.0', '%3a2.0').replace('schemas%3a', 'SCHEMAS%3a'))).id).toBe(urn)
    expect((await api.ok('GET', `/accounts/${door.tenant.accountId}/schemas`)).items).toEqual([
      { id: urn, name: 'Acme', resourceType: 'User', required: false, attributes: 2 },
    ])
    expect((await api.call('DELETE', path())).status).toBe(204)
    expect((await api.call('GET', path())).status).toBe(404)
    expect((await api.call('DELETE', path())).status).toBe(404)
  })

  it('leave an audit line for each change, and none for a preview or what is the same', async () => {
    const lines: string[] = []
    const op: Operation = {
      ...operator,
      committed: (changed) => lines.push(...changed.lines.map(({ action }) => action)),
    }
    const { app } = door.joinery.runtime
    const command = { accountId: door.tenant.accountId, urn, document: schema({ name: 'audited' }) }
    await app.putSchema(op, { ...command, preview: true })
    expect(lines).toEqual([])
    await app.putSchema(op, command)
    await app.putSchema(op, command)
    await app.removeSchema(op, command)
    expect(lines).toEqual(['schema.put', 'schema.removed'])
  })

  it('tell all that is wrong with one, and where', async () => {
    const answer = await put(schema({ name: '1' }, { name: 'b', type: 'text' }))
    expect(answer.status).toBe(400)
    expect(answer.body.errors.map(({ path: at }: { path: string }) => at)).toEqual([
      'attributes.0.name',
      'attributes.1.type',
    ])
  })

  it('are put under their own URN, of which no other begins like it', async () => {
    await put(schema({ name: 'badge' }))
    const { api } = door.joinery
    const base = `/accounts/${door.tenant.accountId}/schemas`
    expect((await api.call('PUT', `${base}/urn:acme:other`, schema({ name: 'a' }))).status).toBe(400)
    const longer = { ...schema({ name: 'a' }), id: `${urn}:more` }
    expect((await api.call('PUT', `${base}/${longer.id}`, longer)).status).toBe(409)
    const spelt = { ...schema({ name: 'a' }), id: urn.replace('acme', 'Acme') }
    expect((await api.call('PUT', `${base}/${spelt.id}`, spelt)).status).toBe(409)
    expect((await put({ ...schema({ name: 'badge' }), resourceType: 'Group' })).status).toBe(409)
    expect((await api.call('PUT', `/accounts/nobody/schemas/${urn}`, schema({ name: 'a' }))).status).toBe(404)
  })

  it('are of one account alone', async () => {
    await put(schema({ name: 'badge' }))
    const { api } = door.joinery
    const other = await api.ok('POST', '/accounts', { name: 'Other', catalog: 'plivo' })
    const stranger = await createConnection(api, other.id, 'okta')
    const made = await stranger.scim('POST', '/Users', { userName: 'a@corp.example', [urn]: { badge: '1' } })
    expect(made.status).toBe(201)
    expect(made.body).not.toHaveProperty(urn)
    expect((await stranger.scim('GET', `/Users?filter=${encodeURIComponent(`${urn}:badge pr`)}`)).status).toBe(400)
  })

  it('count from the next request on, on each connection of the account', async () => {
    await put(schema({ name: 'badge' }))
    const second = await createConnection(door.joinery.api, door.tenant.accountId, 'entra')
    await put(schema({ name: 'badge' }, { name: 'late' }))
    const { body } = await second.scim('POST', '/Users', { userName: 'late@corp.example', [urn]: { late: 'x' } })
    expect(body[urn]).toEqual({ late: 'x' })
  })

  it('refuse a change that what is stored would not fit, and say so before', async () => {
    await put(schema({ name: 'grade' }, { name: 'level' }, { name: 'key' }))
    const first = await user('fit1', { [urn]: { grade: 'high', level: 'A', key: 'same' } })
    await user('fit2', { [urn]: { grade: 'low', level: 'B', key: 'Same' } })
    const changed = schema(
      { name: 'grade', type: 'integer' },
      { name: 'level', canonicalValues: ['A'] },
      { name: 'key', uniqueness: 'server' },
      { name: 'fresh', required: true },
    )
    const preview = await put(changed, '?preview=true')
    expect(preview.status).toBe(200)
    expect(preview.body).toMatchObject({ outcome: 'changed', resources: 3, lacking: 3 })
    expect(preview.body.obstacles).toEqual([
      { path: 'grade', why: 'is not of type integer', count: 2, example: first.id },
      expect.objectContaining({ path: 'level', count: 1 }),
      expect.objectContaining({ path: 'key', count: 1 }),
    ])
    const refused = await put(changed)
    expect(refused.status).toBe(409)
    expect(refused.body.errors.map(({ path: at }: { path: string }) => at)).toEqual(['grade', 'level', 'key'])
    expect(await told(first.id)).toEqual({ grade: 'high', level: 'A', key: 'same' })
    const respelt = await put(schema({ name: 'Grade' }, { name: 'level' }, { name: 'key' }))
    expect(respelt.body.detail).toContain('keep that spelling')
  })

  it('make what is stored unique with the change', async () => {
    await put(schema({ name: 'serial' }))
    await user('serial1', { [urn]: { serial: 'X1' } })
    expect((await put(schema({ name: 'serial', uniqueness: 'server' }))).status).toBe(200)
    const again = { userName: 'serial2@corp.example', [urn]: { serial: 'x1' } }
    expectError(await scim('POST', '/Users', again), 409, 'uniqueness')
    await put(schema({ name: 'serial' }))
    expect((await scim('POST', '/Users', again)).status).toBe(201)
  })

  it('find who has a unique value, whenever it became unique, and as everything else is found', async () => {
    await put(schema({ name: 'plate' }, { name: 'seat', type: 'integer' }, { name: 'code', uniqueness: 'server' }))
    const has = (name: string, values: object) => user(name, { [urn]: values })
    await has('before', { plate: 'KÖ-1', seat: 7, code: 'a' })
    const unique = { uniqueness: 'server' }
    await put(
      schema(
        { name: 'plate', ...unique },
        { name: 'seat', type: 'integer', ...unique },
        { name: 'code', caseExact: true, ...unique },
      ),
    )
    await has('after', { plate: 'ab-2', seat: 8, code: 'A' })
    const { id } = await has('gone', { plate: 'c-3' })
    await ok('PATCH', `/Users/${id}`, replace(`${urn}:plate`, 'D-4'))
    const by = (condition: string): Promise<string[]> => found(condition.replaceAll(/\$(\w)/g, `${urn}:$1`))
    expect(await by('$plate eq "kö-1"')).toEqual(['before'])
    expect(await by('$PLATE eq "AB-2"')).toEqual(['after'])
    expect(await by('$plate eq "C-3"')).toEqual([])
    expect(await by('$plate eq "d-4" and userName sw "g"')).toEqual(['gone'])
    expect(await by('$seat eq 8 or $code eq "a"')).toEqual(['after', 'before'])
    expect(await by('$code eq "A"')).toEqual(['after'])
    expect(await by('$code pr and not ($code eq "A")')).toEqual(['before'])
    await ok('DELETE', `/Users/${id}`)
    expect(await by('$plate eq "D-4"')).toEqual([])
    const second = await createConnection(door.joinery.api, door.tenant.accountId, 'entra')
    const { body } = await second.scim('GET', `/Users?filter=${encodeURIComponent(`${urn}:seat eq 8`)}`)
    expect(body.totalResults).toBe(0)
  })

  it('leave what was told by a removed one as it is: not shown, not found, not lost by a PUT, and back with it', async () => {
    await put(schema({ name: 'kept' }, { name: 'gone' }))
    const { id, userName } = await user('kept', { [urn]: { kept: 'k', gone: 'g' } })
    await put(schema({ name: 'kept' }))
    expect(await told(id)).toEqual({ kept: 'k' })
    await ok('PATCH', `/Users/${id}`, replace(`${urn}:kept`, 'k2'))
    await door.joinery.api.ok('DELETE', path())
    const shown = await ok('GET', `/Users/${id}`)
    expect(shown).not.toHaveProperty(urn)
    expect(shown.schemas).not.toContain(urn)
    expectError(await scim('GET', `/Users?filter=${encodeURIComponent(`${urn}:kept pr`)}`), 400, 'invalidFilter')
    await ok('PUT', `/Users/${id}`, { userName, title: 'Engineer', [urn]: { kept: 'dropped' } })
    await put(schema({ name: 'kept' }, { name: 'gone' }))
    expect(await told(id)).toEqual({ kept: 'k2', gone: 'g' })
    expect(await found(`${urn}:gone eq "G"`)).toEqual(['kept'])
  })

  it('end a request that was read by one that is no more, and nothing of it is written', async () => {
    await put(schema({ name: 'moving' }))
    const { id } = await user('moving')
    const { app } = door.joinery.runtime
    const { accountId, connectionId } = door.tenant
    const connection = (await app.listConnections(operator, accountId)).find((each) => each.id === connectionId)
    if (connection === undefined) throw new Error('no connection')
    const schemas = await app.findConnectionSchemas(operator, connection)
    await put(schema({ name: 'moving', type: 'integer' }))
    const change = app.changeUser(operator, {
      ...{ connection, userId: id, schemas },
      change: (current) => ({ ...current, attributes: { ...current.attributes, [urn]: { moving: 'text' } } }),
    })
    await expect(change).rejects.toMatchObject({ code: 'upstream_unavailable', retryAfterSeconds: 1 })
    expect(await told(id)).toBeUndefined()
  })
})

describeOnBoth('joinery schemas', (database) => {
  const door = useDoor({ database })
  const folder = mkdtempSync(join(tmpdir(), 'joinery-schemas-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'acme.yaml')
  const run = async (...argv: string[]): Promise<{ status: number; text: string }> => {
    const { status, out, err } = await runCli(door.joinery.url, ['schemas', ...argv])
    return { status, text: out + err }
  }

  beforeAll(() => {
    writeFileSync(file, `id: ${urn}\nname: Acme\nattributes:\n  - name: badge\n    uniqueness: server\n`)
  })

  it('checks a file, and says which line breaks which rule', async () => {
    expect(await run('check', file)).toEqual({ status: 0, text: `${file}: sound: ${urn}, 1 attribute` })
    const bad = join(folder, 'bad.yaml')
    writeFileSync(bad, `id: ${urn}\nname: Acme\nattributes:\n  - name: badge\n    type: text\n    colour: red\n`)
    const { status, text } = await run('check', bad)
    expect(status).toBe(1)
    expect(text).toContain(`${bad}:5: not-one-of: Write one of: string, boolean`)
    expect(text).toContain(`${bad}:6: unknown-key: `)
  })

  it('puts, lists, shows and removes one', async () => {
    const of = ['--account', door.tenant.accountId]
    expect((await run('put', file, ...of, '--preview')).text).toContain(`Schema ${urn} would be new; 0 users`)
    expect((await run('list', ...of)).text).toBe('(none)')
    expect((await run('put', file, ...of)).text).toContain(`Schema ${urn} is new`)
    expect((await run('list', ...of)).text).toContain('Acme')
    expect((await run('show', urn, ...of)).text).toMatch(/badge +string +unique/)
    const shown = join(folder, 'shown.json')
    writeFileSync(shown, (await run('show', urn, ...of, '--json')).text)
    expect((await run('put', shown, ...of)).text).toContain('the same as before')
    expect((await run('remove', urn, ...of)).text).toBe(`Schema ${urn} is removed.`)
    expect((await run('show', urn, ...of)).status).toBe(1)
  })
})
