import { z } from 'zod'
import { id, instant, text } from './common.ts'

export const accountAnswer = z
  .strictObject({
    ...{ id, name: text, catalog: id, parent: id.nullable(), level: id.nullable(), entitlements: z.array(text) },
    ...{ suspendedAt: instant.nullable(), stopped: z.boolean(), createdAt: instant },
  })
  .meta({ id: 'Account' })
/** Of one’s own account `parent` is left out: it lies above. */
export const accountShown = accountAnswer.partial({ parent: true }).meta({ id: 'AccountShown' })
export const accountCreated = accountAnswer.extend({ ownerId: id.nullable() }).meta({ id: 'AccountCreated' })

export const exampleAccount = {
  id: '01a20d9b-5386-…',
  name: 'Acme Ltd',
  catalog: 'plivo',
  parent: null,
  level: 'account',
  entitlements: ['role-management'],
  suspendedAt: null,
  stopped: false,
  createdAt: '2026-11-24T12:50:12.998Z',
}
