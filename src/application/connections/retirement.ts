import { canonicalText } from '../../domain/canonical-json.ts'
import type { Connection } from '../../domain/connection.ts'
import { openConnection } from '../access/require-may-reach.ts'
import type { AccessNeeds, Permitted } from '../access/require-may.ts'
import type { Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { ConnectionRef } from './find-connections.ts'
import { leftUnmanaged, type Managing } from './left-unmanaged.ts'
import type { RetirementFacts, RetiringFrom } from './retirement-store.ts'

/**
 * What retiring a connection would do. `plan` is what it is done by: it moves with every kind of loss, with the sign-in and
 * with the owners who stay, and not with how many there are of each.
 */
export type Retirement = RetirementFacts & {
  readonly connection: string
  readonly plan: string
  /** The issuer of its sign-in; null where it has none. */
  readonly issuer: string | null
  /** What somebody of the account manages now, and nobody would then. */
  readonly unmanaged: readonly Managing[]
}

export type RetirementNeeds = AccessNeeds & Pick<Ports, 'secrets'>

/** Who would lose access, and what would end, if the connection were retired. It changes nothing. */
export async function planRetirement(ports: RetirementNeeds, op: Operation, ref: ConnectionRef): Promise<Retirement> {
  const { permitted, connection } = await openConnection(ports, op, ref)
  const facts = await ports.views.retirementFacts(connection.id, ports.clock.now())
  const issuer = (await ports.views.signIn(connection.id))?.settings.issuer ?? null
  const from = retiringFrom(permitted, connection)
  const unmanaged = await leftUnmanaged(ports, connection.id, (slice) => ports.views.retirementPeople(from, slice))
  return toPlan(ports, connection, { ...facts, issuer, unmanaged })
}

export function retiringFrom(
  { account: { catalog } }: Pick<Permitted, 'account'>,
  { id: connectionId, accountId }: Connection,
): RetiringFrom {
  return { connectionId, accountId, catalog }
}

export function toPlan(
  { secrets }: Pick<Ports, 'secrets'>,
  { id: connection }: Connection,
  found: RetirementFacts & Pick<Retirement, 'issuer' | 'unmanaged'>,
): Retirement {
  const { people, groups, identities, elsewhere, mappings, tokens, clients, leave, stay, owners, issuer, unmanaged } =
    found
  const any = [people, groups, identities, elsewhere, mappings, tokens, clients, leave, stay].map((count) => count > 0)
  const kinds = { any, roles: found.roles.map(({ role }) => role), owners, issuer, unmanaged }
  return { connection, ...found, plan: secrets.hash(canonicalText({ connection, ...kinds })) }
}
