import { afterAll, beforeAll, expect } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { createTenant, type Tenant } from './api.ts'
import { startJoinery, testSecrets, type Joinery } from './joinery.ts'

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

/** A service with one connection for one suite, and the commands of its operator. */
export function useAdminCli() {
  let joinery: Joinery
  let tenant: Tenant
  beforeAll(async () => {
    joinery = await startJoinery()
    tenant = await createTenant(joinery.api)
  })
  afterAll(() => joinery.close())
  const run = (...args: string[]): Promise<Ran> => runCli(joinery.url, args)
  const account = (): string[] => ['--account', tenant.accountId]
  return {
    ...{ run, account },
    get joinery() {
      return joinery
    },
    get tenant() {
      return tenant
    },
    connection: (): string[] => [...account(), '--connection', tenant.connectionId],
    /** A command that works: its text, and what it says as JSON. */
    async both<T = any>(...args: string[]): Promise<{ text: string; json: T }> {
      const [plain, json] = [await run(...args), await run(...args, '--json')]
      for (const { status, err } of [plain, json]) expect({ args, status, err }).toEqual({ args, status: 0, err: '' })
      return { text: plain.out, json: JSON.parse(json.out) as T }
    },
  }
}
