import { schemaOrders } from '../../../application/list-orders.ts'
import { schemaDocument } from '../../../application/schemas/schema-document.ts'
import type { ExtensionAttribute, ExtensionSchema } from '../../../domain/extension-schema.ts'
import { pageOf } from '../answers/common.ts'
import { exampleLine, exampleSchema, schemaAnswer, schemaLine, schemaPut } from '../answers/schemas.ts'
import type { AdminDeps } from '../deps.ts'
import { listing } from '../listing.ts'
import { route, type AdminRoute } from '../route.ts'
import { previewQuery } from '../schemas.ts'

const tag = 'Schemas'
const list = listing(schemaLine, { key: 'id', is: ['resourceType', 'required'], has: ['name'], sort: schemaOrders })
const schemas = '/accounts/:account/schemas'
const one = `${schemas}/:urn` as const
const refOf = ({ account, urn }: { account: string; urn: string }) => ({ accountId: account, urn })

/** What an account's directories may tell beside RFC 7643. */
export function schemaRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'listSchemas', who: 'manage-mappings', tag, method: 'get', path: schemas },
      about: 'The [extension schemas](extension-schemas.md) of an account, each with how many attributes it has.',
      ...{ query: list.query, answer: pageOf(schemaLine), example: { items: [exampleLine], next: null } },
      handle: async ({ op, params, query }) =>
        list.page((await app.listSchemas(op, params.account)).map(presentLine), query),
    }),
    route({
      ...{ operation: 'getSchema', who: 'manage-mappings', tag, method: 'get', path: one },
      about:
        'One extension schema in full, with nothing left out: as it can be changed and put again. The URN may be in any letter case. Has an `ETag`.',
      ...{ answer: schemaAnswer, example: exampleSchema },
      handle: async ({ op, params }) => presentSchema(await app.getSchema(op, refOf(params))),
    }),
    route({
      ...{ operation: 'putSchema', who: 'manage-mappings', tag, method: 'put', conditional: 'urn', path: one },
      about:
        'Gives an account an extension schema, or changes it. [What is stored has to fit](extension-schemas.md#changing-a-schema); else it is a `conflict` with one error for each attribute that does not. `resources` have something under the URN, `lacking` of them lack something required. With `preview` nothing is written, and `obstacles` says what would keep it from being written.',
      ...{ query: previewQuery, body: schemaDocument },
      send: { id: exampleLine.id, name: exampleLine.name, attributes: [{ name: 'badge', uniqueness: 'server' }] },
      answer: schemaPut,
      example: { schema: exampleSchema, outcome: 'created', resources: 0, lacking: 0, obstacles: [] },
      errors: ['conflict'],
      async handle({ op, params, query: { preview }, body: document }) {
        const { schema, ...put } = await app.putSchema(op, { ...refOf(params), document, preview })
        return { schema: presentSchema(schema), ...put }
      },
    }),
    route({
      ...{ operation: 'removeSchema', who: 'manage-mappings', tag, method: 'delete', conditional: 'urn', path: one },
      about:
        'Takes a schema away. What directories have told by it [is kept, and not shown](extension-schemas.md#removing-a-schema).',
      errors: ['conflict'],
      handle: ({ op, params }) => app.removeSchema(op, refOf(params)),
    }),
  ]
}

function presentLine({ id, name, resourceType, required, attributes }: ExtensionSchema) {
  return { id, name, resourceType, required, attributes: attributes.length }
}

function presentSchema({ id, name, description, resourceType, required, attributes }: ExtensionSchema) {
  return { id, name, description, resourceType, required, attributes: attributes.map(presentAttribute) }
}

function presentAttribute({ subAttributes, ...attribute }: ExtensionAttribute) {
  return subAttributes === undefined ? attribute : { ...attribute, subAttributes: subAttributes.map(withoutParts) }
}

function withoutParts({ subAttributes: _none, ...attribute }: ExtensionAttribute) {
  return attribute
}
