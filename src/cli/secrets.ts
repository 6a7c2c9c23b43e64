import type { Command } from 'commander'
import { print, type CliContext } from './context.ts'
import { toTable } from './output.ts'

type Key = { id: string; seals: boolean; held: boolean; secrets: number }

/** Secrets at rest and the keys that they are sealed under. */
export function addSecretCommands(program: Command, context: CliContext): void {
  const { client, out } = context
  const secrets = program.command('secrets').description('secrets at rest, and the keys they are sealed under')
  secrets
    .command('status')
    .description('which keys are in use, and how many secrets lie under each')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const answer = await client.call<{ keys: Key[] }>('GET', '/secrets')
      print(out, options, answer, () =>
        toTable(
          answer.keys.map(({ id, secrets: count, ...key }) => ({ key: id, state: stateOf(key), secrets: count })),
          ['key', 'state', 'secrets'],
        ),
      )
    })
  secrets
    .command('rotate')
    .description('bring all secrets at rest under the first key of SECRET_KEY')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const done = await client.call<{ keyId: string; resealed: number }>('POST', '/secrets/rotate')
      const { keyId, resealed } = done
      const sealed = resealed === 0 ? 'Nothing lay under another key' : `Sealed anew: ${resealed}`
      print(out, options, done, () => `${sealed}. All secrets are under the key ${keyId}; other keys may go.`)
    })
}

function stateOf({ seals, held }: Pick<Key, 'seals' | 'held'>): string {
  return seals ? 'seals' : held ? 'opens' : 'missing'
}
