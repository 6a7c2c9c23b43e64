import { CliError } from '../client.ts'
import { counted, type Output } from '../output.ts'
import { settled, type Admin, type Customer, type MappingItem } from './admin.ts'
import { sayMappings } from './set-up.ts'
import { inColumns } from './text.ts'

type Stage = { readonly admin: Admin; readonly out: Output; readonly signal: AbortSignal }

/**
 * After the first sync: mappings by name have met their groups, others are said by the groups' ids, and what reaches a
 * role that manages members waits for a person's word, which is given here.
 */
export async function mapGroups(
  { admin, out, signal }: Stage,
  customer: Customer,
  before: readonly MappingItem[],
): Promise<void> {
  const synced = await admin.mappings(customer)
  const waiting = synced.filter(({ state }) => state === 'unconfirmed')
  const early = await admin.members(customer, '&role=admin')
  if (early.length > 0) throw new CliError(`${counted(early.length, 'person', 'people')} hold admin, unconfirmed`)
  for (const { id } of waiting) await admin.confirmMapping(customer, id)
  await sayMappings(admin, customer, 'after')
  await settled(admin, [customer], signal)

  const now = await admin.mappings(customer)
  const admins = await admin.members(customer, '&role=admin')
  out.line('')
  out.line(`${customer.company.name}: which group reaches which role`)
  for (const line of inColumns([head, ...now.map((mapping) => toRow(mapping, before, synced))])) out.line(`  ${line}`)
  const held = `${counted(admins.length, 'person', 'people')} hold admin`
  if (waiting.length > 0) out.line(`  Until the confirmation nobody held admin; now ${held}`)
}

const head = ['GROUP', 'ROLE', 'SAID', 'AFTER THE SYNC', 'NOW']

function toRow(now: MappingItem, before: readonly MappingItem[], synced: readonly MappingItem[]): string[] {
  const said = before.find(({ id }) => id === now.id)
  const after = synced.find(({ id }) => id === now.id)
  return [
    now.groupName,
    now.role,
    said === undefined ? 'by id, afterwards' : `by name: ${said.state}`,
    after === undefined ? '-' : after.state,
    `${now.state}${remark(now, after)}`,
  ]
}

function remark(now: MappingItem, after: MappingItem | undefined): string {
  if (after?.state === 'unconfirmed') return ': confirmed, as its role manages members'
  return now.state === 'waiting' ? ': no such group has come' : ''
}
