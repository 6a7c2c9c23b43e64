import type { Ground } from './setups.ts'

/** One line of the table, for one set-up. `met` is null where the figure has no aim. */
export type Row = { measure: string; aim: string; text: string; met: boolean | null }
export type Result = { rows: Row[]; data: object }

export type Measure = {
  /** What is measured and how, printed under the table. */
  how: (scale: number) => string
  run(ground: Ground, scale: number): Promise<Result>
}

/** A size of the full run, scaled; never below `least`, so that a quick run still measures something. */
export const scaled = (size: number, scale: number, least: number): number => Math.max(least, Math.round(size * scale))

export const count = (value: number): string => Math.round(value).toLocaleString('en-US')
export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : count(value)} ms`
export const seconds = (value: number): string => `${(value / 1000).toFixed(value < 10_000 ? 2 : 1)} s`
