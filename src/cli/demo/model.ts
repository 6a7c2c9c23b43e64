/** A person as the IdP's administrator sees him. The login is what his user name and address are made of. */
export type Person = {
  readonly login: string
  readonly given: string
  readonly family: string
  readonly displayName: string
  readonly userName: string
  readonly employeeNumber: string
  readonly externalId: string
  title: string
  department: string
  /** The SCIM id that Joinery gave, or null while it knows nobody of that name. */
  scimId: string | null
  status: 'unassigned' | 'active' | 'suspended' | 'removed'
}

export type Group = { name: string; readonly externalId: string; scimId: string | null; readonly members: Set<Person> }

export type Vendor = 'Okta' | 'Entra'

/** Which group reaches which role, and whether that is said before the group exists (by name) or after (by its id). */
type MappingPlan = { readonly group: string; readonly role: string; readonly said: 'before' | 'after' }

/** A mapping with the group that it means; null where the directory never makes such a group. */
export type PlannedMapping = MappingPlan & { readonly meant: Group | null }

/** One customer: what his IdP holds. What Joinery must end with is worked out from this, by other code than Joinery's. */
export type Company = {
  readonly name: string
  readonly domain: string
  readonly vendor: Vendor
  readonly people: Map<string, Person>
  readonly groups: readonly Group[]
  readonly mappings: readonly PlannedMapping[]
  /** People who stand in the last table whether or not they moved. */
  readonly spotlight: readonly string[]
  /** People who sign in. */
  readonly signsIn: readonly string[]
}

type Department = { readonly title: string; readonly names: string }
type GroupPlan = { readonly name: string; readonly department?: string; readonly also?: readonly string[] }
export type CompanyPlan = {
  readonly name: string
  readonly domain: string
  readonly vendor: Vendor
  readonly departments: Readonly<Record<string, Department>>
  readonly groups: readonly GroupPlan[]
  readonly mappings: readonly MappingPlan[]
  readonly spotlight: readonly string[]
  readonly signsIn: readonly string[]
}

export function createCompany(plan: CompanyPlan): Company {
  const staff = Object.entries(plan.departments).flatMap(([department, { title, names }]) =>
    splitNames(names).map((name) => ({ name, department, title })),
  )
  const people = staff.map(({ name, department, title }, index) =>
    createPerson(plan, { name, department, title, number: index + 1 }),
  )
  const byLogin = new Map(people.map((person) => [person.login, person]))
  if (byLogin.size !== people.length) throw new Error(`two people of ${plan.name} have one login`)
  const groups = plan.groups.map((group, index) => createGroup(group, index, byLogin))
  const mappings = plan.mappings.map((mapping) => ({ ...mapping, meant: meantBy(mapping, groups) }))
  const { name, domain, vendor, spotlight, signsIn } = plan
  return { name, domain, vendor, people: byLogin, groups, mappings, spotlight, signsIn }
}

type PersonPlan = { name: string; department: string; title: string; number: number }

/** `Given/Family`, and behind an equals sign how the person writes it himself. */
export function createPerson(
  { domain, vendor }: Pick<CompanyPlan, 'domain' | 'vendor'>,
  plan: PersonPlan & { userName?: string },
): Person {
  const [latin = '', own] = plan.name.split('=').map((part) => part.trim())
  const [given = '', family = ''] = latin.split('/')
  const login = `${toLogin(given)}.${toLogin(family)}`
  const { department, title, number } = plan
  return {
    ...{ login, given, family, displayName: own ?? `${given} ${family}` },
    userName: plan.userName ?? `${login}@${domain}`,
    employeeNumber: String(1000 + number),
    externalId: vendor === 'Okta' ? `00u${idDigits(login, 17)}` : objectIdOf(login),
    ...{ title, department, scimId: null, status: 'unassigned' },
  }
}

function createGroup({ name, department, also = [] }: GroupPlan, index: number, people: Map<string, Person>): Group {
  const named = also.map((login) => personOf({ people }, login))
  const staff = [...people.values()].filter((person) => person.department === department)
  const externalId = `8aa1c0de-0000-4000-8000-${String(index + 1).padStart(12, '0')}`
  return { name, externalId, scimId: null, members: new Set([...staff, ...named]) }
}

/** Group names compare without letter case. */
function meantBy({ group }: MappingPlan, groups: readonly Group[]): Group | null {
  return groups.find(({ name }) => name.toLowerCase() === group.toLowerCase()) ?? null
}

export function personOf({ people }: Pick<Company, 'people'>, login: string): Person {
  const person = people.get(login)
  if (person === undefined) throw new Error(`the demo knows nobody called ${login}`)
  return person
}

export function groupOf({ groups }: Pick<Company, 'groups'>, name: string): Group {
  const group = groups.find((each) => each.name === name)
  if (group === undefined) throw new Error(`the demo knows no group ${name}`)
  return group
}

function splitNames(names: string): string[] {
  return names
    .split(/[,\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

const folded: Readonly<Record<string, string>> = { ø: 'o', ł: 'l', ß: 'ss', đ: 'd', æ: 'ae', ı: 'i', ð: 'd', þ: 'th' }

function toLogin(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[øłßđæıðþ]/g, (letter) => folded[letter] ?? letter)
    .replaceAll(/[^a-z]/g, '')
}

/** What Entra calls an object id. */
function objectIdOf(login: string): string {
  const hex = Buffer.from(idDigits(login, 16)).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Digits that look as an IdP's ids do and are the same in every run. */
function idDigits(text: string, count: number): string {
  let state = 2166136261
  for (const letter of text) state = Math.imul(state ^ letter.charCodeAt(0), 16777619) >>> 0
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return digits[Math.floor((state / 2 ** 32) * digits.length)] ?? '0'
  }).join('')
}
