import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CheckpointStatement } from '../../src/domain/audit-statement.ts'
import { startJoinery, type Joinery } from './joinery.ts'

type Started = Joinery & { sink: () => CheckpointStatement[] }

/** A service without workers, and what lies in the sink of its checkpoints. */
export async function startSealing(
  kind: 'sqlite' | 'postgres',
  options: Parameters<typeof startJoinery>[0] = {},
): Promise<Started> {
  const joinery = await startJoinery({ database: kind, workers: false, ...options })
  const file = join(joinery.database.folder, 'audit-checkpoints.jsonl')
  const sink = (): CheckpointStatement[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as CheckpointStatement)
  return { ...joinery, sink }
}
