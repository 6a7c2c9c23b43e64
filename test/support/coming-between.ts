import type { Ports } from '../../src/application/ports.ts'

export type Happening = () => Promise<unknown>
export type ComingBetween = {
  readonly wrapPorts: (ports: Ports) => Ports
  /** What happens once: after whoever asks next was let in, and before his transaction begins. */
  readonly once: (happening: Happening) => void
}

export function createComingBetween(): ComingBetween {
  let next: Happening | null = null
  return {
    once: (happening) => {
      next = happening
    },
    wrapPorts: (ports) => ({
      ...ports,
      unitOfWork: async (work) => {
        const first = next
        next = null
        await first?.()
        return ports.unitOfWork(work)
      },
    }),
  }
}
