import { z } from 'zod'
import { CliError } from '../client.ts'
import type { Group, Person } from './model.ts'

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

export const patchOf = (...operations: object[]): object => ({ schemas: [patchUrn], Operations: operations })

export type Answer = { readonly status: number; readonly body: unknown }
export type Send = (method: string, path: string, body?: object) => Promise<Answer>
export type Found = { readonly id: string; readonly active: boolean }

/** What an IdP does to a SCIM service, each in its vendor's own shapes. */
export type Idp = {
  /** What happens when the administrator tries the connection. */
  probe(): Promise<void>
  findUser(person: Person): Promise<Found | null>
  /** Sends the create and returns the answer, whatever it is. */
  createUser(person: Person): Promise<Answer>
  setActive(person: Person, active: boolean): Promise<void>
  updateProfile(person: Person): Promise<void>
  deleteUser(person: Person): Promise<void>
  findGroup(group: Group): Promise<Found | null>
  createGroup(group: Group): Promise<Answer>
  addMembers(group: Group, people: readonly Person[]): Promise<void>
  removeMembers(group: Group, people: readonly Person[]): Promise<void>
  renameGroup(group: Group): Promise<void>
}

type Meter = { request(status: number, ms: number): void }
export type SenderOptions = {
  readonly baseUrl: string
  readonly token: string
  readonly headers: Readonly<Record<string, string>>
  readonly meter: Meter
  readonly signal: AbortSignal
}

const mostTries = 10

/** Sends requests as this IdP does, measures each, and waits as told where it is told to slow down. */
export function createSender({ baseUrl, token, headers, meter, signal }: SenderOptions): Send {
  const all = { Authorization: `Bearer ${token}`, Accept: 'application/scim+json', ...headers }
  return async (method, path, body) => {
    for (let tries = 1; ; tries += 1) {
      const started = performance.now()
      const init = { method, headers: all, signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
      const response = await fetch(`${baseUrl}${path}`, init)
      const text = await response.text()
      meter.request(response.status, performance.now() - started)
      if (response.status !== 429 || tries === mostTries) return { status: response.status, body: parse(text) }
      await pause(1000 * Number(response.headers.get('Retry-After') ?? 1))
      signal.throwIfAborted()
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function parse(text: string): unknown {
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}

/** The answer, where it is one of these statuses; anything else ends the demo. */
export async function wanted(answer: Promise<Answer>, ...statuses: number[]): Promise<Answer> {
  const { status, body } = await answer
  if (statuses.includes(status)) return { status, body }
  throw new CliError(`SCIM answered ${status} where ${statuses.join(' or ')} was due: ${JSON.stringify(body)}`)
}

const listAnswer = z.object({
  totalResults: z.number(),
  Resources: z.array(z.object({ id: z.string(), active: z.boolean().default(true) })).default([]),
})
const resourceAnswer = z.object({ id: z.string() })
const errorAnswer = z.object({ detail: z.string() })
const membersAnswer = z.object({ members: z.array(z.object({ value: z.string() })).default([]) })

/** The one that a search found, or null: 200 with an empty list. */
export async function foundBy(answer: Promise<Answer>): Promise<Found | null> {
  const { totalResults, Resources } = listAnswer.parse((await wanted(answer, 200)).body)
  if (totalResults > 1) throw new CliError(`a search for one found ${totalResults}`)
  return Resources[0] ?? null
}

export function idOf({ body }: Answer): string {
  return resourceAnswer.parse(body).id
}

export function detailOf({ body }: Answer): string {
  return errorAnswer.parse(body).detail
}

export function memberIdsOf({ body }: Answer): string[] {
  return membersAnswer.parse(body).members.map(({ value }) => value)
}

/** The SCIM id of somebody or something that has been provisioned. */
export function knownId({ scimId }: { readonly scimId: string | null }): string {
  if (scimId === null) throw new Error('the demo names somebody whom it has not provisioned')
  return scimId
}

export function filterQuery(filter: string): string {
  return `filter=${encodeURIComponent(filter)}`
}
