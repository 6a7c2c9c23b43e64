type StepIds = {
  readonly connections: readonly string[]
  readonly groups: readonly string[]
  readonly mappings: readonly string[]
}

/** What the steps of paths are called, by their ids, and whether they are there. A mapping has no name. */
export type StepFacts = {
  readonly connections: ReadonlyMap<string, Named>
  readonly groups: ReadonlyMap<string, Named>
  readonly mappings: ReadonlySet<string>
}
type Named = { readonly name: string; readonly present: boolean }
export type PathViews = { stepsOf(ids: StepIds): Promise<StepFacts> }
