import { describe, expect, it } from 'vitest'
import { aUser, messages, useDoor } from '../../support/door.ts'
import { createBulk, message, post } from '../../support/bulk.ts'

const door = useDoor()
const bulk = createBulk(door)

describe('the limits', () => {
  it('[316] are published', async () => {
    expect((await door.ok('GET', '/ServiceProviderConfig')).bulk).toEqual({
      supported: true,
      maxOperations: 1000,
      maxPayloadSize: 1048576,
    })
  })

  it('[317][318] on operations: as many are processed, one more is 413, which says the limit, and nothing happens', async () => {
    const gone = { method: 'DELETE', path: '/Users/nobody' }
    expect(await bulk(Array.from({ length: 1000 }, () => gone))).toHaveLength(1000)
    const tooMany = [post('t', '/Users', aUser('toomany')), ...Array.from({ length: 1000 }, () => gone)]
    const answer = await door.scim('POST', '/Bulk', message(tooMany))
    expect(answer.status).toBe(413)
    expect(answer.body).toMatchObject({ schemas: [`${messages}:Error`], status: '413' })
    expect(answer.body.detail).toMatch(/\b1000\b/)
    expect(await door.found('userName sw "toomany"')).toEqual([])
  })

  it('[317][318] on bytes: one more than the limit is 413, which says the limit', async () => {
    const answer = await door.scim(
      'POST',
      '/Bulk',
      message([post('b', '/Users', aUser('bytes', { title: 'x'.repeat(1_048_576) }))]),
    )
    expect(answer.status).toBe(413)
    expect(answer.body.detail).toMatch(/\b1048576\b/)
    const whole = JSON.stringify(message([{ method: 'DELETE', path: '/Users/nobody', filler: '' }]))
    const full = whole.replace('"filler":""', `"filler":"${'x'.repeat(1_048_576 - whole.length)}"`)
    expect(Buffer.byteLength(full)).toBe(1_048_576)
    expect((await door.scim('POST', '/Bulk', full)).status).toBe(200)
  })
})
