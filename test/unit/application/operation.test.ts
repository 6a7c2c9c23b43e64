import { describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/domain/actor.ts'
import { authorize } from '../../../src/application/operation.ts'

const gateway: Actor = { kind: 'gateway', gatewayId: '1', accountId: null }
const refused = (actor: Actor) => () => authorize({ actor, id: 'op' }, { verb: 'operate' })

describe('what the operator alone may do', () => {
  it('is refused to people and their keys with whom to turn to', () => {
    for (const actor of [
      { kind: 'member', accountId: '1', memberId: '1' },
      { kind: 'key', accountId: '1', keyId: '1', memberId: null },
    ] as const)
      expect(refused(actor)).toThrow('the operator of the platform alone may do that; ask whoever runs it')
  })

  it('is refused to other credentials as nothing of theirs', () => {
    expect(refused(gateway)).toThrow('this credential may not do that here')
  })
})
