import { domainToASCII, domainToUnicode } from 'node:url'
import { getDomain } from 'tldts'
import type { DomainTools } from '../../domain/work-email.ts'

/** The private section counts: a company under `za.com` or `eu.org` is not its neighbour. */
const SUFFIX_LIST = { allowPrivateDomains: true, extractHostname: false } as const

/** The section of the list that registries are in, without the suffixes of single companies. */
const REGISTRIES = { allowPrivateDomains: false, extractHostname: false } as const

/** IDNA from Node, the public suffix list from tldts. */
export function createDomainTools(): DomainTools {
  return {
    toAscii: domainToASCII,
    toUnicode: domainToUnicode,
    registrableDomain: (host) => getDomain(host, SUFFIX_LIST),
    isRegistrySuffix: (domain) => getDomain(domain, REGISTRIES) === null,
  }
}
