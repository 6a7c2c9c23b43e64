import { levelOf } from '../../domain/account.ts'
import { capabilityType, denialOf, type DenialReason } from '../../domain/decision.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import { findSubject, type SubjectHere } from './find-subject.ts'
import {
  accountIdOf,
  allowed,
  denied,
  type Action,
  type Decision,
  type Properties,
  type Question,
  type Resource,
} from './question.ts'

type Needs = Pick<Ports, 'views' | 'catalogs' | 'clock'>

/**
 * May somebody do something with a capability of an account? It reads what is committed now and waits for no worker;
 * whatever is not known is a no with its reason.
 */
export async function evaluate(ports: Needs, op: Operation, question: Question): Promise<Decision> {
  authorize(op, { verb: 'decide' })
  const accountId = accountIdOf(op.actor, question.resource)
  if (typeof accountId !== 'string') return accountId
  const subject = await findSubject(ports, op.actor, question.subject, accountId)
  if ('decision' in subject) return subject
  const reason = denialFor(subject, question)
  return reason === null ? allowed : denied(reason)
}

/** What a question tells, with the subject as far as it is told of. */
export type Asked = {
  readonly subject: { readonly properties: Properties }
  readonly action: Action
  readonly resource: Resource
}

export function denialFor(
  { catalog, held, account }: SubjectHere,
  { subject, action, resource }: Asked,
): DenialReason | null {
  if (!isResourceType(catalog, resource.type)) return 'unknown_resource'
  const told = { subject: subject.properties, resource: resource.properties, action: action.properties }
  const need = { capability: resource.id, access: action.name }
  return denialOf(catalog, held, levelOf(catalog, account), need, told)
}

export function isResourceType({ resourceType }: SubjectHere['catalog'], type: string): boolean {
  return type === capabilityType || type === resourceType
}
