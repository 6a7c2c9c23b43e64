import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTenant } from '../../support/api.ts'
import { describeOnBoth } from '../../support/databases.ts'
import { startJoinery, type Joinery } from '../../support/joinery.ts'
import { replay, type Fixture } from '../../support/replay.ts'

const folder = new URL('../../fixtures/idp/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
const read = (file: string): Fixture => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture

/** What Rippling speaks is what the tolerant default takes. */
const kindOf = ({ idp }: Fixture): string => (idp === 'rippling' ? 'generic' : idp)

describeOnBoth('the dialects of the IdPs', (database) => {
  let joinery: Joinery
  beforeAll(async () => {
    joinery = await startJoinery({ database, workers: false })
  })
  afterAll(() => joinery.close())

  it('are eleven', () => {
    expect(files).toHaveLength(11)
  })

  it.each(files)('%s: every request is answered as its IdP needs', async (file) => {
    const fixture = read(file)
    const { scimUrl, token } = await createTenant(joinery.api, kindOf(fixture))
    const results = await replay(fixture, scimUrl, token)
    expect(results).toHaveLength(fixture.steps.length)
    expect(results.filter(({ problems }) => problems.length > 0)).toEqual([])
  })
})
