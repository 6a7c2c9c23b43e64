import type { Nudge } from '../../application/jobs.ts'

type Options = {
  send: (nudges: readonly Nudge[]) => Promise<void>
  /** Told of nudges that could not be sent: the sweep finds their members. */
  lost: (count: number, error: unknown) => void
}

const largestBatch = 500
const mostWaiting = 50_000

/**
 * Nudges on their way to the queue: nobody waits for them, one member waits once, and a queue that is slow or gone costs
 * neither memory nor a request.
 */
export function createNudgeBuffer({ send, lost }: Options): {
  add(nudges: readonly Nudge[]): void
  idle(): Promise<void>
} {
  const waiting = new Map<string, Nudge>()
  let running: Promise<void> | null = null

  async function drain(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting.entries()].slice(0, largestBatch)
      for (const [key] of batch) waiting.delete(key)
      await send(batch.map(([, nudge]) => nudge)).catch((error: unknown) => lost(batch.length, error))
    }
    running = null
  }

  return {
    add(nudges) {
      const room = Math.max(0, mostWaiting - waiting.size)
      if (nudges.length > room) lost(nudges.length - room, new Error('too many nudges wait for the queue'))
      for (const nudge of nudges.slice(0, room)) waiting.set(`${nudge.memberId} ${nudge.leaving}`, nudge)
      running ??= Promise.resolve().then(drain)
    },
    idle: async () => {
      while (running !== null) await running
    },
  }
}
