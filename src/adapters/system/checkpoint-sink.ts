import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CheckpointSink } from '../../application/audit/audit-log.ts'
import { canonicalText } from '../../domain/canonical-json.ts'

/** A file that is only ever added to: one checkpoint on each line, on the disk when `append` returns. */
export function createFileSink(file: string): CheckpointSink {
  return {
    async append(statements) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      const handle = await open(file, 'a', 0o600)
      try {
        await handle.writeFile(statements.map((statement) => `${canonicalText(statement)}\n`).join(''))
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}
