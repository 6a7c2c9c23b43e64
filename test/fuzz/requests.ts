import { gzipSync } from 'node:zlib'
import { createRandom, type Random } from '../support/random.ts'
import { mutated, seeds } from './bodies.ts'
import { someFilter } from './filters.ts'
import { largeBody } from './large.ts'
import { hostileValue, someText } from './values.ts'

/** A request as it goes out. `raw` replaces everything by bytes that may be no HTTP at all. */
export type FuzzRequest = {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer | null
  raw?: Buffer
}

/** What the run knows to be there. */
export type Known = { users: readonly string[]; groups: readonly string[]; base: string; token: string }

const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** The request of this number: the same for the same seed, number and ids. */
export function requestOf(seed: number, index: number, known: Known): FuzzRequest {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) + index)
  const kind = random.int(100)
  if (kind < 2) return rawRequest(random, known)
  if (kind < 30) return { ...plain(random, known, pick(random, reads)), body: null }
  if (kind < 33) return plain(random, known, pick(random, oddMethods))
  if (kind < 37)
    return withBody(random, known, 'DELETE', pathOfOne(random, known), random.int(3) === 0 ? someBody(random) : null)
  if (kind < 60) return patchRequest(random, known)
  return fromSeed(random, known)
}

const reads = ['GET', 'GET', 'GET', 'GET', 'HEAD']
const oddMethods = ['OPTIONS', 'TRACE', 'PURGE', 'SEARCH', 'QUERY', 'M-SEARCH', 'POST', 'PUT', 'PATCH', 'LINK', 'COPY']
const pick = <T>(random: Random, items: readonly T[]): T => random.pick(items)

function plain(random: Random, known: Known, method: string): FuzzRequest {
  const path = random.int(3) === 0 ? pathOfOne(random, known) : somePath(random)
  return withBody(random, known, method, `${path}${someQuery(random)}`, null)
}

function fromSeed(random: Random, known: Known): FuzzRequest {
  const { method, path, body } = pick(random, seeds)
  const large = random.int(300) === 0
  const filled = (text: string): string => fill(random, known, text)
  const where = filled(path.replaceAll('"', '%22').replaceAll(' ', '%20'))
  return withBody(random, known, method, where, large ? largeBody(random) : mutated(random, filled(body)))
}

function fill(random: Random, known: Known, text: string): string {
  return text.replaceAll(/\{\{([\w$]+)\}\}/g, (_, name: string) => {
    if (/user|jane|person|id/i.test(name) && random.int(3) > 0) return pick(random, known.users)
    if (/group|team/i.test(name) && random.int(3) > 0) return pick(random, known.groups)
    return name === 'domain' ? 'corp.example' : `f${random.int(50)}`
  })
}

const paths = [
  'title',
  'active',
  'userName',
  'externalId',
  'displayName',
  'name',
  'name.givenName',
  'emails',
  'emails.value',
  'emails[type eq "work"]',
  'emails[type eq "work"].value',
  'emails[type eq "work" and primary eq true].display',
  'roles[primary eq "True"].value',
  'phoneNumbers[type eq "mobile"].value',
  'addresses[type eq "work"].streetAddress',
  'manager',
  'members',
  'members[value eq "x"]',
  'id',
  'meta',
  'schemas',
  'password',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
  'urn:ietf:params:scim:schemas:core:2.0:User:title',
  '__proto__',
  '__proto__.polluted',
  'constructor.prototype.polluted',
  'name.__proto__',
  'emails[__proto__ eq "x"]',
  'emails[type eq "work"].__proto__',
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:__proto__',
]

function patchRequest(random: Random, known: Known): FuzzRequest {
  const operations = Array.from({ length: random.int(random.int(20) === 0 ? 120 : 5) }, () => operation(random))
  const body = { schemas: [patchUrn], Operations: operations }
  return withBody(random, known, 'PATCH', pathOfOne(random, known), mutated(random, JSON.stringify(body)))
}

function operation(random: Random): unknown {
  const op = pick(random, ['add', 'replace', 'remove', 'Add', 'Replace', 'Remove'])
  const path = random.int(6) === 0 ? `emails[${someFilter(random)}]` : pick(random, paths)
  const value =
    random.int(3) === 0
      ? hostileValue(random)
      : pick(random, ['x', true, [{ value: 'x@corp.example' }], { value: 'x' }, '', null])
  if (random.int(5) === 0) return { op, value: { [path]: value } }
  return op.toLowerCase() === 'remove' && random.int(2) === 0 ? { op, path } : { op, path, value }
}

const places = [
  '/Users',
  '/Users',
  '/Groups',
  '/Groups',
  '/Users/',
  '/users',
  '/Me',
  '/Bulk',
  '/ServiceProviderConfig',
  '/ResourceTypes',
  '/ResourceTypes/User',
  '/Schemas',
  '/Schemas/__proto__',
  '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User',
  '/.search',
  '/Users/.search',
  '/Users/%00',
  '/Users/%ff',
  '/Users/%',
  '/Users/..%2f..%2f',
  '/Users/__proto__',
  '/Users/x/y',
  '//Users',
  '/',
  '',
  '/Users;x=1',
  '/Groups/constructor',
]

function somePath(random: Random): string {
  if (random.int(30) > 0) return pick(random, places)
  return random.pick([
    () => '/x'.repeat(random.int(5000)),
    () => `/Users/${'a'.repeat(random.int(8000))}`,
    () => `/${encodeURIComponent(safe(someText(random)))}`,
    () => `/Users/${'%2e%2e/'.repeat(random.int(50))}`,
  ])()
}

function pathOfOne(random: Random, { users, groups }: Known): string {
  if (random.int(20) === 0) return somePath(random)
  return random.int(3) === 0 ? `/Groups/${pick(random, groups)}` : `/Users/${pick(random, users)}`
}

const names = [
  'count',
  'startIndex',
  'attributes',
  'excludedAttributes',
  'sortBy',
  'sortOrder',
  'cursor',
  'filter',
  '__proto__',
  'x',
]
const lists = [
  'userName',
  'emails.value',
  'members',
  'meta',
  'id',
  '__proto__',
  'constructor',
  ',,,',
  'name.givenName,name',
  'urn:x',
  '*',
]

function someQuery(random: Random): string {
  if (random.int(4) === 0) return ''
  const pairs = Array.from({ length: 1 + random.int(4) }, () => {
    const name = random.int(2) === 0 ? 'filter' : pick(random, names)
    const array = pick(random, ['', '', '', '[]', '[0]', '[__proto__]', '[a][b]'])
    return `${name}${array}=${encoded(random, queryValue(random, name))}`
  })
  return `?${pairs.join('&')}`
}

function queryValue(random: Random, name: string): string {
  if (random.int(15) === 0) return someText(random)
  if (name === 'filter') return someFilter(random)
  if (name === 'count' || name === 'startIndex')
    return pick(random, [
      '0',
      '1',
      '-1',
      '200',
      '201',
      '1e9',
      '999999999999999',
      '9'.repeat(30),
      '1.5',
      'NaN',
      ' 7 ',
      '+3',
      '0x10',
    ])
  if (random.int(20) === 0) return Array(random.int(3000)).fill(pick(random, lists)).join(',')
  return Array.from({ length: 1 + random.int(4) }, () => pick(random, lists)).join(',')
}

function encoded(random: Random, text: string): string {
  if (random.int(25) === 0) return pick(random, ['%', '%zz', '%ff', '%c0%80', '%ed%a0%80', '%00', '+'])
  return encodeURIComponent(safe(text))
}

/** encodeURIComponent knows no halves of surrogate pairs. */
const safe = (text: string): string => text.replaceAll(/\p{Cs}/gu, '%')

const types = [
  'application/scim+json',
  'application/scim+json; charset=utf-8',
  'application/json',
  'application/json; charset=utf-16',
  'application/json; charset=latin1',
  'application/json; charset=x-none',
  'application/json; charset=__proto__',
  'APPLICATION/SCIM+JSON',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  '',
  ';',
  '__proto__',
]

function someBody(random: Random): Buffer {
  return mutated(random, JSON.stringify(hostileValue(random)) ?? 'null')
}

function withBody(random: Random, known: Known, method: string, path: string, body: Buffer | null): FuzzRequest {
  const headers: Record<string, string> = {
    Authorization: `Bearer ${random.int(50) === 0 ? pick(random, ['', 'x', '__proto__', `scim_x_${'a'.repeat(43)}`]) : known.token}`,
    'Content-Type': random.int(10) === 0 ? pick(random, types) : 'application/scim+json',
  }
  for (let times = random.int(8) === 0 ? 1 + random.int(3) : 0; times > 0; times -= 1) {
    const [name, value] = oddHeader(random)
    headers[name] = value
  }
  const base =
    random.int(60) === 0
      ? pick(random, ['/scim/v2', '/scim/v2/x', '/scim/v2/%', '/scim/v2/__proto__', '/scim'])
      : known.base
  const request = { method, path: `${base}${path}`, headers, body }
  return body !== null && random.int(40) === 0 ? compressed(random, request) : request
}

function oddHeader(random: Random): [string, string] {
  return random.pick<() => [string, string]>([
    () => [
      'If-Match',
      pick(random, ['*', 'W/"1"', '"1"', 'W/"', '', 'W/"999999999999999999999"', 'W/"1", W/"2"', 'x'.repeat(4000)]),
    ],
    () => ['If-None-Match', pick(random, ['*', 'W/"1"', ''])],
    () => ['Accept', pick(random, ['text/html', '*/*', '', 'x'.repeat(4000)])],
    () => ['Accept-Encoding', pick(random, ['gzip', 'br', 'identity;q=0', '*'])],
    () => ['X-Request-Id', pick(random, ['x', '', 'a'.repeat(5000), '__proto__', '<b>'])],
    () => ['X-HTTP-Method-Override', 'DELETE'],
    () => ['Host', pick(random, ['evil.example', '', 'a b', '[::1'])],
    () => [`X-${'a'.repeat(random.int(200))}`, 'b'.repeat(random.int(20_000))],
    () => ['Expect', pick(random, ['100-continue', '200-ok'])],
    () => ['Range', 'bytes=0-1,-'],
    () => ['Cookie', '__proto__=x'],
  ])()
}

function compressed(random: Random, { headers, body, ...rest }: FuzzRequest): FuzzRequest {
  const encoding = pick(random, ['gzip', 'gzip', 'deflate', 'br', 'x', 'identity'])
  const bomb = random.int(10) === 0 ? Buffer.alloc(8_000_000, ' ') : (body ?? Buffer.alloc(0))
  return {
    ...rest,
    headers: { ...headers, 'Content-Encoding': encoding },
    body: encoding === 'gzip' ? gzipSync(bomb) : body,
  }
}

/** Bytes that a parser of HTTP has to refuse by itself, or that come in part only. */
function rawRequest(random: Random, { base, token }: Known): FuzzRequest {
  const start = `${pick(random, ['GET', 'POST', 'PATCH'])} ${base}/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`
  const text = random.pick([
    () => `${start}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
    () => `${start}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
    () => `${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
    () => `${start}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    () => `${start}X: ${'y'.repeat(random.int(100_000))}\r\n\r\n`,
    () => `${start}${Array.from({ length: 3000 }, (_, index) => `x${index}: y`).join('\r\n')}\r\n\r\n`,
    () => `GET ${base}/Users?filter=\u00ff\u0001 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    () => `GET ${base}/Users/\u00ed\u00a0\u0080 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    () => `GET http://evil.example${base}/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    () => `GET * HTTP/1.1\r\nHost: x\r\n\r\n`,
    () => `${start}Content-Length: 99\r\nContent-Type: application/json\r\n\r\n{"user`,
    () => someText(random).repeat(20),
    () => `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
  ])()
  return { method: 'RAW', path: base, headers: {}, body: null, raw: Buffer.from(text, 'latin1') }
}
