import { z } from 'zod'
import type { ShownCustomisation } from '../../../application/customisations/find-customisation.ts'
import { id, instant, text } from './common.ts'
import { isoOrNull } from '../iso.ts'

const cells = z.record(id, z.array(text))

export const customisationAnswer = z
  .strictObject({
    ...{ member: id, customised: z.boolean(), roles: z.array(id) },
    ...{ setBy: text.nullable(), setAt: instant.nullable(), permissions: cells },
    withheld: cells.describe('What the roles give and the member is not let have.'),
    beyondRole: cells.describe('What the member was let have and the roles give no more.'),
  })
  .meta({ id: 'Customisation' })

export function presentCustomisation({ memberId, setAt, ...shown }: ShownCustomisation) {
  return { member: memberId, ...shown, setAt: isoOrNull(setAt) }
}

export const exampleCustomisation = {
  ...{ member: '01a20d9b-8cfd-…', customised: true, roles: ['ac_rw'] },
  ...{ setBy: 'operator', setAt: '2026-11-24T12:50:27.703Z' },
  permissions: { 'call-flows': ['read'], profiles: ['full'] },
  withheld: { 'call-flows': ['full'], 'analytical-data-and-reports': ['full'] },
  beyondRole: {},
}
