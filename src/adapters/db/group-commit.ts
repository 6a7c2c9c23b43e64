type Job = { run(): Promise<unknown>; settle(result: { value: unknown } | { error: unknown }): void }

export type TransactionControl = { command(sql: string): Promise<void> }

const largestGroup = 64

/**
 * One writer that commits what waits in one go: each unit runs in a savepoint of its own, so that one's failure undoes
 * nothing of another's, and all of them wait for the same commit before anybody is told that his is done.
 */
export function createGroupCommit(connection: TransactionControl): {
  submit<T>(unit: () => Promise<T>): Promise<T>
  idle(): Promise<void>
} {
  const waiting: Job[] = []
  let running: Promise<void> | null = null

  async function drain(): Promise<void> {
    while (waiting.length > 0) await commitGroup(connection, waiting.splice(0, largestGroup))
    running = null
  }

  return {
    submit: <T>(unit: () => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        const settle: Job['settle'] = (result) =>
          'error' in result
            ? reject(result.error instanceof Error ? result.error : new Error(String(result.error)))
            : resolve(result.value as T)
        waiting.push({ run: unit, settle })
        running ??= Promise.resolve().then(drain)
      }),
    idle: async () => {
      while (running !== null) await running
    },
  }
}

async function commitGroup(connection: TransactionControl, group: readonly Job[]): Promise<void> {
  const done: { job: Job; value: unknown }[] = []
  try {
    await connection.command('begin immediate')
    for (const job of group) await runUnit(connection, job, done)
    await connection.command('commit')
  } catch (error) {
    await connection.command('rollback').catch(() => undefined)
    for (const job of group) job.settle({ error })
    return
  }
  for (const { job, value } of done) job.settle({ value })
}

/** A unit's own failure is told at once: its savepoint is gone, and the commit has nothing to say about it. */
async function runUnit(connection: TransactionControl, job: Job, done: { job: Job; value: unknown }[]): Promise<void> {
  await connection.command('savepoint unit')
  try {
    done.push({ job, value: await job.run() })
  } catch (error) {
    await connection.command('rollback to unit')
    job.settle({ error })
  }
  await connection.command('release unit')
}
