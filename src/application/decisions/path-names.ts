import type { GrantPath, GroupPath, ProfilePath } from '../../domain/resolve.ts'
import type { Ports } from '../ports.ts'
import type { StepFacts } from './path-views.ts'

/**
 * `gone`: those of its steps that are not there any more, by their ids: a connection that was retired, a group that the IdP
 * removed, a mapping that was taken away. What is stored of a member who lags may lead through such a step until a worker has
 * been there.
 */
type Told = { readonly connectionName: string | null; readonly gone?: readonly string[] }

/** A path with what people call its steps, beside their ids; a name is null where nobody knows it any more. */
export type NamedPath =
  | (GroupPath & Told & { readonly groupName: string | null; readonly viaNames?: readonly (string | null)[] })
  | (ProfilePath & Told)
  | { readonly assignment: string }

/** How to name these paths, by one look at all of them. */
export async function namerOf(
  { views }: Pick<Ports, 'views'>,
  paths: readonly GrantPath[],
): Promise<(path: GrantPath) => NamedPath> {
  const byDirectory = paths.flatMap((path) => ('assignment' in path ? [] : [path]))
  const byGroup = byDirectory.flatMap((path) => ('group' in path ? [path] : []))
  if (byDirectory.length === 0) return (path) => path as NamedPath
  const steps = await views.stepsOf({
    connections: [...new Set(byDirectory.map(({ connection }) => connection))],
    groups: [...new Set(byGroup.flatMap(({ group, via = [] }) => [group, ...via]))],
    mappings: [...new Set(byGroup.map(({ mapping }) => mapping))],
  })
  return (path) => named(path, steps)
}

function named(path: GrantPath, steps: StepFacts): NamedPath {
  if ('assignment' in path) return path
  const connectionName = steps.connections.get(path.connection)?.name ?? null
  const left = goneOf(path, steps)
  const gone = left.length === 0 ? {} : { gone: left }
  if ('attribute' in path) return { ...path, connectionName, ...gone }
  const { connection, via, group, mapping } = path
  const nameOf = (id: string): string | null => steps.groups.get(id)?.name ?? null
  return {
    ...{ connection, connectionName },
    ...(via === undefined ? {} : { via, viaNames: via.map(nameOf) }),
    ...{ group, groupName: nameOf(group), mapping, ...gone },
  }
}

function goneOf(path: GroupPath | ProfilePath, { connections, groups, mappings }: StepFacts): string[] {
  const { group = [], via = [], mapping = [] } = 'group' in path ? path : {}
  return [
    ...[path.connection].filter((id) => connections.get(id)?.present !== true),
    ...[...via, group].flat().filter((id) => groups.get(id)?.present !== true),
    ...[mapping].flat().filter((id) => !mappings.has(id)),
  ]
}
