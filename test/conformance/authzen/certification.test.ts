import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccess, type Access } from '../../support/access.ts'
import { describeOnBoth } from '../../support/databases.ts'
import { settled } from '../../support/api.ts'
import { operator, startJoinery, type Joinery } from '../../support/joinery.ts'

type Facts = Record<string, unknown>
type Case = {
  subject: string
  subjectProperties?: Facts
  action: string
  actionProperties?: Facts
  resource: string
  resourceProperties?: Facts
}
type Search = Partial<Case> & { kind: 'subject' | 'resource' | 'action'; atLeast: string[] }
const fixtures = 'test/fixtures/authzen'
const read = (name: string) => JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as unknown
const scenario = read('scenario.json') as { decisions: (Case & { decision: boolean })[]; search: Search[] }
const people = read('people.json') as Record<string, string>

const part = (told: object, properties: Facts | undefined) => ({ ...told, ...(properties && { properties }) })
const toBody = (told: Partial<Case>) => ({
  subject: part(
    told.subject === undefined ? { type: 'user' } : { type: 'user', id: told.subject },
    told.subjectProperties,
  ),
  ...(told.action !== undefined && { action: part({ name: told.action }, told.actionProperties) }),
  resource: part(
    told.resource === undefined ? { type: 'record' } : { type: 'record', id: told.resource },
    told.resourceProperties,
  ),
})

describeOnBoth('the AuthZEN certification scenario', (database) => {
  let joinery: Joinery
  let ask: Access
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'joinery-catalogs-'))
    cpSync(join(fixtures, 'authzen-records.yaml'), join(folder, 'authzen-records.yaml'))
    joinery = await startJoinery({ database, env: { CATALOG_DIR: folder } })
    const { app } = joinery.runtime
    const { id: accountId } = await app.createAccount(operator, { name: 'Records', catalog: 'authzen-records' })
    for (const [userName, role] of Object.entries(people)) {
      const { id: memberId } = await app.addMember(operator, { accountId, userName, email: `${userName}@corp.example` })
      await app.assignRole(operator, { accountId, memberId, role })
    }
    await settled(joinery.api, accountId)
    ask = createAccess(joinery.url, (await app.createGateway(operator, { accountId, name: 'PEP' })).token)
  })
  afterAll(async () => {
    await joinery.close()
    rmSync(folder, { recursive: true })
  })

  describe('basic', () => {
    it.each(scenario.decisions)('$subject $action $resource: $decision', async ({ decision, ...told }) => {
      for (const context of [{}, { context: { time: '2026-11-28T01:22:00Z' } }]) {
        const answer = await ask('/evaluation', { ...toBody(told), ...context }, { 'X-Request-ID': 'req-1' })
        expect(answer.status).toBe(200)
        expect(answer.body.decision).toBe(decision)
        expect(answer.headers.get('content-type')).toContain('application/json')
        expect(answer.headers.get('x-request-id')).toBe('req-1')
      }
    })

    it.each([
      '{',
      '[]',
      {},
      { subject: { type: 'user', id: 'alice' } },
      { ...toBody({ subject: 'alice', resource: 'record-1' }) },
      { ...toBody({ subject: 'alice', action: 'read' }) },
      { ...toBody({ action: 'read', resource: 'record-1' }) },
      { ...toBody({ subject: 'alice', action: 'read', resource: 'record-1' }), subject: { id: 'alice' } },
      { ...toBody({ subject: 'alice', action: 'read', resource: 'record-1' }), action: { name: 7 } },
      { ...toBody({ subject: 'alice', action: 'read', resource: 'record-1' }), context: 'x' },
    ])('is 400 for what is not whole: %j', async (body) => {
      const answer = await ask('/evaluation', body)
      expect(answer.status).toBe(400)
      expect(answer.body.error).toMatchObject({ status: 400, message: expect.stringMatching(/\S/) as string })
    })
  })

  describe('batch', () => {
    const whole = scenario.decisions.map(({ decision: _, ...told }) => toBody(told))
    const wanted = scenario.decisions.map(({ decision }) => decision)
    const decisions = async (body: object): Promise<boolean[]> =>
      (await ask('/evaluations', body)).body.evaluations.map((each: { decision: boolean }) => each.decision)

    it('execute_all answers each in order', async () => {
      expect(await decisions({ evaluations: whole })).toEqual(wanted)
      expect(await decisions({ evaluations: whole, options: { evaluations_semantic: 'execute_all' } })).toEqual(wanted)
    })
    it('deny_on_first_deny ends with the first no, permit_on_first_permit with the first yes', async () => {
      const deny = { evaluations: whole, options: { evaluations_semantic: 'deny_on_first_deny' } }
      expect(await decisions(deny)).toEqual(wanted.slice(0, wanted.indexOf(false) + 1))
      const permit = { evaluations: whole.toReversed(), options: { evaluations_semantic: 'permit_on_first_permit' } }
      const reversed = wanted.toReversed()
      expect(await decisions(permit)).toEqual(reversed.slice(0, reversed.indexOf(true) + 1))
    })
    it('what stands at the top counts where a question says nothing', async () => {
      const { subject, action } = toBody({ subject: 'alice', action: 'write' })
      const evaluations = ['record-1', 'record-2'].map((id) => ({ resource: { type: 'record', id } }))
      expect(await decisions({ subject, action, evaluations })).toEqual([true, false])
    })
  })

  describe('search', () => {
    it.each(scenario.search)('$kind', async ({ kind, atLeast, ...told }) => {
      const { body, status } = await ask(`/search/${kind}`, toBody(told))
      expect(status).toBe(200)
      const found = body.results.map((each: { id?: string; name?: string }) => each.id ?? each.name)
      expect(found).toEqual(expect.arrayContaining(atLeast))
      for (const each of kind === 'action' ? [] : body.results)
        expect(each.type).toBe(kind === 'subject' ? 'user' : 'record')
    })

    it.each(scenario.search)('$kind: what is found is allowed, page by page', async ({ kind, atLeast: _, ...told }) => {
      const found: { id?: string; name?: string }[] = []
      for (let token = ''; ;) {
        const { body } = await ask(`/search/${kind}`, { ...toBody(told), page: { token, limit: 1 } })
        found.push(...body.results)
        token = body.page.next_token
        if (token === '') break
      }
      expect(new Set(found.map((each) => JSON.stringify(each))).size).toBe(found.length)
      for (const each of found) {
        const one = kind === 'action' ? { action: each.name ?? '' } : { [kind]: each.id ?? '' }
        expect((await ask('/evaluation', toBody({ ...told, ...one }))).body.decision).toBe(true)
      }
    })

    it('refuses a token that is none of its own', async () => {
      const told = toBody({ action: 'read', resource: 'record-1' })
      for (const token of ['x', Buffer.from('{"a":1}').toString('base64url')])
        expect((await ask('/search/subject', { ...told, page: { token } })).status).toBe(400)
    })
  })

  it('discovery: the metadata names endpoints that answer', async () => {
    const response = await fetch(`${joinery.url}/.well-known/authzen-configuration`)
    expect(response.status).toBe(200)
    const { policy_decision_point: point, ...endpoints } = (await response.json()) as Record<string, string>
    expect(point).toBe(joinery.url)
    expect(Object.keys(endpoints).sort()).toEqual([
      'access_evaluation_endpoint',
      'access_evaluations_endpoint',
      'search_action_endpoint',
      'search_resource_endpoint',
      'search_subject_endpoint',
    ])
    for (const endpoint of Object.values(endpoints)) {
      expect((await fetch(endpoint, { method: 'POST' })).status).toBe(401)
      expect((await fetch(endpoint)).status).toBe(405)
    }
  })
})
