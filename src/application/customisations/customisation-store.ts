import type { Customisation } from '../../domain/customisation.ts'

/** Customised permissions, at most one row for each member; whoever changes one holds the member's row. */
export type Customisations = {
  /** That of the member's present life or of a former one. */
  find(memberId: string): Promise<Customisation | undefined>
  put(customisation: Customisation): Promise<void>
  remove(memberId: string): Promise<void>
}
export type CustomisationViews = {
  customisation(memberId: string): Promise<Customisation | undefined>
}
