import type { ExtensionSchema } from '../../domain/extension-schema.ts'
import { misfitsOf, missingFrom, uniqueValuesOf, type Misfit, type UniqueValue } from '../../domain/extension-values.ts'
import type { Tx } from '../ports.ts'

/** Something that keeps stored values from fitting a schema: how many resources have it, and the first of them. */
export type Obstacle = Misfit & { readonly count: number; readonly example: string }

/** How stored resources fit a schema. `unique` has what has to be kept for each connection. */
export type Survey = {
  /** Resources that have something under the URN. */
  readonly resources: number
  /** Those of them that lack something required, which counts when they are written next. */
  readonly lacking: number
  readonly obstacles: readonly Obstacle[]
  readonly unique: ReadonlyMap<string, readonly (UniqueValue & { readonly resourceId: string })[]>
}

const slice = 500

/** Looks at each stored resource of an account that has something under the URN of a schema. */
export async function surveyStored(
  tx: Pick<Tx, 'schemas'>,
  connectionIds: readonly string[],
  schema: ExtensionSchema,
): Promise<Survey> {
  const obstacles = new Map<string, Obstacle>()
  const unique = new Map<string, (UniqueValue & { resourceId: string })[]>()
  let [resources, lacking] = [0, 0]
  for (const connectionId of connectionIds) {
    const taken = new Set<string>()
    const kept: (UniqueValue & { resourceId: string })[] = []
    for await (const { id, attributes } of all(tx, connectionId, schema)) {
      resources += 1
      if (missingFrom(schema, attributes[schema.id]).length > 0) lacking += 1
      const values = uniqueValuesOf([schema], attributes)
      const doubled = values.filter(({ attribute, key }) => taken.has(`${attribute}\n${key}`))
      for (const { attribute, key } of values) taken.add(`${attribute}\n${key}`)
      for (const value of values) kept.push({ ...value, resourceId: id })
      const why = doubled.map(({ attribute }) => ({ path: attribute.slice(schema.id.length + 1), why: shared }))
      for (const misfit of [...misfitsOf(schema, attributes[schema.id]), ...why]) note(obstacles, misfit, id)
    }
    unique.set(connectionId, kept)
  }
  return { resources, lacking, obstacles: [...obstacles.values()], unique }
}

const shared = 'has a value that another resource of the connection has'

async function* all(tx: Pick<Tx, 'schemas'>, connectionId: string, { id: urn, resourceType }: ExtensionSchema) {
  for (let after = ''; ;) {
    const part = await tx.schemas.having({ connectionId, resourceType, urn }, { after, limit: slice })
    for (const resource of part) if (Object.hasOwn(resource.attributes, urn)) yield resource
    if (part.length < slice) return
    after = part.at(-1)?.id ?? ''
  }
}

function note(obstacles: Map<string, Obstacle>, misfit: Misfit, id: string): void {
  const key = `${misfit.path}\n${misfit.why}`
  const before = obstacles.get(key)
  obstacles.set(key, { ...misfit, count: (before?.count ?? 0) + 1, example: before?.example ?? id })
}
