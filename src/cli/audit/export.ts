import { once } from 'node:events'
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { sha256Hex, verifySignature } from '../../adapters/system/ed25519.ts'
import { createVerifier } from '../../domain/audit-verify.ts'
import { CliError } from '../client.ts'
import type { CliContext } from '../context.ts'
import { linesOf } from '../lines.ts'
import { wholeNumber } from '../whole-number.ts'
import { logPath } from './log-path.ts'
import { counted } from '../output.ts'

export type ExportOptions = { account?: string; out?: string; after: string; personal?: boolean }

/**
 * Writes an export as it comes, checks it on the way, and puts it in its place when it is whole: a file under its own name is
 * one that was verified.
 */
export async function exportLog({ client, out }: CliContext, options: ExportOptions): Promise<void> {
  const after = wholeNumber(options.after, '--after', 0)
  if (options.out !== undefined && existsSync(options.out))
    throw new CliError(`${options.out} exists already; name another file, so that no export is lost`, 2)
  const query = `after=${after}&personal=${options.personal === true}`
  const pieces = await client.stream(`${logPath(options.account)}/export?${query}`)
  const verifier = createVerifier({ sha256: sha256Hex, verify: verifySignature }, { keys: null, checkpoints: [] })
  const target = options.out === undefined ? printing(out) : intoFile(options.out)
  try {
    for await (const { text, ended } of linesOf(pieces)) {
      verifier.take(text, ended)
      await target.write(text ?? '')
    }
    const { faults, from, to, lines, key, account } = verifier.end()
    const [fault] = faults
    if (fault !== undefined) throw new CliError(`the export is not whole: its line ${fault.at} ${fault.why}`)
    await target.end()
    if (options.out === undefined) return
    out.line(
      `${options.out} has ${counted(lines, 'line')}, ${from} to ${to}, of ${account}; it is signed with key ${key}.`,
    )
  } catch (error) {
    await target.drop()
    throw error
  }
}

type Target = { write(line: string): Promise<void>; end(): Promise<void>; drop(): Promise<void> }

function printing(out: CliContext['out']): Target {
  const nothing = (): Promise<void> => Promise.resolve()
  return { write: (line) => Promise.resolve(out.line(line)), end: nothing, drop: nothing }
}

function intoFile(file: string): Target {
  const part = `${file}.part`
  const stream = createWriteStream(part, { mode: 0o600 })
  const failed = new Promise<never>((_, reject) => {
    stream.once('error', (error) => reject(new CliError(`${file} cannot be written: ${error.message}`)))
  })
  failed.catch(() => undefined) // told by whichever write comes next
  return {
    async write(line) {
      if (!stream.write(`${line}\n`)) await Promise.race([once(stream, 'drain'), failed])
    },
    async end() {
      stream.end()
      await Promise.race([finished(stream), failed])
      renameSync(part, file)
    },
    async drop() {
      stream.destroy()
      await finished(stream).catch(() => undefined)
      rmSync(part, { force: true })
    },
  }
}
