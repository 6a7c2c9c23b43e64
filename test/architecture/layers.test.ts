import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('every import keeps the layer rules', () => {
  const args = [
    'depcruise',
    '--config',
    'test/architecture/layers.cjs',
    '--output-type',
    'err',
    'src',
    'workers',
    'test',
  ]
  const { status, stdout, stderr } = spawnSync('npx', args, { encoding: 'utf8' })
  expect(`${stdout}${stderr}`).toContain('no dependency violations found')
  expect(status).toBe(0)
})
