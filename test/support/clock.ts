/** A clock that tests move; SQLite reads it, PostgreSQL adds its shift to its own. */
export type TestClock = {
  now(): number
  shiftMs(): number
  advance(ms: number): void
  /** Stands still for Joinery while something is done. */
  still<T>(during: () => Promise<T>): Promise<T>
}

export function createClock(): TestClock {
  let shift = 0
  let at: number | null = null
  return {
    now: () => (at ?? Date.now()) + shift,
    shiftMs: () => shift,
    advance: (ms) => {
      shift += ms
    },
    async still(during) {
      at = Date.now()
      try {
        return await during()
      } finally {
        at = null
      }
    },
  }
}
