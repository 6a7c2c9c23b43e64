/** A loop that runs `round` at once when woken and otherwise every `intervalMs`, with jitter; never two rounds at once. */
export type Loop = { wake(): void; close(): Promise<void> }

type Options = {
  round: () => Promise<unknown>
  intervalMs: number
  failed: (error: unknown) => void
  random: () => number
}

export function startLoop({ round, intervalMs, failed, random }: Options): Loop {
  let closed = false
  let woken = false
  let rouse: () => void = () => undefined

  async function rest(): Promise<void> {
    if (woken || closed) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, intervalMs * (0.75 + random() / 2))
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function run(): Promise<void> {
    while (!closed) {
      woken = false
      await round().catch(failed)
      await rest()
    }
  }

  const running = run()
  return {
    wake() {
      woken = true
      rouse()
    },
    async close() {
      closed = true
      rouse()
      await running
    },
  }
}
