/** As many reads are under way at once, so that one that hangs does not hold up all others. */
const lanes = 2
const mostKeys = 100

type Waiting<Key, Found> = {
  readonly key: Key
  readonly resolve: (found: Found) => void
  readonly reject: (error: unknown) => void
}

/**
 * Looks by key that share trips to the database: whoever asks while the lanes are taken waits for the next trip, and goes with
 * all others who wait. A trip is joined by nobody once it has begun, so no answer is older than its question. `read` answers in
 * the order of its keys. Where a trip of several fails, each is asked for alone: nobody fails by another's key.
 */
export function together<Key, Found>(
  read: (keys: readonly Key[]) => Promise<readonly Found[]>,
): (key: Key) => Promise<Found> {
  const waiting: Waiting<Key, Found>[] = []
  let underWay = 0

  const depart = (): void => {
    while (underWay < lanes && waiting.length > 0) {
      underWay += 1
      void travel(read, waiting.splice(0, mostKeys)).finally(() => {
        underWay -= 1
        depart()
      })
    }
  }
  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject })
      depart()
    })
}

/** Never rejects: whatever goes wrong is told to those who wait. */
async function travel<Key, Found>(
  read: (keys: readonly Key[]) => Promise<readonly Found[]>,
  all: readonly Waiting<Key, Found>[],
): Promise<void> {
  try {
    const found = await read(all.map(({ key }) => key))
    all.forEach(({ resolve }, index) => resolve(found[index] as Found))
  } catch (error) {
    const [first, ...others] = all
    if (others.length === 0) first?.reject(error)
    else await Promise.all(all.map((one) => travel(read, [one])))
  }
}
