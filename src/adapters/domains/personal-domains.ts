import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PersonalDomains, Tier } from '../../domain/work-email.ts'

/** The generated file, with the terms of the lists that it is made of. A tier is its domains in lines, apart by white space. */
type Listed = Omit<PersonalDomains, 'tiers'> & {
  readonly notice: readonly string[]
  readonly tiers: Readonly<Record<Tier, readonly string[]>>
}

// The compiler copies no JSON: seen from dist/src/adapters/domains, the file is still in the src of the package.
const PLACES = ['.', '../../../../src/adapters/domains'].map((at) =>
  fileURLToPath(new URL(`${at}/personal-domains.json`, import.meta.url)),
)

/** The list of domains that are no company's, as it ships. Throws where the file is not there. */
export function loadPersonalDomains(): PersonalDomains {
  const { sha256, sources, tiers } = JSON.parse(readList()) as Listed
  const text = (tier: Tier): string => tiers[tier].join('\n')
  return {
    ...{ sha256, sources },
    tiers: { personal: text('personal'), disposable: text('disposable'), relay: text('relay'), soft: text('soft') },
  }
}

function readList(): string {
  for (const place of PLACES) {
    try {
      return readFileSync(place, 'utf8')
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error
    }
  }
  throw new Error(
    `personal-domains.json, which ships with Joinery, is not there; looked for ${PLACES.join(', ')}. Install it again`,
  )
}
