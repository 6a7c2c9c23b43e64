import { describe, expect, it } from 'vitest'
import { together } from '../../../src/adapters/db/together.ts'

type Trip = { keys: readonly string[]; arrive: () => void; fail: (error: Error) => void }

/** Trips that end when the test says so. */
function station(): { trips: Trip[]; look: (key: string) => Promise<string> } {
  const trips: Trip[] = []
  const look = together<string, string>(
    (keys) =>
      new Promise((resolve, reject) => {
        trips.push({ keys, arrive: () => resolve(keys.map((key) => `${key}!`)), fail: reject })
      }),
  )
  return { trips, look }
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done))
const tripsOf = (trips: readonly Trip[]): (readonly string[])[] => trips.map(({ keys }) => keys)

describe('looks that are taken together', () => {
  it('waits for nobody while nothing is under way', () => {
    const { trips, look } = station()
    void look('a')
    void look('b')
    expect(tripsOf(trips)).toEqual([['a'], ['b']])
  })

  it('takes all that wait on the next trip, and answers each his own', async () => {
    const { trips, look } = station()
    const all = ['a', 'b', 'c', 'd', 'c'].map(look)
    trips[0]?.arrive()
    expect(await all[0]).toBe('a!')
    await turn()
    expect(trips[2]?.keys).toEqual(['c', 'd', 'c'])
    trips[2]?.arrive()
    trips[1]?.arrive()
    expect(await Promise.all(all)).toEqual(['a!', 'b!', 'c!', 'd!', 'c!'])
  })

  it('lets nobody join a trip that has begun, not even for the same key', () => {
    const { trips, look } = station()
    void look('a')
    void look('a')
    expect(tripsOf(trips)).toEqual([['a'], ['a']])
  })

  it('goes on past one trip that hangs', async () => {
    const { trips, look } = station()
    void look('hangs')
    const others = ['b', 'c'].map(look)
    trips[1]?.arrive()
    await turn()
    trips[2]?.arrive()
    expect(await Promise.all(others)).toEqual(['b!', 'c!'])
  })

  it('asks for each alone where a trip of several fails, so that nobody fails by another’s key', async () => {
    const looked: (readonly string[])[] = []
    const look = together<string, string>(async (keys) => {
      looked.push(keys)
      await Promise.resolve()
      if (keys.includes('bad')) throw new Error('no such text')
      return keys
    })
    const all = await Promise.allSettled(['a', 'b', 'c', 'bad', 'd'].map(look))
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(looked).toContainEqual(['bad'])
  })

  it('takes at most a hundred on one trip', async () => {
    const { trips, look } = station()
    const all = Array.from({ length: 252 }, (_, index) => look(`${index}`))
    for (let index = 0; index < 5; index += 1) {
      trips[index]?.arrive()
      await turn()
    }
    await Promise.all(all)
    expect(trips.map(({ keys }) => keys.length)).toEqual([1, 1, 100, 100, 50])
  })
})
