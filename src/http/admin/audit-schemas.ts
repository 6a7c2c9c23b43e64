import { z } from 'zod'
import { word, yesOrNo } from './schemas.ts'

const place = z.coerce
  .number('must be the number of a line')
  .int('must be the number of a line')
  .min(0, 'must be at least 0')
  .max(Number.MAX_SAFE_INTEGER)

export const exportQuery = z.strictObject({ after: place.default(0), personal: yesOrNo.default(false) })
export const erasureBody = z.strictObject({ member: word })
export const rotationBody = z.strictObject({ lost: z.boolean('must be true or false').optional() })
