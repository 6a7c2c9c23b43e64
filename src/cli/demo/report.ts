import { counted } from '../output.ts'
import type { Admin, Customer, MemberDetail, MemberItem } from './admin.ts'
import { roleOf } from './narrate.ts'
import { personOf, type Company, type Vendor } from './model.ts'
import type { Happening } from './happening.ts'
import { inColumns, wrapped } from './text.ts'
import type { Step } from './week.ts'

const head = ['PERSON', 'THIS WEEK', 'NOW', 'ROLE', 'WHY']
const lineWidth = 112

/** A customer at the end of the week: who moved, which role he holds and why, then everybody in numbers. */
export async function reportCustomer(
  admin: Admin,
  customer: Customer,
  happenings: readonly Happening[],
): Promise<string[]> {
  const { company } = customer
  const members = await admin.members(customer)
  const groups = new Map((await admin.groups(customer)).map(({ id, displayName }) => [id, displayName]))
  const rows: string[][] = []
  for (const [userName, week] of interesting(company, happenings)) {
    const member = members.find((each) => each.userName === userName)
    rows.push(...(member === undefined ? [] : toRows(await admin.member(customer, member.id), week, company, groups)))
  }
  return [
    `${company.name} (${company.vendor})`,
    ...inColumns([head, ...rows]).map((line) => `  ${line}`),
    ...wrapped(`In all: ${inNumbers(members)}`, lineWidth).map((line) => `  ${line}`),
  ]
}

const words: Readonly<Partial<Record<Step['kind'], string>>> = {
  join: 'joined',
  repeat: 'joined',
  move: 'moved',
  leave: 'left',
  return: 'back',
  delete: 'deleted',
  rehire: 'rehired',
  profile: 'profile',
}

/** Everybody of whom the week told something, then those who show how a role is reached. */
function interesting(company: Company, happenings: readonly Happening[]): Map<string, string[]> {
  const weeks = new Map<string, string[]>()
  for (const { step, day, person } of happenings) {
    const word = words[step.kind]
    if (word === undefined || person === null) continue
    weeks.set(person.userName, [...(weeks.get(person.userName) ?? []), `${word} ${day.slice(0, 3)}`])
  }
  for (const login of company.spotlight) {
    const { userName } = personOf(company, login)
    if (!weeks.has(userName)) weeks.set(userName, [])
  }
  return weeks
}

function toRows(
  member: MemberDetail,
  week: readonly string[],
  { vendor }: Company,
  groups: ReadonlyMap<string, string>,
): string[][] {
  const now = member.incarnation > 1 ? `${member.status}, life ${member.incarnation}` : member.status
  const role = member.roles.length === 0 ? '-' : roleOf(member)
  const why = reasonsOf(member, vendor, groups)
  return Array.from({ length: Math.max(1, week.length, why.length) }, (_, line) => [
    ...(line === 0 ? [member.displayName ?? member.userName] : ['']),
    week[line] ?? (line === 0 ? '-' : ''),
    ...(line === 0 ? [now, role] : ['', '']),
    why[line] ?? '',
  ])
}

/** Every path that leads to the role, then those that lead to none, one a line. */
function reasonsOf(
  { status, grants, losses }: MemberDetail,
  vendor: Vendor,
  groups: ReadonlyMap<string, string>,
): string[] {
  if (status === 'removed') return ['removed by the directory']
  const pathOf = (group: string, role: string): string => `group ${groups.get(group) ?? group} → ${role}`
  const held = grants.flatMap(({ role, paths }) => paths.map(({ group }) => `${vendor}: ${pathOf(group, role)}`))
  const lost = losses.map(({ role, reason, path }) => `${reason}: ${pathOf(path.group, role)}`)
  return held.length + lost.length === 0 ? ['in no mapped group'] : [...held, ...lost]
}

/** `developer 23, support 11; 9 without a role: in no mapped group; 3 suspended`. */
function inNumbers(members: readonly MemberItem[]): string {
  const active = members.filter(({ status }) => status === 'active')
  const counts = new Map<string, number>()
  for (const role of active.flatMap(({ roles }) => roles)) counts.set(role, (counts.get(role) ?? 0) + 1)
  const roles = [...counts].sort((a, b) => b[1] - a[1]).map(([role, count]) => `${role} ${count}`)
  const without = active.filter((member) => member.roles.length === 0).length
  const gone = (['suspended', 'removed'] as const).map((status) => ({
    status,
    count: members.filter((member) => member.status === status).length,
  }))
  return [
    `${counted(members.length, 'person', 'people')}; ${roles.join(', ')}`,
    ...(without === 0 ? [] : [`${without} without a role: in no mapped group`]),
    ...gone.filter(({ count }) => count > 0).map(({ status, count }) => `${count} ${status}`),
  ].join('; ')
}
