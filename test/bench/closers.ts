/** What was started and must not outlive the run: processes, clusters, folders. */
type Close = () => Promise<void> | void

const open = new Set<Close>()
let ending = false

/** Never answers once the run is ending: whatever then fails, fails of that. */
export const unlessEnding = (): Promise<void> => (ending ? new Promise(() => undefined) : Promise.resolve())

/** Registers a close; the answer closes it now, once. */
export function mustClose(close: Close): () => Promise<void> {
  open.add(close)
  return async () => {
    if (open.delete(close)) await close()
  }
}

/** What is open now, and shall outlive the next `closeAll`. */
export const openNow = (): ReadonlySet<Close> => new Set(open)

/** Last opened, first closed; one that fails does not keep the others open. */
export async function closeAll(but: ReadonlySet<Close> = new Set()): Promise<void> {
  for (;;) {
    const close = [...open].reverse().find((each) => !but.has(each))
    if (close === undefined) return
    open.delete(close)
    await Promise.resolve()
      .then(close)
      .catch((error: unknown) => console.error(error))
  }
}

/** Ctrl-C, a signal or an error that nobody caught end the run, and everything that it started. */
export function closeOnSignals(): void {
  const end = (status: number): void => {
    ending = true
    void closeAll().finally(() => process.exit(status))
  }
  process.once('SIGINT', () => end(130))
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(143))
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.once(event, (error: unknown) => {
      console.error(error)
      end(1)
    })
  }
}
