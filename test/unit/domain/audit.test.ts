import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { auditActions, differences, hidePersonal, showPersonal } from '../../../src/domain/audit.ts'

describe('audit lines', () => {
  it('keep no personal value, at whatever depth, and give each back by its mark', () => {
    const kept = new Map<string, unknown>()
    const hide = (value: unknown): string => {
      const digest = `digest-${kept.size}`
      kept.set(digest, value)
      return digest
    }
    const told = { userName: 'jane', active: true, email: null, owner: { email: 'jane@corp.example', role: 'owner' } }
    const hidden = hidePersonal(told, hide)
    expect(hidden).toEqual({
      userName: { personal: 'digest-0' },
      active: true,
      email: null,
      owner: { email: { personal: 'digest-1' }, role: 'owner' },
    })
    expect(showPersonal(hidden, kept)).toEqual(told)
    kept.delete('digest-1')
    expect(showPersonal(hidden, kept)).toMatchObject({ owner: { email: { erased: true }, role: 'owner' } })
  })

  it('say what differs, and leave out what does not', () => {
    const before = { name: 'a', list: [1], same: { x: 1 } }
    const after = { name: 'b', list: [1, 2], same: { x: 1 } }
    expect(differences(before, after, ['name', 'list', 'same'])).toEqual({
      before: { name: 'a', list: [1] },
      after: { name: 'b', list: [1, 2] },
    })
  })

  it('are written for every action of the closed list by some verb or by the propagation', () => {
    const texts = ['src/application', 'src/adapters/db'].flatMap(sourcesIn).join('\n')
    const unwritten = Object.keys(auditActions).filter((action) => !texts.includes(`'${action}'`))
    expect(unwritten).toEqual([])
  })
})

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('migrations'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}
