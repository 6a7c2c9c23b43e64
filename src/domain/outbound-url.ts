/** Where a URL leads, as it is dialled: read once, and never by a second parser that might read it otherwise. */
export type OutboundTarget = {
  readonly secure: boolean
  /** Lower case; a name, or the address itself where it is a loopback one. */
  readonly host: string
  readonly port: number
  /** Path and query. */
  readonly path: string
}

export type UrlRefusal = 'form' | 'scheme' | 'credentials' | 'port' | 'address' | 'name'

/** What is wrong with a URL, and how to mend it. */
export const urlRefusals: Readonly<Record<UrlRefusal, string>> = {
  form: 'must be a plain URL of at most 2048 ASCII characters: https://<host>/<path>, without a fragment',
  scheme: 'must start with https://',
  credentials: 'must hold no user name and no password',
  port: 'must use port 443, 8443, 9031 or 9443',
  address: 'must name a host; an address is not called',
  name: 'must name a host of the public internet by its full name, without a dot at its end',
}

/** 443, and where identity providers that are run by their customers listen. */
export const outboundPorts: readonly number[] = [443, 8443, 9031, 9443]

const form = /^([a-z][a-z0-9+.-]*):\/\/([^/?#\\]*)([/?][^#\\]*)?$/i
const plainText = /^[\x21-\x7e]{1,2048}$/
const authorityForm = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d{1,5}))?$/
const nameForm = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** Names that mean something inside, whatever the resolver says. */
const insideNames = /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home\.arpa|onion)$/
const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/**
 * Whether a URL that somebody else has set may be called at all; where its host leads is judged after it was resolved.
 * The grammar is narrow on purpose: what it does not know, such as numbers for a host in any spelling, is refused.
 */
export function judgeUrl(text: string, { allowLoopback }: { allowLoopback: boolean }): OutboundTarget | UrlRefusal {
  const match = plainText.test(text) ? form.exec(text) : null
  if (match === null) return /^https:\/\//i.test(text) ? 'form' : 'scheme'
  const [, scheme = '', authority = '', rest = '/'] = match
  const secure = scheme.toLowerCase() === 'https'
  if (!secure && !(allowLoopback && scheme.toLowerCase() === 'http')) return 'scheme'
  if (authority.includes('@')) return 'credentials'
  const [, host, port] = authorityForm.exec(authority.toLowerCase()) ?? []
  if (host === undefined) return 'form'
  const target = {
    secure,
    host,
    port: port === undefined ? (secure ? 443 : 80) : Number(port),
    path: rest.startsWith('/') ? rest : `/${rest}`,
  }
  if (allowLoopback && loopbackHosts.includes(host)) return target.port > 65_535 ? 'port' : target
  return refusalOf(target) ?? target
}

function refusalOf({ secure, host, port }: OutboundTarget): UrlRefusal | null {
  if (!secure) return 'scheme'
  if (host.startsWith('[') || /^[0-9.]+$/.test(host) || /(^|\.)0x[0-9a-f]*$/.test(host)) return 'address'
  if (!nameForm.test(host) || insideNames.test(host)) return 'name'
  return outboundPorts.includes(port) ? null : 'port'
}
