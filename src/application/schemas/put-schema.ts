import { canonicalJson } from '../../domain/directory-user.ts'
import { AppError } from '../../domain/errors.ts'
import { overlap, sameUrn, type ExtensionSchema } from '../../domain/extension-schema.ts'
import { requireNoSourceLost } from '../connections/profile-sources.ts'
import { requireMayJudgePeople } from '../access/require-may-reach.ts'
import type { AccessNeeds } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { hasUnique } from './hold-schemas.ts'
import { requireSchema } from './parse-schema.ts'
import { surveyStored, type Obstacle, type Survey } from './survey.ts'

type Needs = AccessNeeds & Pick<Ports, 'unitOfWork'>
/** With `preview` nothing is written: the answer says what would be. */
export type PutSchema = { accountId: string; urn: string; document: unknown; preview?: boolean | undefined }

/**
 * What a put came to. `resources` have something under the URN, `lacking` of them lack something required, and `obstacles`
 * say what would not fit: with one of them nothing is written.
 */
export type SchemaPut = Pick<Survey, 'resources' | 'lacking' | 'obstacles'> & {
  readonly schema: ExtensionSchema
  readonly outcome: 'created' | 'changed' | 'unchanged'
}

const mostSchemas = 20

/**
 * Gives an account an extension schema, or changes it. What directories have told already has to fit it. Whoever writes
 * with the schema meanwhile is waited for, and what is sent after that is read by the new one.
 */
export async function putSchema(ports: Needs, op: Operation, command: PutSchema): Promise<SchemaPut> {
  await requireMayJudgePeople(ports, op, command.accountId)
  const { accountId, urn, document, preview = false } = command
  const schema = requireSchema(document)
  if (!sameUrn(urn, schema.id))
    throw new AppError('invalid_input', `id: the document is of "${schema.id}"; put it under that URN, not "${urn}"`)
  return ports.unitOfWork(async (tx) => {
    const { list } = await tx.schemas.lock(accountId)
    const before = list.find(({ id }) => sameUrn(id, schema.id))
    requireRoom(list, before, schema)
    const connections = await tx.connections.ofAccount(accountId)
    requireNoSourceLost(connections, schema.id, schema)
    const survey = await surveyStored(
      tx,
      connections.map(({ id }) => id),
      schema,
    )
    const outcome =
      before === undefined ? 'created' : canonicalJson(before) === canonicalJson(schema) ? 'unchanged' : 'changed'
    const { resources, lacking, obstacles } = survey
    const put: SchemaPut = { schema, outcome, resources, lacking, obstacles }
    if (preview || outcome === 'unchanged') return put
    if (obstacles.length > 0) throw unfit(schema, obstacles)
    await write(ports, op, tx, { accountId, before, put, survey })
    return put
  })
}

function requireRoom(
  list: readonly ExtensionSchema[],
  before: ExtensionSchema | undefined,
  after: ExtensionSchema,
): void {
  const others = list.filter((each) => each !== before)
  const near = others.find(({ id }) => overlap(id, after.id))
  if (near !== undefined)
    throw new AppError(
      'conflict',
      `"${after.id}" and "${near.id}" begin alike, so that a path could mean either; rename one`,
    )
  if (others.length >= mostSchemas)
    throw new AppError('conflict', `an account has at most ${mostSchemas} extension schemas; remove one first`)
  if (before === undefined) return
  if (before.id !== after.id)
    throw new AppError('conflict', `the schema is called "${before.id}": keep that spelling, as what is stored has it`)
  if (before.resourceType !== after.resourceType)
    throw new AppError(
      'conflict',
      `resourceType: the schema is one of ${before.resourceType}s; use another URN for ${after.resourceType}s`,
    )
}

function unfit({ id }: ExtensionSchema, obstacles: readonly Obstacle[]): AppError {
  const problems = obstacles.slice(0, 20).map(({ path, why, count, example }) => ({
    path,
    message: `${why}: ${count} of the stored resources, ${example} the first`,
  }))
  const told = problems.map(({ path, message }) => `${path} ${message}`).join('; ')
  const mend = 'keep the former type and give the new one another name, or let the directory correct what it has sent'
  return new AppError('conflict', `what is stored under "${id}" does not fit: ${told}; ${mend}`, { problems })
}

type Written = { accountId: string; before: ExtensionSchema | undefined; put: SchemaPut; survey: Survey }

async function write(ports: Needs, op: Operation, tx: Tx, { accountId, before, put, survey }: Written): Promise<void> {
  const { schema, outcome, resources } = put
  const now = ports.clock.now()
  await tx.schemas.put(accountId, schema, now)
  if (hasUnique(schema) || (before !== undefined && hasUnique(before)))
    for (const [connectionId, rows] of survey.unique) await tx.uniques.reset(connectionId, schema.id, rows)
  const detail = { outcome, resourceType: schema.resourceType, attributes: schema.attributes.length, resources }
  await tx.audit.record(op, { action: 'schema.put', accountId, target: schema.id, detail }, now)
}
