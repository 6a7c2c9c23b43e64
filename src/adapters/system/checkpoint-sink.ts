import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CheckpointSink } from '../../application/audit/audit-log.ts'
import { canonicalText } from '../../domain/canonical-json.ts'

/**
 * A file that is only ever added to: one checkpoint on each line, on the disk when `append` returns. Half a line that a killed
 * process left stays by itself; what it was of is written again.
 */
export function createFileSink(file: string): CheckpointSink {
  return {
    async append(statements) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      const handle = await open(file, 'a+', 0o600)
      try {
        const begin = (await endsInALine(handle)) ? '' : '\n'
        await handle.writeFile(begin + statements.map((statement) => `${canonicalText(statement)}\n`).join(''))
        await handle.sync()
      } finally {
        await handle.close()
      }
    },
  }
}

async function endsInALine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat()
  if (size === 0) return true
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer.toString() === '\n'
}
