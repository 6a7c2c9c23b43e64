import { createProgram } from '../../src/cli/program.ts'
import { testSecrets } from './joinery.ts'

/** The exit status, and what was printed on each stream. */
export type Ran = { readonly status: number; readonly out: string; readonly err: string }

/** `joinery …` in this process: as the operator of the server at `url`, unless the environment says otherwise. */
export async function runCli(url: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
  const lines: { out: string[]; err: string[] } = { out: [], err: [] }
  const program = createProgram(
    { JOINERY_URL: url, ADMIN_TOKEN: testSecrets.ADMIN_TOKEN, ...env },
    { line: (text) => void lines.out.push(text), error: (text) => void lines.err.push(text) },
  )
  const status = await program.run(['node', 'joinery', ...args])
  return { status, out: lines.out.join('\n'), err: lines.err.join('\n') }
}
