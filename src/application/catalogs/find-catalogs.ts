import type { Catalog } from '../../domain/catalog.ts'
import { AppError } from '../../domain/errors.ts'
import { authorize, type Operation } from '../operation.ts'
import type { Ports } from '../ports.ts'
import type { CatalogDescription } from './catalog-description.ts'
import { describeCatalog } from './describe-catalog.ts'

type Needs = Pick<Ports, 'catalogs' | 'views'>

/** Every role catalog that is in force. */
export async function listCatalogs(ports: Needs, op: Operation): Promise<readonly Catalog[]> {
  authorize(op, { verb: 'operate' })
  await ports.views.catalogsInForce() // from here on this process knows them as they are now
  return [...ports.catalogs.values()]
}

/** One role catalog in full, or `not_found`. */
export async function getCatalog(ports: Needs, op: Operation, id: string): Promise<CatalogDescription> {
  authorize(op, { verb: 'operate' })
  await ports.views.catalogsInForce()
  const catalog = ports.catalogs.get(id)
  if (catalog !== undefined) return describeCatalog(catalog)
  const known = [...ports.catalogs.keys()].join(', ')
  throw new AppError('not_found', `there is no role catalog "${id}"; loaded are: ${known}`)
}
