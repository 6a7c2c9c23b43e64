import type { Database } from '../../src/adapters/db/database.ts'

export const providers = 100
export const leavesEach = 99

type Row = { id: string; name: string; parent_id: string | null; level: string }

/** An id that tells where in the tree an account stands; those of one provider lie far apart. */
export const treeIds = {
  system: '0a000000-0000-7000-8000-000000000000',
  provider: (index: number): string => `0a000001-0000-7000-8000-${hex(index)}`,
  leaf: (provider: number, index: number): string =>
    `0a000002-${index.toString(16).padStart(4, '0')}-7000-8000-${hex(provider)}`,
}
const hex = (index: number): string => index.toString(16).padStart(12, '0')

/** A tree of 10,001 accounts under studio, written straight into the database: a system, its providers, theirs. */
export async function insertTree({ transaction }: Database): Promise<void> {
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index)
  const rows: Row[] = [
    { id: treeIds.system, name: 'system', parent_id: null, level: 'system' },
    ...numbers(providers).map((index) => ({
      ...{ id: treeIds.provider(index), name: `provider ${index}` },
      ...{ parent_id: treeIds.system, level: 'service-provider' },
    })),
    ...numbers(leavesEach).flatMap((index) =>
      numbers(providers).map((provider) => ({
        ...{ id: treeIds.leaf(provider, index), name: `leaf ${index} of ${provider}` },
        ...{ parent_id: treeIds.provider(provider), level: 'account' },
      })),
    ),
  ]
  await transaction(async ({ db, dialect, run }) => {
    const told = rows.map((row) => ({
      ...row,
      name_key: row.name,
      catalog: 'studio',
      epoch: 0,
      epoch_at: 1,
      created_at: 1,
    }))
    const columns = Object.keys(told[0] ?? {})
    const types = Object.fromEntries(
      columns.map((name) => [name, typeof told[0]?.[name as keyof Row] === 'number' ? 'bigint' : 'text'] as const),
    )
    const names = columns.join(', ')
    await run(
      db.raw(`insert into accounts (${names}) select ${names} from ?`, [dialect.recordset('told', types, told)]),
    )
  })
}
