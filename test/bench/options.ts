import { parseArgs } from 'node:util'
import { setups, type Setup } from './setups.ts'

export const measureNames = [
  'creates',
  'lag',
  'sync',
  'groups',
  'leaver',
  'lists',
  'kill-switch',
  'decisions',
  'catalog-change',
] as const
export type MeasureName = (typeof measureNames)[number]
export type Options = { scale: number; only: readonly MeasureName[]; setups: readonly Setup[]; json: string | null }

export const usage = `npm run bench -- [--scale 0.1] [--only ${measureNames.join(',')}] [--setups ${setups
  .map(({ name }) => name)
  .join(',')}] [--json FILE]`

export function readOptions(argv: string[]): Options {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args: argv, options: { scale: text, only: text, setups: text, json: text } })
  const scale = Number(values.scale ?? 1)
  if (!(scale > 0 && scale <= 10)) throw new Error(`--scale must be a number above 0, up to 10\n${usage}`)
  const only = chosen('--only', values.only, measureNames)
  const names = chosen(
    '--setups',
    values.setups,
    setups.map(({ name }) => name),
  )
  return { scale, only, setups: setups.filter(({ name }) => names.includes(name)), json: values.json ?? null }
}

function chosen<T extends string>(flag: string, given: string | undefined, known: readonly T[]): readonly T[] {
  const named = given?.split(',') ?? known
  const unknown = named.filter((each) => !known.some((name) => name === each))
  if (unknown.length > 0) throw new Error(`${flag}: there is no ${unknown.join(', ')}\n${usage}`)
  return known.filter((name) => named.includes(name))
}
