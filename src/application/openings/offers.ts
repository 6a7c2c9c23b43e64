import { levelOf, usualLevel, type Account } from '../../domain/account.ts'
import { ownerRoleOf, type Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import type { OpeningOffer } from '../../domain/opening.ts'
import type { Catalogs, Ports } from '../ports.ts'

/** What people are offered: a role catalog by its id and the name of its platform. */
export type Offer = { readonly catalog: string; readonly label: string }

/** The catalogs under which people may open accounts now; one that is not in force any more is not among them. */
export function listOffers({ openingRules, catalogs }: Pick<Ports, 'openingRules' | 'catalogs'>): Offer[] {
  return openingRules.offers.flatMap(({ catalog: id }) => {
    const catalog = catalogs.get(id)
    return catalog === undefined ? [] : [{ catalog: id, label: catalog.label }]
  })
}

/** The offer that is meant: the only one, unless told. */
export function requireOffer(
  ports: Pick<Ports, 'openingRules' | 'catalogs'>,
  wanted: string | undefined,
): { readonly offer: OpeningOffer; readonly catalog: Catalog } {
  const open = listOffers(ports).map(({ catalog }) => catalog)
  if (open.length === 0) {
    const message = 'only the operator of this service opens accounts here'
    throw new AppError('forbidden', message, { rule: 'openings_off' })
  }
  const id = wanted ?? (open.length === 1 ? open[0] : undefined)
  const offer = ports.openingRules.offers.find((each) => each.catalog === id)
  const catalog = offer && ports.catalogs.get(offer.catalog)
  if (offer !== undefined && catalog !== undefined) return { offer, catalog }
  const message = `choose one of: ${open.join(', ')}`
  throw new AppError('invalid_input', `catalog: ${message}`, { problems: [{ path: 'catalog', message }] })
}

/** What is wrong with the offers of a deployment, each in one sentence; asked when a process starts. */
export async function offerProblems({
  openingRules,
  catalogs,
  views,
}: Pick<Ports, 'openingRules' | 'catalogs' | 'views'>): Promise<string[]> {
  const problems: string[] = []
  for (const offer of openingRules.offers) {
    const parent = offer.parentId === null ? null : await views.account(offer.parentId)
    const problem = offerProblem(catalogs, offer, parent)
    if (problem !== null) problems.push(problem)
  }
  return problems
}

function offerProblem(
  catalogs: Catalogs,
  { catalog: id, parentId }: OpeningOffer,
  parent: Account | null | undefined,
): string | null {
  const catalog = catalogs.get(id)
  if (catalog === undefined)
    return `names role catalog "${id}", which is not there; choose among: ${[...catalogs.keys()].join(', ')}`
  if (parent === undefined) return `names account "${parentId}", which is not there`
  if (parent !== null && parent.catalog !== id)
    return `has accounts of "${id}" stand below account "${parent.id}", which lives under "${parent.catalog}"`
  const level = usualLevel(catalog, parent && levelOf(catalog, parent))
  if (ownerRoleOf(catalog, level) !== undefined) return null
  return `names role catalog "${id}", which says of nobody that he owns an account of level "${level}"; choose another, or give it an "owner"`
}
