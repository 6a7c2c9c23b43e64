import { z } from 'zod'
import { doors } from '../../domain/audit.ts'
import { actionNames } from './answers/audit.ts'
import { instant, listQuery, pageLimit, storable, yesOrNo } from './schemas.ts'

const word = storable.min(1, 'must not be empty').max(200, 'must have at most 200 characters')
const place = z.coerce
  .number('must be the number of a line')
  .int('must be the number of a line')
  .min(0, 'must be at least 0')
  .max(Number.MAX_SAFE_INTEGER)

export const auditQuery = listQuery.extend({
  actor: word.optional(),
  action: z.enum(actionNames, 'must be one of the actions in docs/reference/audit-log.md').optional(),
  target: word.optional(),
  member: word.optional(),
  door: z.enum(doors, `must be one of: ${doors.join(', ')}`).optional(),
  since: instant.optional(),
  until: instant.optional(),
})
export const checkpointsQuery = z.strictObject({ limit: pageLimit, after: place.optional() })
export const exportQuery = z.strictObject({ after: place.default(0), personal: yesOrNo.default(false) })
export const erasureBody = z.strictObject({ member: word })
export const rotationBody = z.strictObject({ lost: z.boolean('must be true or false').optional() })
