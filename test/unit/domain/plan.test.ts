import { describe, expect, it } from 'vitest'
import { planGrants, rolesMoved } from '../../../src/domain/plan.ts'
import type { Grant, GrantPath } from '../../../src/domain/resolve.ts'

const path: GrantPath = { connection: 'c', group: 'g', mapping: 'm' }
const grant = (role: string, source: Grant['source'] = 'directory', ...paths: GrantPath[]): Grant => ({
  role,
  source,
  paths: paths.length === 0 ? [path] : paths,
})
const moved = (stored: Grant[], wanted: Grant[]) => rolesMoved(planGrants(stored, wanted), stored, wanted)

describe('a plan', () => {
  it('is empty where what is stored is what should be', () => {
    const grants = [grant('admin'), grant('admin', 'manual', { assignment: 'a' })]
    expect(planGrants(grants, structuredClone(grants))).toEqual({ removed: [], set: [] })
  })

  it('does not mind in which order a path names its parts', () => {
    const stored = [grant('admin', 'directory', { mapping: 'm', group: 'g', connection: 'c' })]
    expect(planGrants(stored, [grant('admin')])).toEqual({ removed: [], set: [] })
  })

  it('removes what should not be and sets what is missing', () => {
    expect(planGrants([grant('admin')], [grant('support')])).toEqual({
      removed: [grant('admin')],
      set: [grant('support')],
    })
    expect(planGrants([], [grant('admin')])).toEqual({ removed: [], set: [grant('admin')] })
    expect(planGrants([grant('admin')], [])).toEqual({ removed: [grant('admin')], set: [] })
  })

  it('tells a role by its source: the same role from another source is another grant', () => {
    const manual = grant('admin', 'manual', { assignment: 'a' })
    expect(planGrants([grant('admin')], [manual])).toEqual({ removed: [grant('admin')], set: [manual] })
  })

  it('sets a grant again whose paths have moved', () => {
    const wider = grant('admin', 'directory', path, { connection: 'c', group: 'g2', mapping: 'm2' })
    expect(planGrants([grant('admin')], [wider])).toEqual({ removed: [], set: [wider] })
  })
})

describe('the roles that a plan moves', () => {
  it('are those won and lost, in order, each once', () => {
    expect(moved([grant('b'), grant('a')], [grant('d'), grant('c')])).toEqual({ gained: ['c', 'd'], lost: ['a', 'b'] })
  })

  it('leave out a role that only changes its source or its paths', () => {
    expect(moved([grant('a')], [grant('a', 'manual', { assignment: 'x' })])).toEqual({ gained: [], lost: [] })
    expect(moved([grant('a')], [grant('a', 'directory', { assignment: 'x' })])).toEqual({ gained: [], lost: [] })
    expect(moved([grant('a'), grant('a', 'manual')], [grant('a')])).toEqual({ gained: [], lost: [] })
  })
})
