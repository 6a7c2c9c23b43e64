import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)

it('a command whose reader has seen enough ends without a word', async () => {
  const command = `"${process.execPath}" --import tsx src/cli/main.ts openapi | head -n 1`
  const { stdout, stderr } = await run('bash', ['-c', `set -o pipefail; ${command}`])
  expect([stdout, stderr]).toEqual(['{\n', ''])
})
