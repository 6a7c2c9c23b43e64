/**
 * Writes src/adapters/domains/personal-domains.json from the packages and hand-kept lists of personal-domains.inputs.json.
 * `--check` needs no network: it compares the committed list with the hash that it carries.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createDomainTools } from '../../src/adapters/domains/domain-tools.ts'
import { loadPersonalDomains } from '../../src/adapters/domains/personal-domains.ts'
import { type DomainTools, domainsOf, type PersonalDomains, type Tier, TIERS } from '../../src/domain/work-email.ts'
import inputs from './personal-domains.inputs.json' with { type: 'json' }

type Source = (typeof inputs.sources)[number]
type HandKept = Pick<typeof inputs, 'webmail' | 'relay' | 'isp' | 'mixed' | 'neverBlock'>
type Tiers = Readonly<Record<Tier, readonly string[]>>
type Upstream = Pick<Tiers, 'personal' | 'disposable'>

const TARGET = fileURLToPath(new URL('../../src/adapters/domains/personal-domains.json', import.meta.url))

/** Schools and states are no mail providers, whatever a list says; those that sell addresses are listed as disposable. */
const INSTITUTION = /\.(?:edu|gov|mil)$|\.(?:edu|gov|mil|ac)\.[a-z]{2}$/

/** What we keep by hand beats the packages, and `neverBlock` beats all but the soft tier. */
export function sortIntoTiers(upstream: Upstream, ours: HandKept, tools: DomainTools): Tiers {
  const usable = (raw: readonly string[]) =>
    raw.map((domain) => tools.toAscii(domain)).filter((domain) => isDomain(domain, tools))
  const byDomain = new Map<string, Tier>()
  for (const domain of usable(upstream.personal)) if (!INSTITUTION.test(domain)) byDomain.set(domain, 'personal')
  for (const domain of usable(upstream.disposable)) byDomain.set(domain, 'disposable')
  for (const domain of ours.webmail) byDomain.set(domain, 'personal')
  for (const domain of ours.relay) byDomain.set(domain, 'relay')
  for (const domain of ours.neverBlock) byDomain.delete(domain)
  for (const domain of [...ours.isp, ...ours.mixed]) byDomain.set(domain, 'soft')

  const all = [...byDomain].sort(([one], [other]) => (one < other ? -1 : 1))
  const of = (wanted: Tier) => all.filter(([, tier]) => tier === wanted).map(([domain]) => domain)
  return { personal: of('personal'), disposable: of('disposable'), relay: of('relay'), soft: of('soft') }
}

/** A public suffix is left out: under `com.ar` or `dyndns.org` the list would block every company. */
function isDomain(ascii: string, tools: DomainTools): boolean {
  return /^[a-z0-9.-]+$/.test(ascii) && tools.registrableDomain(ascii) !== null
}

function hashOf(tiers: Tiers): string {
  const lines = TIERS.flatMap((tier) => tiers[tier].map((domain) => `${tier} ${domain}\n`))
  return createHash('sha256').update(lines.join('')).digest('hex')
}

function tiersOf(list: PersonalDomains): Tiers {
  const of = (tier: Tier) => domainsOf(list, tier)
  return { personal: of('personal'), disposable: of('disposable'), relay: of('relay'), soft: of('soft') }
}

/** Whether a list is the one that its hash names. */
export function isIntact(list: PersonalDomains): boolean {
  return hashOf(tiersOf(list)) === list.sha256
}

type Unpacked = { readonly source: Source; readonly domains: readonly string[]; readonly notice: string }

/** No install script runs: one of the packages has one that fetches other data than the pinned. */
function unpack(source: Source, folder: string): Unpacked {
  const root = source.from === 'tarball' ? unpackTarball(source, folder) : installed(source)
  const domains = JSON.parse(readFileSync(join(root, source.domains), 'utf8')) as string[]
  const notice =
    source.notice === null ? 'Dedicated to the public domain.' : readFileSync(join(root, source.notice), 'utf8')
  return { source, domains, notice }
}

function unpackTarball(source: Source, folder: string): string {
  const spec = `${source.name}@${source.version}`
  execFileSync('npm', ['pack', spec, '--ignore-scripts', '--silent'], { cwd: folder })
  const tarball = join(folder, `${source.name}-${source.version}.tgz`)
  verifyIntegrity(source, tarball)
  const root = mkdtempSync(join(folder, source.name))
  execFileSync('tar', ['-xzf', tarball, '-C', root, '--strip-components', '1'])
  return root
}

/** npm unpacked this one, against the lock file; the data itself is pinned, in case somebody touched it since. */
function installed(source: Source): string {
  const root = dirname(fileURLToPath(import.meta.resolve('email-providers')))
  verifyIntegrity(source, join(root, source.domains))
  return root
}

function verifyIntegrity(source: Source, file: string): void {
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`
  if (found !== source.integrity) throw new Error(`${source.name}@${source.version} is ${found}, not the pinned one`)
}

function render(tiers: Tiers, unpacked: readonly Unpacked[]): string {
  const list = {
    generated: 'by test/tools/generate-personal-domains.ts from personal-domains.inputs.json beside it: change those',
    notice: notices(unpacked).split('\n'),
    counts: Object.fromEntries(TIERS.map((tier) => [tier, tiers[tier].length])),
    sha256: hashOf(tiers), // over the lines "tier domain"
    sources: unpacked.map(({ source: { name, version, licence } }) => ({ name, version, licence })),
    tiers: Object.fromEntries(TIERS.map((tier) => [tier, wrap(tiers[tier])])),
  }
  return `${JSON.stringify(list, null, 1)}\n`
}

function notices(unpacked: readonly Unpacked[]): string {
  const blocks = unpacked.map(({ source, notice }) => {
    return `${source.name} ${source.version}, licence ${source.licence}\n\n${notice.trim()}\n`
  })
  return `This file holds data of three packages, under the terms below.\n\n${blocks.join('\n')}`.trimEnd()
}

const LINE = 12_000

/** Breaks lines where the first letters change, so that a domain more or less changes its own line and no other. */
function wrap(domains: readonly string[], letters = 1): readonly string[] {
  const line = domains.join(' ')
  if (line.length <= LINE || domains.length === 1) return domains.length === 0 ? [] : [line]
  const groups = new Map<string, string[]>()
  for (const domain of domains) {
    const start = domain.slice(0, letters)
    groups.set(start, [...(groups.get(start) ?? []), domain])
  }
  return [...groups.values()].flatMap((group) => wrap(group, letters + 1))
}

function generate(): void {
  const folder = mkdtempSync(join(tmpdir(), 'personal-domains-'))
  try {
    const unpacked = inputs.sources.map((source) => unpack(source, folder))
    const of = (tier: string) => unpacked.filter(({ source }) => source.tier === tier).flatMap(({ domains }) => domains)
    const upstream = { personal: of('personal'), disposable: of('disposable') }
    const tiers = sortIntoTiers(upstream, inputs, createDomainTools())
    const before = tiersOf(loadPersonalDomains())
    writeFileSync(TARGET, render(tiers, unpacked))
    report(before, tiers)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What a reviewer of a list upgrade reads first. */
function report(before: Tiers, after: Tiers): void {
  for (const tier of TIERS) {
    const added = after[tier].filter((domain) => !before[tier].includes(domain))
    const gone = before[tier].filter((domain) => !after[tier].includes(domain))
    console.log(`${tier}: ${after[tier].length}, ${added.length} new, ${gone.length} gone`)
  }
  console.log(`sha256 ${hashOf(after)}`)
}

function check(): void {
  const list = loadPersonalDomains()
  if (!isIntact(list)) throw new Error(`${TARGET} is not what its sha256 says`)
  console.log(`sha256 ${list.sha256}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) check()
  else generate()
}
