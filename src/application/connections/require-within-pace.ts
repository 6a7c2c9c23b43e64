import { AppError } from '../../domain/errors.ts'
import { effectiveRateLimit, isWithin, type OwnRateLimit } from '../../domain/rate-limit.ts'
import type { Permitted } from '../access/require-may.ts'
import type { Ports } from '../ports.ts'

/** Refuses a member who would let his IdP ask for more than the deployment lets each connection: that is the operator's. */
export function requireWithinPace(
  { scimPace }: Pick<Ports, 'scimPace'>,
  { kind }: Pick<Permitted, 'kind'>,
  own: OwnRateLimit | null,
): void {
  if (kind === 'operator' || scimPace === null || isWithin(effectiveRateLimit(own, scimPace), scimPace)) return
  const { perSecond, burst } = scimPace
  const most = `at most ${perSecond} requests a second and ${burst} at once, as this deployment gives each connection`
  const message = `must be ${most}; ask the operator for more, or for no limit (0)`
  throw new AppError('forbidden', `rateLimit: ${message}`, {
    rule: 'operator_only',
    problems: [{ path: 'rateLimit', message }],
  })
}
