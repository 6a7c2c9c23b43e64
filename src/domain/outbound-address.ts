/** What an address is of, where it is no public one: why it is not dialled. */
export type AddressKind =
  | 'public'
  | 'malformed'
  | 'unspecified'
  | 'loopback'
  | 'private'
  | 'link_local'
  | 'shared'
  | 'multicast'
  | 'documentation'
  | 'benchmarking'
  | 'reserved'
  | 'metadata'
  | 'embedded'
  | 'tunnel'

type Range = readonly [network: string, bits: number, kind: AddressKind]

/** The IANA special-purpose registry, and what clouds put at addresses that look public. */
const ranges4: readonly Range[] = [
  ['0.0.0.0', 8, 'unspecified'],
  ['10.0.0.0', 8, 'private'],
  ['100.100.100.200', 32, 'metadata'], // Alibaba Cloud
  ['100.64.0.0', 10, 'shared'],
  ['127.0.0.0', 8, 'loopback'],
  ['168.63.129.16', 32, 'metadata'], // Azure: the host's own services, on an address that looks public
  ['169.254.169.254', 32, 'metadata'],
  ['169.254.0.0', 16, 'link_local'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'reserved'], // with NAT64 discovery, and Oracle Cloud's metadata at 192.0.0.192
  ['192.0.2.0', 24, 'documentation'],
  ['192.31.196.0', 24, 'reserved'],
  ['192.52.193.0', 24, 'reserved'],
  ['192.88.99.0', 24, 'tunnel'],
  ['192.168.0.0', 16, 'private'],
  ['192.175.48.0', 24, 'reserved'],
  ['198.18.0.0', 15, 'benchmarking'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'], // with the broadcast address
]

/** Outside of 2000::/3 nothing is public; these are told apart only so that the reason can be named. */
const ranges6: readonly Range[] = [
  ['::', 128, 'unspecified'],
  ['::1', 128, 'loopback'],
  ['::ffff:0:0', 96, 'embedded'],
  ['::', 96, 'embedded'],
  ['::ffff:0:0:0', 96, 'embedded'],
  ['64:ff9b::', 96, 'embedded'],
  ['64:ff9b:1::', 48, 'embedded'],
  ['100::', 64, 'reserved'],
  ['2001::', 32, 'tunnel'], // Teredo
  ['2001:2::', 48, 'benchmarking'],
  ['2001::', 23, 'reserved'], // IETF protocol assignments, ORCHID
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, 'tunnel'], // 6to4
  ['2620:4f:8000::', 48, 'reserved'],
  ['3ffe::', 16, 'reserved'], // the former 6bone
  ['3fff::', 20, 'documentation'],
  ['fd00:ec2::254', 128, 'metadata'], // Amazon
  ['fd20:ce::254', 128, 'metadata'], // Google
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link_local'],
  ['fec0::', 10, 'private'], // site-local
  ['ff00::', 8, 'multicast'],
]

type Network = { readonly base: bigint; readonly shift: bigint; readonly kind: AddressKind }

const networks4 = ranges4.map((range) => toNetwork(range, parseV4, 32))
const networks6 = ranges6.map((range) => toNetwork(range, parseV6, 128))

/** Whether an address is one of the public internet's; of anything else, what it is. Only the plain spelling is read. */
export function judgeAddress(text: string): AddressKind {
  const four = parseV4(text)
  if (four !== null) return kindIn(networks4, four) ?? 'public'
  const six = parseV6(text)
  if (six === null) return 'malformed'
  const known = kindIn(networks6, six)
  if (known !== null) return known
  if (isIsatap(six)) return 'tunnel'
  return six >> 125n === 1n ? 'public' : 'reserved'
}

function kindIn(networks: readonly Network[], value: bigint): AddressKind | null {
  return networks.find(({ base, shift }) => value >> shift === base)?.kind ?? null
}

/** The interface id 0:5efe or 200:5efe carries an IPv4 address in any network (RFC 5214). */
function isIsatap(value: bigint): boolean {
  const marker = (value >> 32n) & 0xffff_ffffn
  return marker === 0x0000_5efen || marker === 0x0200_5efen
}

function toNetwork([network, bits, kind]: Range, parse: (text: string) => bigint | null, size: number): Network {
  const shift = BigInt(size - bits)
  return { base: (parse(network) ?? 0n) >> shift, shift, kind }
}

/** Four decimal numbers without leading zeros, and no other of the spellings there are. */
function parseV4(text: string): bigint | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return null
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n)
}

/** Eight groups, of which `::` stands for one or more zeros; the last two may be written as IPv4. No zone. */
function parseV6(text: string): bigint | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map((half) => (half === '' ? [] : groupsOf(half)))
  if (head === undefined || head === null || tail === null) return null
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return null
  const groups = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])]
  return groups.reduce((value, group) => value * 65_536n + BigInt(group), 0n)
}

function groupsOf(half: string): number[] | null {
  const parts = half.split(':')
  const last = parts.at(-1) ?? ''
  const four = last.includes('.') ? parseV4(last) : null
  if (last.includes('.') && four === null) return null
  const plain = four === null ? parts : parts.slice(0, -1)
  if (!plain.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return null
  const groups = plain.map((part) => Number.parseInt(part, 16))
  return four === null ? groups : [...groups, Number(four >> 16n), Number(four & 0xffffn)]
}
