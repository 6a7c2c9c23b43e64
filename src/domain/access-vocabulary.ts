/** A name for a program and a name for a person. */
export type Labelled = { readonly id: string; readonly label: string }

/** An ordered scale: each level includes all below it. The lowest means no access. */
export type LevelScale = { readonly kind: 'levels'; readonly levels: readonly Labelled[] }

/** A set of verbs: holding one also gives those that it implies. `noAccess` is what an empty cell is called. */
export type VerbSet = {
  readonly kind: 'verbs'
  readonly noAccess: string
  readonly verbs: readonly (Labelled & { readonly implies: readonly string[] })[]
}

/** The words in which a catalog says how much access a cell of its table gives. */
export type AccessVocabulary = LevelScale | VerbSet

/** A cell of the platform's table as written there: some verbs, or one level. Empty is no access. */
export type Cell = readonly string[]

/** Every word that gives something, in the catalog's order: the lowest level of a scale is not among them. */
export function accessWords(vocabulary: AccessVocabulary): readonly string[] {
  const words = vocabulary.kind === 'levels' ? vocabulary.levels.slice(1) : vocabulary.verbs
  return words.map((word) => word.id)
}

/** What a cell comes to once lower levels and implied verbs are counted in, in the catalog's order. */
export function expandCell(vocabulary: AccessVocabulary, cell: Cell): readonly string[] {
  const words = accessWords(vocabulary)
  if (vocabulary.kind === 'levels') return words.slice(0, Math.max(0, ...cell.map((level) => words.indexOf(level) + 1)))
  const held = withImplied(vocabulary, cell)
  return words.filter((verb) => held.has(verb))
}

function withImplied(vocabulary: VerbSet, cell: Cell): ReadonlySet<string> {
  const held = new Set(cell)
  // A set may grow while it is walked: each verb added is visited in turn, once.
  for (const verb of held) {
    for (const implied of vocabulary.verbs.find(({ id }) => id === verb)?.implies ?? []) held.add(implied)
  }
  return held
}
