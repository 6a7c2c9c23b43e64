/** A clock that tests move; SQLite reads it, PostgreSQL adds its shift to its own. */
export type TestClock = { now(): number; shiftMs(): number; advance(ms: number): void }

export function createClock(): TestClock {
  let shift = 0
  return {
    now: () => Date.now() + shift,
    shiftMs: () => shift,
    advance: (ms) => {
      shift += ms
    },
  }
}
