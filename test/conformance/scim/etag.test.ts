import { describe, expect, it } from 'vitest'
import { aUser, expectError, useDoor } from '../../support/door.ts'
import { groupUrn, patch } from '../../support/idp.ts'

const door = useDoor()
const types = [
  ['/Users', (name: string): object => aUser(name), 'title'],
  ['/Groups', (name: string): object => ({ schemas: [groupUrn], displayName: name }), 'externalId'],
] as const

describe.each(types)('versions at %s', (path, body, attribute) => {
  const change = (value: string): object => patch({ op: 'replace', path: attribute, value })

  it('[319][320] stand in the ETag header and in meta.version alike, and move with each change', async () => {
    const created = await door.scim('POST', path, body('Versioned'))
    const one = `${path}/${created.body.id}`
    const read = await door.scim('GET', one)
    for (const { headers, body: resource } of [created, read]) {
      expect(headers.get('etag')).toMatch(/^(W\/)?"[^"]+"$/)
      expect(headers.get('etag')).toBe(resource.meta.version)
    }
    const changed = await door.scim('PATCH', `${one}?attributes=meta`, change('x'))
    expect(changed.headers.get('etag')).toBe(changed.body.meta.version)
    expect(changed.body.meta.version).not.toBe(created.body.meta.version)
    const put = await door.scim('PUT', one, body('Versioned-2'))
    expect(put.headers.get('etag')).toBe(put.body.meta.version)
    expect(put.body.meta.version).not.toBe(changed.body.meta.version)
    const listed = await door.ok('GET', `${path}?filter=id eq "${created.body.id}"`)
    expect(listed.Resources[0].meta.version).toBe(put.body.meta.version)
  })

  it('[321] named by If-None-Match are 304 without a body while nothing changed, and the resource afterwards', async () => {
    const { id } = await door.ok('POST', path, body('Cached'))
    const one = `${path}/${id}`
    const first = await door.scim('GET', one)
    const known = { 'If-None-Match': String(first.headers.get('etag')) }
    for (const headers of [
      known,
      { 'If-None-Match': '*' },
      { 'If-None-Match': `W/"none", ${known['If-None-Match']}` },
    ]) {
      const same = await door.scim('GET', one, undefined, headers)
      expect([same.status, same.body]).toEqual([304, undefined])
      expect(same.headers.get('etag')).toBe(known['If-None-Match'])
    }
    await door.ok('PATCH', one, change('new'))
    const changed = await door.scim('GET', one, undefined, known)
    expect(changed.status).toBe(200)
    expect(changed.body[attribute]).toBe('new')
  })

  it('[322] named by If-Match are changed or, if they have passed, 412 and nothing', async () => {
    const created = await door.scim('POST', path, body('Matched'))
    const one = `${path}/${created.body.id}`
    const passed = { 'If-Match': String(created.headers.get('etag')) }
    await door.ok('PATCH', one, change('first'), passed)
    const now = await door.scim('GET', one)
    expectError(await door.scim('PATCH', one, change('second'), passed), 412)
    expectError(await door.scim('PUT', one, body('Matched-2'), passed), 412)
    expectError(await door.scim('DELETE', one, undefined, passed), 412)
    expect((await door.scim('GET', one)).body).toEqual(now.body)
    await door.ok('PUT', one, body('Matched-3'), { 'If-Match': `W/"none", ${now.headers.get('etag')}` })
    expect((await door.scim('DELETE', one, undefined, { 'If-Match': '*' })).status).toBe(204)
  })
})
