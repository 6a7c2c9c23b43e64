import { membersOf, type Admin, type Customer, type MemberItem } from './admin.ts'
import { expectedIds, expectedRole } from './expect.ts'
import type { Person } from './model.ts'
import type { Happening } from './happening.ts'
import { filterQuery, foundBy, knownId, memberIdsOf, wanted } from './scim.ts'
import type { Timings } from './timings.ts'

/** Something that must hold at the end; `wrong` says where it does not. */
export type Check = { readonly what: string; readonly wrong: readonly string[] }

/** Looks at everything that the week must have led to, through the admin API and through SCIM. */
export async function checkAll(
  admin: Admin,
  customers: readonly Customer[],
  happenings: readonly Happening[],
  timings: Timings,
): Promise<Check[]> {
  const checks: Check[] = []
  for (const customer of customers) {
    const own = happenings.filter((happening) => happening.customer === customer)
    const named = (check: Check): Check => ({ ...check, what: `${customer.company.name}: ${check.what}` })
    checks.push(...(await checkCustomer(admin, customer, own)).map(named))
  }
  return [...checks, checkStatuses(timings, happenings)]
}

async function checkCustomer(admin: Admin, customer: Customer, happenings: readonly Happening[]): Promise<Check[]> {
  const members = await membersOf(admin, customer)
  return [
    await nobodyLags(admin, customer),
    everybodyIsThere(customer, members),
    rolesAreRight(customer, members),
    leaversAreOut(customer, members),
    await refusedAreAbsent(customer, members, happenings),
    await groupsAreRight(customer),
    await mappingsAreRight(admin, customer),
    returnersHoldTheirRoles(happenings),
    await rehiredAreTheSame(admin, customer, happenings),
  ]
}

async function nobodyLags(admin: Admin, customer: Customer): Promise<Check> {
  const wrong = Object.entries(await admin.propagation(customer)).filter(([, count]) => count !== 0)
  return { what: 'nobody lags', wrong: wrong.map(([state, count]) => `${state}: ${count}`) }
}

function everybodyIsThere({ company }: Customer, members: ReadonlyMap<string, MemberItem>): Check {
  const names = new Set([...company.people.values()].map(({ userName }) => userName))
  const missing = [...names].filter((name) => !members.has(name)).map((name) => `${name} is missing`)
  const strange = [...members.keys()].filter((name) => !names.has(name)).map((name) => `${name} is too many`)
  return { what: 'its members are its people', wrong: [...missing, ...strange] }
}

function rolesAreRight({ company }: Customer, members: ReadonlyMap<string, MemberItem>): Check {
  const wrong = [...company.people.values()].flatMap((person) => {
    const due = expectedRole(company, person) ?? 'no role'
    const held = members.get(person.userName)?.roles.join(', ') || 'no role'
    return held === due ? [] : [`${person.userName} holds ${held}, due is ${due}`]
  })
  return { what: 'everybody holds the role that his groups give', wrong }
}

function leaversAreOut({ company }: Customer, members: ReadonlyMap<string, MemberItem>): Check {
  const wrong = [...company.people.values()].flatMap((person) => {
    const member = members.get(person.userName)
    const suspendedBy = person.status === 'suspended' ? 'directory' : ''
    const right = member?.status === person.status && member.suspendedBy.join() === suspendedBy
    return right ? [] : [`${person.userName} is ${member?.status ?? 'missing'}, due is ${person.status}`]
  })
  return { what: 'leavers are suspended, the deleted removed, nobody else', wrong }
}

async function refusedAreAbsent(
  { send }: Customer,
  members: ReadonlyMap<string, MemberItem>,
  happenings: readonly Happening[],
): Promise<Check> {
  const wrong: string[] = []
  for (const { step, status } of happenings) {
    if (step.kind !== 'refuse') continue
    const found = await foundBy(send('GET', `/Users?${filterQuery(`userName eq "${step.userName}"`)}`))
    if (status !== 400 || found !== null || members.has(step.userName)) wrong.push(`${step.userName} got in`)
  }
  return { what: 'whoever was refused is nowhere', wrong }
}

async function groupsAreRight({ company, send }: Customer): Promise<Check> {
  const wrong: string[] = []
  for (const group of company.groups) {
    const held = memberIdsOf(await wanted(send('GET', `/Groups/${knownId(group)}`), 200)).sort()
    if (held.join() !== expectedIds(group).join()) wrong.push(`${group.name} holds others than its people`)
  }
  return { what: 'every group holds its people', wrong }
}

async function mappingsAreRight(admin: Admin, customer: Customer): Promise<Check> {
  const stored = await admin.mappings(customer)
  const wrong = customer.company.mappings.flatMap(({ group, role, meant }) => {
    const name = (meant?.name ?? group).toLowerCase()
    const found = stored.find((each) => each.groupName.toLowerCase() === name && each.role === role)
    const due = meant === null ? 'waiting' : 'bound'
    const right = found?.state === due && found.groupId === (meant?.scimId ?? null)
    return right ? [] : [`${group} → ${role} is ${found?.state ?? 'missing'}, due is ${due}`]
  })
  return { what: 'its mappings are bound to their groups', wrong }
}

function returnersHoldTheirRoles(happenings: readonly Happening[]): Check {
  const wrong = happenings.flatMap((back) => {
    if (back.step.kind !== 'return') return []
    const left = happenings.find(({ step, person }) => step.kind === 'leave' && person === back.person)
    const right = back.after?.roles.join() === left?.before?.roles.join() && back.after?.roles.length === 1
    return right ? [] : [`${back.step.login} came back to another role`]
  })
  return { what: 'whoever came back from leave has his role again', wrong }
}

async function rehiredAreTheSame(admin: Admin, customer: Customer, happenings: readonly Happening[]): Promise<Check> {
  const wrong: string[] = []
  for (const { step, person, before, after } of happenings) {
    if (step.kind !== 'rehire' || person === null) continue
    const { incarnation } = await admin.member(customer, after?.id ?? '')
    if (after?.id !== before?.id || incarnation !== 2) wrong.push(nameOf(person))
  }
  return { what: 'whoever was hired again is the same member in a second life', wrong }
}

function nameOf({ userName }: Person): string {
  return userName
}

/** Each status that is not a success was due: a refusal, or a create that was sent twice. */
function checkStatuses({ statuses }: Timings, happenings: readonly Happening[]): Check {
  const count = (kind: Happening['step']['kind']) => happenings.filter(({ step }) => step.kind === kind).length
  const due = new Map([
    [400, count('refuse')],
    [409, count('repeat')],
  ])
  const wrong = [...statuses].filter(([status, seen]) => status >= 400 && status !== 429 && due.get(status) !== seen)
  return {
    what: 'SCIM answered no error but those that were due',
    wrong: wrong.map(([status, seen]) => `${status} ${seen} times, due ${due.get(status) ?? 0}`),
  }
}
