/** A tenant of the platform, living under one role catalog. `epoch` counts changes that touch all its members at once. */
export type Account = {
  readonly id: string
  readonly name: string
  readonly catalog: string
  readonly epoch: number
  readonly createdAt: number
}
