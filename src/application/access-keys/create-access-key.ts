import { countsAsLive, type AccessKey } from '../../domain/access-key.ts'
import { actorName } from '../../domain/actor.ts'
import type { AccessKeyRule } from '../../domain/catalog-rules.ts'
import { AppError } from '../../domain/errors.ts'
import { judgeMember, type JudgedMember } from '../access/judge-member.ts'
import { catalogOf } from '../access/require-may-change.ts'
import { requireStanding, type AccessNeeds } from '../access/require-may.ts'
import { requireGoing } from '../invitations/inviting.ts'
import { lockPresentMember, memberNotFound } from '../members/lock-member.ts'
import type { Operation } from '../operation.ts'
import type { Ports, Tx } from '../ports.ts'
import { chooseRoles, requireScope } from './choose-roles.ts'
import type { AccessKeyRow } from './access-key-store.ts'
import { readBack } from './find-access-keys.ts'
import { requireKeyPermit, requireKeyRule, requireNoKey, type KeyPermit } from './key-access.ts'
import { makeKeySecret } from './key-secrets.ts'
import { requireStillHis } from './require-still-his.ts'

export type IssueNeeds = AccessNeeds & Pick<Ports, 'newId' | 'secrets' | 'vault'>
type Needs = IssueNeeds & Pick<Ports, 'unitOfWork'>
export type CreateAccessKey = {
  readonly accountId: string
  readonly name: string
  /** Whose it is to be; without it, the organisation’s. */
  readonly memberId?: string | undefined
  readonly roles?: readonly string[] | undefined
  /** Without it the key does not expire. */
  readonly expiresInDays?: number | undefined
}
/** `text` is the secret. */
export type CreatedAccessKey = AccessKeyRow & { readonly text: string }

const dayMs = 86_400_000

/**
 * Makes an access key. Its secret is answered once. A person’s key is made by the person, or by the operator for him: its
 * maker learns a secret that acts as that person. A key of the organisation carries roles that its maker has.
 */
export async function createAccessKey(
  ports: Needs,
  op: Operation,
  command: CreateAccessKey,
): Promise<CreatedAccessKey> {
  requireNoKey(op)
  const { accountId, memberId } = command
  if (op.actor.kind === 'member' && memberId === undefined) await requireNoPersonsKeys(ports, op, command)
  const permit = await requireKeyPermit(ports, op, { accountId, memberId: memberId ?? null })
  const rule = requireKeyRule(permit)
  requireGoing(permit.account)
  requireFitting(rule, memberId)
  const person = memberId === undefined ? null : await requirePerson(ports, permit, memberId)
  const roles = chooseRoles(permit, rule, { person, wanted: command.roles })
  requireScope(permit, rule, { person, roles })
  const issue = { ...command, rule, memberId: memberId ?? null, roles }
  const { id: keyId, text } = await ports.unitOfWork(async (tx) => {
    await requireStillHis(ports, op, tx, { permit, roles })
    return issueKey(ports, op, tx, issue)
  })
  return { ...(await readBack(ports, { accountId, keyId })), text }
}

export type IssueKey = Pick<CreateAccessKey, 'accountId' | 'name' | 'expiresInDays'> & {
  readonly rule: AccessKeyRule
  readonly memberId: string | null
  readonly roles: readonly string[] | null
}

/** Makes the key in a transaction, as far as its person may have one more. */
export async function issueKey(
  ports: IssueNeeds,
  op: Operation,
  tx: Tx,
  issue: IssueKey,
): Promise<AccessKey & { text: string }> {
  const { accountId, memberId, name, roles, rule, expiresInDays } = issue
  const now = ports.clock.now()
  const person = memberId === null ? null : await requireRoom(tx, rule, { accountId, memberId }, now)
  const { text, kept } = await makeKeySecret(ports, tx)
  const key: AccessKey = {
    ...{ id: ports.newId(), accountId, person, name, roles, secret: kept, former: null },
    ...{ createdBy: actorName(op.actor), createdAt: now, disabledAt: null, lastUsedAt: null },
    expiresAt: expiresInDays === undefined ? null : now + expiresInDays * dayMs,
  }
  await tx.accessKeys.insert(key)
  const line = { action: 'access_key.created', accountId, target: key.id, memberId } as const
  await tx.audit.record(op, { ...line, before: null, after: { name, roles, expiresAt: key.expiresAt } }, now)
  return { ...key, text }
}

/** Whoever names nobody where keys are people's is told so, whatever his right to the keys of others. */
async function requireNoPersonsKeys(ports: Needs, op: Operation, { accountId }: CreateAccessKey): Promise<void> {
  const rule = catalogOf(await requireStanding(ports, op, accountId)).accessKeys
  if (rule !== undefined) requireFitting(rule, undefined)
}

function requireFitting({ belongTo }: AccessKeyRule, memberId: string | undefined): void {
  if ((belongTo === 'person') === (memberId !== undefined)) return
  const message =
    belongTo === 'person'
      ? 'access keys belong to people in this account; name whose it is, yourself for a key of your own'
      : 'access keys belong to the organisation in this account; leave the member out'
  throw new AppError('invalid_input', `member: ${message}`, { problems: [{ path: 'member', message }] })
}

/** Whose key it is to be. To manage the keys of others is not to make them: a maker could act as that person. */
async function requirePerson(ports: AccessNeeds, permit: KeyPermit, memberId: string): Promise<JudgedMember> {
  if (permit.kind === 'own') return permit.judged
  if (permit.permitted.kind !== 'operator') {
    const message = 'a person makes his own access keys; nobody else learns their secrets'
    throw new AppError('forbidden', message, { rule: 'not_your_key' })
  }
  const judged = await judgeMember(ports, memberId)
  if (judged?.member.accountId !== permit.account.id) throw memberNotFound({ accountId: permit.account.id, memberId })
  if (judged.barred === null) return judged
  const message = `the member is ${judged.barred === 'removed' ? 'removed' : judged.barred === 'out_at_home' ? 'out where he comes from' : 'suspended'}; a key of his would let nobody in`
  throw new AppError('policy_violation', message, { rule: 'member_barred' })
}

type Owner = { readonly accountId: string; readonly memberId: string }

/** The person in his present life, as far as he may have one more key; his row is locked, so that two at once are told. */
async function requireRoom(tx: Tx, { maxPerUser }: AccessKeyRule, owner: Owner, now: number) {
  const { id: memberId, incarnation } = await lockPresentMember(tx, owner)
  const keys = (await tx.accessKeys.ofMember(memberId)).filter(
    (key) => key.person?.incarnation === incarnation && countsAsLive(key, now),
  )
  if (maxPerUser === undefined || keys.length < maxPerUser) return { memberId, incarnation }
  const names = keys.map(({ id }) => id).join(', ')
  const message = `the member has ${keys.length} access keys, and may have ${maxPerUser}; delete one first: ${names}`
  throw new AppError('conflict', message, { rule: 'too_many_keys' })
}
