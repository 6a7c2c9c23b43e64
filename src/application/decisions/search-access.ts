import { accessWords } from '../../domain/access-vocabulary.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { denialFor, isResourceType } from './evaluate.ts'
import { findSubject, type SubjectHere } from './find-subject.ts'
import { accountIdOf, type Action, type Resource, type Subject } from './question.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock'>
type Asked = { readonly subject: Subject; readonly resource: Resource }

/** The capabilities that somebody may do something with, in the catalog's order; of who or what is not known, none. */
export async function searchResources(
  ports: Needs,
  op: Operation,
  asked: Asked & { readonly action: Action },
): Promise<string[]> {
  authorize(op, { verb: 'decide' })
  const subject = await subjectOf(ports, op, asked)
  if (subject === null || !isResourceType(subject.catalog, asked.resource.type)) return []
  const { action, resource } = asked
  return subject.catalog.capabilities
    .map(({ id }) => id)
    .filter((id) => denialFor(subject, { subject: asked.subject, action, resource: { ...resource, id } }) === null)
}

/** What somebody may do with a capability: verbs or levels, in the catalog's order. */
export async function searchActions(ports: Needs, op: Operation, asked: Asked): Promise<string[]> {
  authorize(op, { verb: 'decide' })
  const subject = await subjectOf(ports, op, asked)
  if (subject === null) return []
  return accessWords(subject.catalog.access).filter(
    (name) => denialFor(subject, { ...asked, action: { name, properties: {} } }) === null,
  )
}

async function subjectOf(ports: Needs, op: Operation, { subject, resource }: Asked): Promise<SubjectHere | null> {
  const accountId = accountIdOf(op.actor, resource)
  if (typeof accountId !== 'string') return null
  const found = await findSubject(ports, op.actor, subject, accountId)
  return 'decision' in found ? null : found
}
