import { z } from 'zod'
import { catalogOrders } from '../../../application/list-orders.ts'
import { catalogAnswer, catalogLine, exampleCatalog, unreadableCatalog } from '../answers/catalogs.ts'
import { pageOf } from '../answers/common.ts'
import type { AdminDeps } from '../deps.ts'
import { listing } from '../listing.ts'
import { presentCatalog } from '../presenters.ts'
import { route, type AdminRoute } from '../route.ts'

const tag = 'Catalogs'
const list = listing(catalogLine, { key: 'id', has: ['id', 'label'], sort: catalogOrders })

export function catalogRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'listCatalogs', who: 'operator', tag, method: 'get', path: '/catalogs' },
      about:
        'The [role catalogs](catalogs.md) that are in force: those that ship, and those in `CATALOG_DIR`. Each with how many headings, rows and roles it has. `unreadable` are those of which nothing can be read, in force or as a file, with the reason: they stop only what uses them. Has an `ETag`.',
      ...{ query: list.query, answer: pageOf(catalogLine).extend({ unreadable: z.array(unreadableCatalog) }) },
      example: {
        items: [{ id: 'plivo', label: 'Plivo', sections: 14, capabilities: 53, roles: 5 }],
        ...{ next: null, unreadable: [] },
      },
      async handle({ op, query }) {
        const { catalogs, unreadable } = await app.listCatalogs(op)
        return { ...list.page(catalogs.map(presentCatalog), query), unreadable: [...unreadable] }
      },
    }),
    route({
      ...{ operation: 'getCatalog', who: 'member', tag, method: 'get', path: '/catalogs/:catalog' },
      about:
        'One role catalog in full: the labels of roles and capabilities, and what each role gives. Everybody in an account reads the one that it lives under, and no other; the roles that permission groups are lie in [`GET /accounts/{account}/permission-groups`](#get-accountsaccountpermission-groups). The keys are those of [the format](catalog-format.md#the-keys), with nothing left out. A cell is a level in a catalog of levels and a list of verbs in one of verbs. A role has `grants`, what it comes to row by row with lower levels and implied verbs counted in and without regard to where a row is available, and `written`, the cells as the platform has them: null is a cell that the platform leaves empty, and a role with `everything` has none. `availableAt` says for each account level whether the row is there, or the most that anybody has of it there. Has an `ETag`.',
      ...{ answer: catalogAnswer, example: exampleCatalog, errors: ['upstream_rejected'] },
      handle: ({ op, params }) => app.getCatalog(op, params.catalog),
    }),
  ]
}
