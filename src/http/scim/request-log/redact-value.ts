/** Where a value stands: its attribute's name and that of the attribute around it, in lower case. */
export type Place = {
  readonly name: string
  readonly parent: string
  readonly isGroup: boolean
  /** Names, in lower case, whose values nobody is shown. */
  readonly hidden: ReadonlySet<string>
}

/** What a message is about. */
export type Subject = Pick<Place, 'isGroup' | 'hidden'>

export const topPlace = ({ isGroup, hidden }: Subject): Place => ({ name: '', parent: '', isGroup, hidden })

const secretNames = /passw|passphrase|secret|token|credential|api.?key|private.?key|authorization|assertion|^(otp|pin)$/

/** Whatever stands there is not even hinted at. */
export function isSecret({ name, parent, hidden }: Place): boolean {
  return [name, parent].some((each) => secretNames.test(each) || hidden.has(each))
}

/** What a message is made of, and what says nothing of a person; the rest of a resource is masked. */
const readable = new Set([
  ...['schemas', 'op', 'method', 'type', 'primary', 'active', 'resourcetype', 'created', 'lastmodified', 'version'],
  ...['locale', 'preferredlanguage', 'timezone', 'status', 'scimtype', 'sortby', 'sortorder', 'attributes'],
  ...['excludedattributes', 'bulkid', 'startindex', 'count', 'totalresults', 'itemsperpage', 'failonerrors'],
])

/** Attributes whose values are roles, groups or members rather than addresses and names. */
const holdsIds = new Set(['members', 'groups', 'manager'])
const holdsRoles = new Set(['roles', 'entitlements'])
const idNames = new Set(['id', 'externalid', 'managerid', '$ref', 'location'])

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i
/** What directories make up themselves: letters and digits, too long for a name or a number that somebody is known by. */
const madeUp = /^(?=.*\d)(?=.*[a-z])[0-9a-z]{16,64}$/i

export function isOpaqueId(text: string): boolean {
  return uuid.test(text) || madeUp.test(text)
}

/** The place of what an attribute's name or path leads to: `emails[type eq "work"].value` is `value` of `emails`. */
export function placeOf(path: string, around: Place): Place {
  const bare = path.toLowerCase().replaceAll(/\[[^\]]*\]?/g, '')
  const attribute = bare.slice(bare.lastIndexOf(':') + 1)
  const [first = '', ...rest] = attribute.split('.')
  const name = rest.at(-1) ?? first
  return { name, parent: rest.length > 0 ? first : around.name, isGroup: around.isGroup, hidden: around.hidden }
}

export const secret = '[secret]'

/** A text value as it may be kept. */
export function redactText(text: string, place: Place): string {
  const { name, parent, isGroup } = place
  if (isSecret(place)) return secret
  if (text === '' || /^(true|false|null)$/i.test(text)) return text
  if (readable.has(name) || (name === 'value' && holdsRoles.has(parent))) return redactWords(text)
  if (isGroupName(place)) return redactWords(text)
  if (idNames.has(name)) return redactId(text)
  if (holdsIds.has(name) || (name === 'value' && (holdsIds.has(parent) || isGroup))) return redactId(text)
  return mask(text)
}

function isGroupName({ name, parent, isGroup }: Place): boolean {
  return (isGroup && name === 'displayname' && parent === '') || (parent === 'groups' && name === 'display')
}

/** A number as it may be kept: counters of a message are, numbers of people are not. */
export function redactNumber(value: number, place: Place): number | string {
  if (isSecret(place)) return secret
  return readable.has(place.name) ? value : '***'
}

function redactId(text: string): string {
  if (isOpaqueId(text)) return text
  const [last = ''] = text.split('/').slice(-1)
  return text.includes('/') && isOpaqueId(last) ? `…/${last}` : mask(text)
}

const longestDomain = 100

/** `jane.doe@corp.example` is `j***@corp.example`, `Jane` is `J***`; what begins with no letter is `***`. */
export function mask(text: string): string {
  const at = text.lastIndexOf('@')
  const domain = text.slice(at + 1)
  const isAddress = at > 0 && domain.length <= longestDomain && /^[^\s"'<>()[\]\\,;:@]+$/.test(domain)
  const first = /^\p{L}/u.exec(text)?.[0] ?? ''
  return isAddress ? `${first}***@${domain}` : `${first}***`
}

const longestWords = 500
const address = /[^\s"'<>()[\]\\,;:=@]+@[^\s"'<>()[\]\\,;:@]+/g

/** Text of ours or of a protocol: addresses in it are masked, and it is bounded. */
export function redactWords(text: string): string {
  const bounded = text.length > longestWords ? `${text.slice(0, longestWords)}…` : text
  return clean(bounded).replaceAll(address, mask)
}

const knownWords = new Set([
  ...['work', 'home', 'other', 'mobile', 'fax', 'pager', 'direct', 'indirect', 'user', 'group', 'true', 'false'],
  ...['members', 'active', 'add', 'replace', 'remove', 'ascending', 'descending', 'eq'],
])

/** What an error says: values that it quotes are masked, names of attributes and ids are not. */
export function redactDetail(text: string): string {
  return redactWords(text).replaceAll(/(\w* ?)"([^"]*)"/g, (whole, before: string, quoted: string) => {
    const isName = /^(attribute|of|by|endpoint) $/.test(before) && /^[\w$.:/-]*$/.test(quoted)
    const isHarmless = isOpaqueId(quoted) || knownWords.has(quoted.toLowerCase()) || quoted.startsWith('urn:')
    return isName || isHarmless ? whole : `${before}"${quoted.includes('***') ? quoted : mask(quoted)}"`
  })
}

/** Text that both databases take. */
export function clean(text: string): string {
  return text.replaceAll(/[\u0000\p{Cs}]/gu, '\ufffd')
}
