import type { PeopleAround, PersonAround, RetirementFacts, RetiringFrom } from './retirement-store.ts'

/** What is asked about the people of one connection: those of its directory, and those who sign in by it in its own account. */
export type ConnectionViews = {
  /** Every role that one of them is stored for, by whatever way he came to it. */
  rolesOfPeople(connectionId: string): Promise<string[]>
  /** Every role that a member of the account is stored for, his present life alone. */
  rolesInAccount(accountId: string): Promise<string[]>
  /** What would end if the connection were retired at this instant (epoch milliseconds). */
  retirementFacts(connectionId: string, now: number): Promise<RetirementFacts>
  /** Who is active in its account, and who of them would leave. */
  retirementPeople(from: RetiringFrom, slice: Parameters<PeopleAround>[0]): Promise<PersonAround[]>
}
