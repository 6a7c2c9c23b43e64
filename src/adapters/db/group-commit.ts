/** One unit of work in the writer's hands: it runs, and is then kept or taken back. */
export type Unit<T> = { run(): Promise<T>; finish(): Promise<void>; undo(): Promise<void> }

export type TransactionControl = { command(sql: string): Promise<void> }

type Job = { unit: Unit<unknown>; settle(result: { value: unknown } | { error: unknown }): void }

const largestGroup = 64

/**
 * One writer that commits what waits in one go: one unit's failure undoes nothing of another's, and all of them wait for the
 * same commit before anybody is told that his is done.
 */
export function createGroupCommit(connection: TransactionControl): {
  submit<T>(unit: Unit<T>): Promise<T>
  idle(): Promise<void>
} {
  const waiting: Job[] = []
  let running: Promise<void> | null = null

  async function drain(): Promise<void> {
    while (waiting.length > 0) await commitGroup(connection, waiting.splice(0, largestGroup))
    running = null
  }

  return {
    submit: <T>(unit: Unit<T>) =>
      new Promise<T>((resolve, reject) => {
        const settle: Job['settle'] = (result) => {
          if ('value' in result) resolve(result.value as T)
          else reject(result.error instanceof Error ? result.error : new Error(String(result.error)))
        }
        waiting.push({ unit, settle })
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
    for (const job of group) await runUnit(job, done)
    await connection.command('commit')
  } catch (error) {
    await connection.command('rollback').catch(() => undefined)
    for (const job of group) job.settle({ error })
    return
  }
  for (const { job, value } of done) job.settle({ value })
}

/** A unit's own failure is told at once: what it wrote is gone, and the commit has nothing to say about it. */
async function runUnit(job: Job, done: { job: Job; value: unknown }[]): Promise<void> {
  try {
    const value = await job.unit.run()
    await job.unit.finish()
    done.push({ job, value })
  } catch (error) {
    await job.unit.undo()
    job.settle({ error })
  }
}
