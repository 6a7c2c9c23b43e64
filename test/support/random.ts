/** Where chance begins: the same in each run, so that a red one is of the change at hand. `SEED=7 npm test` looks elsewhere. */
export const seed = Number(process.env.SEED ?? 20_261_128)

/** A small seeded generator (mulberry32): a failed run is repeated by its seed. */
export type Random = { next(): number; int(below: number): number; pick<T>(items: readonly T[]): T }

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    int: (below) => Math.floor(next() * below),
    pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T,
  }
}
