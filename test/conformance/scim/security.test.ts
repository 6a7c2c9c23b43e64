import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src/config/load-config.ts'
import { createConnection, createScim } from '../../support/api.ts'
import { createClock } from '../../support/clock.ts'
import { aUser, expectError, useDoor } from '../../support/door.ts'
import { patch } from '../../support/idp.ts'
import { testEnv } from '../../support/joinery.ts'

const clock = createClock()
const door = useDoor({ clock })
const ask = (headers: Record<string, string>): Promise<Response> => fetch(`${door.tenant.scimUrl}/Users`, { headers })
const days = 86_400_000

describe('authentication', () => {
  it('[344][345][350] is by bearer token: nothing else, and no weak one, opens the door', async () => {
    const { token } = door.tenant
    const basic = `Basic ${Buffer.from(`scim:${token}`).toString('base64')}`
    for (const Authorization of [
      '',
      basic,
      `Digest ${token}`,
      token,
      'Bearer',
      'Bearer x',
      `Bearer ${token.slice(0, -1)}`,
    ])
      expect((await ask({ Authorization })).status, Authorization).toBe(401)
    expect((await ask({ Cookie: `token=${token}` })).status).toBe(401)
    expect((await fetch(`${door.tenant.scimUrl}/Users?access_token=${token}`)).status).toBe(401)
    expect((await ask({ Authorization: `Bearer ${token}` })).status).toBe(200)
  })

  it('[346] that is missing or wrong is 401 with WWW-Authenticate and its scheme, on every endpoint', async () => {
    for (const path of ['/Users', '/Groups', '/Users/x', '/Me', '/Bulk', '/nowhere', '/.search'])
      for (const Authorization of ['', 'Bearer none']) {
        const answer = await door.scim('POST', path, {}, { Authorization })
        expectError(answer, 401)
        expect(answer.headers.get('www-authenticate'), path).toMatch(/^Bearer /)
      }
  })

  it('[347][348][349][450] makes of each token one subject, which may do its own connection’s work and leaves its name there', async () => {
    const other = await createConnection(door.joinery.api, door.tenant.accountId)
    const mine = await door.user('subject')
    expect((await other.scim('GET', `/Users/${mine.id}`)).status).toBe(404)
    expect((await other.scim('DELETE', `/Users/${mine.id}`)).status).toBe(404)
    expect((await createScim(door.tenant.scimUrl, other.token)('DELETE', `/Users/${mine.id}`)).status).toBe(401)
    expect((await other.scim('POST', '/Users', aUser('theirs'))).status).toBe(201)
    const { api } = door.joinery
    const members = `/accounts/${door.tenant.accountId}/members`
    for (const [name, connection] of [
      ['subject', door.tenant.connectionId],
      ['theirs', other.connectionId],
    ]) {
      const { items } = await api.ok('GET', `${members}?userName=${name}@corp.example`)
      const { events } = await api.ok('GET', `${members}/${items[0].id}`)
      expect(events.map(({ actor }: any) => actor)).toEqual([`scim:${connection}`])
    }
  })

  it('[347] opens the door of its connection and no other door', async () => {
    for (const path of ['/accounts', `/accounts/${door.tenant.accountId}`]) {
      const answer = await door.joinery.api.call('GET', path, undefined, {
        Authorization: `Bearer ${door.tenant.token}`,
      })
      expect(answer.status).toBe(401)
    }
  })

  it('[353][362] is by tokens whose life is limited, known to the server, and can be ended', async () => {
    const { api } = door.joinery
    const short = await createConnection(api, door.tenant.accountId)
    const tokens = `/accounts/${door.tenant.accountId}/connections/${short.connectionId}/tokens`
    const fresh = await api.ok('POST', tokens, { expiresInDays: 1 })
    const told = (await api.ok('GET', tokens)).items.find(({ id }: any) => id === fresh.id)
    expect(Date.parse(told.expiresAt as string)).toBeLessThanOrEqual(clock.now() + days)
    const tooLong = await api.call('POST', tokens, { expiresInDays: 100_000 })
    expect(tooLong.status).toBe(400)
    const scim = createScim(short.scimUrl, fresh.token as string)
    expect((await scim('GET', '/Users')).status).toBe(200)
    clock.advance(days + 1000)
    expectError(await scim('GET', '/Users'), 401)
    expect((await short.scim('GET', '/Users')).status).toBe(200)
    const [other] = (await api.ok('GET', tokens)).items.filter(({ id }: any) => id !== fresh.id)
    await api.ok('DELETE', `${tokens}/${other.id}`)
    expectError(await short.scim('GET', '/Users'), 401)
  })

  it('[352][359][360] is by tokens of 256 bits of chance, each of which is new', async () => {
    const made = await Promise.all(
      Array.from({ length: 12 }, async () => (await createConnection(door.joinery.api, door.tenant.accountId)).token),
    )
    const secrets = made.map((token) => token.split('_').at(-1) ?? '')
    expect(new Set(secrets).size).toBe(12)
    for (const secret of secrets) {
      expect(secret).toMatch(/^[0-9A-Za-z]+$/)
      expect(secret.length * Math.log2(62)).toBeGreaterThan(255)
      expect(new Set(secret).size).toBeGreaterThan(12)
    }
    const guess = door.tenant.token.replace(/_[^_]+$/, `_${randomBytes(64).toString('hex').slice(0, 43)}`)
    expect((await ask({ Authorization: `Bearer ${guess}` })).status).toBe(401)
  })

  it('[353] says the same to each wrong token, however near it is', async () => {
    const near = `${door.tenant.token.slice(0, -1)}${door.tenant.token.endsWith('a') ? 'b' : 'a'}`
    const answers = await Promise.all(
      [near, 'scim_none_x', 'x'].map(async (token) => (await ask({ Authorization: `Bearer ${token}` })).text()),
    )
    expect(new Set(answers.map((text) => (JSON.parse(text) as { detail: string }).detail)).size).toBe(1)
  })
})

describe('a secret', () => {
  it('[368] is not stored: the database holds no token', async () => {
    const { folder } = door.joinery.database
    const [, id = '', secret = ''] = door.tenant.token.split('_')
    const files = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`))
    expect(files.some((bytes) => bytes.includes(id))).toBe(true)
    expect(files.some((bytes) => bytes.includes(secret))).toBe(false)
  })

  it('[363] is never a cookie', async () => {
    for (const path of ['/Users', '/ServiceProviderConfig', '/nowhere'])
      expect((await door.scim('GET', path)).headers.get('set-cookie')).toBeNull()
  })
})

describe('transport', () => {
  it('[356][357][361] refuses to be open to others without https in front', () => {
    const env = { ...testEnv(door.joinery.database), HOST: '0.0.0.0' }
    expect(() => loadConfig(env)).toThrow(/https/)
    expect(() => loadConfig({ ...env, PUBLIC_URL: 'http://joinery.corp.example' })).toThrow(/https/)
    const open = loadConfig({ ...env, PUBLIC_URL: 'https://joinery.corp.example' })
    expect(open.http.publicUrl).toBe('https://joinery.corp.example')
  })

  it('[356] listens on the loopback address alone unless told otherwise', async () => {
    expect(new URL(door.joinery.url).hostname).toBe('127.0.0.1')
    expect(loadConfig(testEnv(door.joinery.database)).http.host).toBe('127.0.0.1')
    const port = Number(new URL(door.joinery.url).port)
    const elsewhere = await new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.2', port })
      socket.once('connect', () => resolve('connected')).once('error', () => resolve('refused'))
      socket.once('close', () => socket.destroy())
    })
    expect(elsewhere).toBe('refused')
  })
})

describe('texts', () => {
  it('[354][371] are compared after preparation: letter case and forms of one character count for nothing', async () => {
    const composed = 'Zoë Ångström'.normalize('NFC')
    const decomposed = composed.normalize('NFD')
    expect(decomposed).not.toBe(composed)
    await door.user('prepared', { displayName: composed, title: decomposed })
    for (const filter of [
      `displayName eq "${decomposed}"`,
      `displayName eq "${composed.toUpperCase()}"`,
      `title eq "${composed}"`,
    ])
      expect(await door.found(filter), filter).toEqual(['prepared'])
    const twin = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: composed }
    expect((await door.scim('POST', '/Groups', twin)).status).toBe(201)
    expectError(
      await door.scim('POST', '/Groups', { ...twin, displayName: decomposed.toUpperCase() }),
      409,
      'uniqueness',
    )
  })

  it('[354] of user names too: two forms of one name are one name', async () => {
    const name = (form: string): object => ({ userName: 'andré.gröna@corp.example'.normalize(form) })
    expect((await door.scim('POST', '/Users', name('NFC'))).status).toBe(201)
    expectError(await door.scim('POST', '/Users', name('NFD')), 409, 'uniqueness')
  })
})

describe('privacy', () => {
  it('[364][370] tells a stranger nothing: neither who is there nor which connections there are', async () => {
    const { id } = await door.user('private')
    const known = await fetch(`${door.tenant.scimUrl}/Users/${id}`)
    const unknown = await fetch(`${door.tenant.scimUrl}/Users/none`)
    const nowhere = await fetch(`${door.joinery.url}/scim/v2/none/Users/none`)
    const texts = await Promise.all([known, unknown, nowhere].map((answer) => answer.text()))
    expect([known.status, unknown.status, nowhere.status]).toEqual([401, 401, 401])
    expect(new Set(texts).size).toBe(1)
    const there = await fetch(`${door.tenant.scimUrl}/ServiceProviderConfig`)
    const made = await fetch(`${door.joinery.url}/scim/v2/00000000-0000-7000-8000-000000000000/ServiceProviderConfig`)
    const generic = (text: string): string => text.replaceAll(/\/scim\/v2\/[^/"]+/g, '')
    expect(generic(await there.text())).toBe(generic(await made.text()))
  })
})

describe('the life cycle that IPSIE asks for', () => {
  it('[419][421] has every operation on users: create, get, list, search, change, suspend, resume, delete', async () => {
    const { id } = await door.user('cycle')
    expect((await door.ok('GET', `/Users/${id}`)).active).toBe(true)
    expect(
      (await door.ok('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'active', value: false }))).active,
    ).toBe(false)
    expect(await door.found('userName eq "cycle@corp.example" and active eq false')).toEqual(['cycle'])
    expect((await door.ok('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'active', value: true }))).active).toBe(
      true,
    )
    await door.ok('DELETE', `/Users/${id}`)
    expect(await door.found('userName eq "cycle@corp.example"')).toEqual([])
  })

  it('[427][428] lets a suspended user come back, and a deleted userName be created again', async () => {
    const { id } = await door.user('again', { active: false })
    expect((await door.ok('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: true } }))).active).toBe(
      true,
    )
    await door.ok('DELETE', `/Users/${id}`)
    expect((await door.user('again')).id).not.toBe(id)
  })
})
