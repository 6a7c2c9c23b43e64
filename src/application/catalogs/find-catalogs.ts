import type { Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import { judgeActor, type AccessNeeds } from '../access/require-may.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { UnreadableCatalog } from './catalogs-in-force.ts'
import type { CatalogDescription } from './catalog-description.ts'
import { describeCatalog } from './describe-catalog.ts'

type Needs = Pick<Ports, 'catalogs' | 'views'>
export type ListedCatalogs = {
  readonly catalogs: readonly Catalog[]
  readonly unreadable: readonly UnreadableCatalog[]
}

/** Every role catalog that is in force; and what cannot be read, in force or as a file, which stops nothing else. */
export async function listCatalogs(ports: Needs & Pick<Ports, 'catalogFiles'>, op: Operation): Promise<ListedCatalogs> {
  authorize(op, { verb: 'operate' })
  const inForce = await ports.views.catalogsInForce() // from here on this process knows them as they are now
  const unread = inForce.filter(({ id }) => !ports.catalogs.has(id)).map(({ id }) => ({ id, reason: ofAnotherRelease }))
  return { catalogs: [...ports.catalogs.values()], unreadable: [...unread, ...ports.catalogFiles.unreadable()] }
}

const ofAnotherRelease =
  'as it is in force, this release does not read it: put a mended file into CATALOG_DIR and apply that, or run the release by which it came in force'

/** One role catalog in full, or `not_found`; people read the one that their account lives under, and no other. */
export async function getCatalog(ports: AccessNeeds, op: Operation, id: string): Promise<CatalogDescription> {
  await requireLivesUnder(ports, op, id)
  const inForce = await ports.views.catalogsInForce()
  const catalog = ports.catalogs.get(id)
  if (catalog !== undefined) return describeCatalog(catalog)
  if (inForce.some((each) => each.id === id))
    throw new AppError('upstream_rejected', `role catalog "${id}": ${ofAnotherRelease}`)
  const known = [...ports.catalogs.keys()].join(', ')
  throw new AppError('not_found', `there is no role catalog "${id}"; loaded are: ${known}`)
}

/** An account and all below it live under one catalog. */
async function requireLivesUnder(ports: AccessNeeds, op: Operation, id: string): Promise<void> {
  const { actor } = op
  if (actor.kind !== 'member' && actor.kind !== 'key') {
    authorize(op, { verb: 'operate' })
    return
  }
  const { catalog } = await judgeActor(ports, actor)
  if (catalog.id === id) return
  throw new AppError('forbidden', `your account lives under "${catalog.id}"; other role catalogs are the operator’s`, {
    rule: 'not_allowed',
  })
}
