import { expect, it } from 'vitest'
import { fuzz, startWatched } from '../fuzz/run.ts'
import { describeOnBoth, freshDatabase } from '../support/databases.ts'
import { seed } from '../support/random.ts'

/** The short run; `npm run fuzz -- --requests 1000000` is the long one. */
const requests = Number(process.env.FUZZ_REQUESTS ?? 4000)

describeOnBoth(`the SCIM door under ${requests} hostile requests (seed ${seed})`, (kind) => {
  it('answers each in its own words: no 500, no stall, no word of the inside', async () => {
    const database = await freshDatabase(kind)
    const server = await startWatched(database)
    try {
      const { faults, statuses } = await fuzz(server, { seed, requests })
      expect(faults).toEqual([])
      // It gets behind the door, and is not only turned away at it.
      for (const status of ['200', '201', '204', '400', '404']) expect(statuses[status]).toBeGreaterThan(requests / 100)
    } finally {
      await server.stop()
      await database.remove()
    }
  }, 300_000)
})
