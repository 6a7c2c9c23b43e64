import type { Customer, MemberItem } from './admin.ts'
import type { Played } from './play-step.ts'
import type { Day, Step } from './week.ts'

/** A step, what came of it, and the member behind it before that day and after. */
export type Happening = Played & {
  readonly day: Day
  readonly customer: Customer
  readonly step: Step
  readonly before: MemberItem | undefined
  readonly after: MemberItem | undefined
}
