import type { WorkEmailRule } from './work-email.ts'

export const profileFields = [
  'employeeNumber',
  'title',
  'department',
  'costCenter',
  'division',
  'organization',
  'manager',
] as const
export type ProfileField = (typeof profileFields)[number]

/** What a member is beside his name and his roles, as his directory tells it. */
export type Profile = Readonly<Partial<Record<ProfileField, string>>>

/** From which attribute of a directory user a field comes; null: from none. A field that is not named has its usual source. */
export type ProfileMapping = Readonly<Partial<Record<ProfileField, string | null | undefined>>>

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Where each field comes from unless a connection says otherwise. A manager is told by his id. */
export const usualSources: Readonly<Record<ProfileField, string>> = {
  employeeNumber: `${enterprise}:employeeNumber`,
  title: 'title',
  department: `${enterprise}:department`,
  costCenter: `${enterprise}:costCenter`,
  division: `${enterprise}:division`,
  organization: `${enterprise}:organization`,
  manager: `${enterprise}:manager.value`,
}

/** Where each field comes from by a mapping. */
export function sourcesBy(mapping: ProfileMapping): Record<ProfileField, string | null> {
  const sources = profileFields.map((field) => {
    const told = mapping[field]
    return [field, told === undefined ? usualSources[field] : told] as const
  })
  return Object.fromEntries(sources) as Record<ProfileField, string | null>
}

/** Attributes of RFC 7643 that a field may come from. Addresses, numbers and names of a person have places of their own. */
export const coreSources: readonly string[] = [
  ...new Set([...Object.values(usualSources), 'userType', 'nickName', 'preferredLanguage', 'locale', 'timezone']),
]

/** A directory user of a member, with the mapping of his connection. */
export type ProfileSource = {
  readonly mapping: ProfileMapping
  readonly attributes: Readonly<Record<string, unknown>>
}

const longestValue = 500

/**
 * A member's profile: each field from its source in the first of his directory users that has it. A text that holds an
 * address which is no work address never gets in.
 */
export function profileOf(sources: readonly ProfileSource[], judge: WorkEmailRule['judgeAddress']): Profile {
  const fields = profileFields.flatMap((field) => {
    const values = sources.flatMap(({ mapping, attributes }) => {
      const path = sourcesBy(mapping)[field]
      return path === null ? [] : textAt(attributes, path)
    })
    const [value] = values.filter((text) => holdsOnlyWorkAddresses(text, judge))
    return value === undefined ? [] : [[field, value] as const]
  })
  return Object.fromEntries(fields)
}

/** The URN of a path, and the names behind it: `urn:…:User:manager.value` has its last colon before `manager`. */
export function stepsOf(path: string): string[] {
  const colon = path.lastIndexOf(':')
  const names = path.slice(colon + 1).split('.')
  return colon < 0 ? names : [path.slice(0, colon), ...names]
}

function textAt(attributes: Readonly<Record<string, unknown>>, path: string): string[] {
  const value = stepsOf(path).reduce<unknown>(
    (inner, step) => (isObject(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined),
    attributes,
  )
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  const text = isPlain ? String(value).trim() : ''
  return text === '' || text.length > longestValue ? [] : [text]
}

function holdsOnlyWorkAddresses(text: string, judge: WorkEmailRule['judgeAddress']): boolean {
  const words = text.normalize('NFKC').split(/[\s<>()[\],;:"']+/)
  return words
    .filter((word) => word.includes('@'))
    .every((word) => judge(word, { verifiedDomains: new Set() }).kind !== 'refused')
}

export function sameProfile(a: Profile, b: Profile): boolean {
  return profileFields.every((field) => a[field] === b[field])
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
