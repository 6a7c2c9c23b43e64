import type { Request, Router } from 'express'
import { tokenUrlOf } from '../token-url.ts'
import { scimBaseUrl, sendScim } from './context.ts'
import { asList, resourceTypes, schemaDocuments, serviceProviderConfig } from './discovery.ts'
import { notAllowed, type Guarded, type Tools } from './guards.ts'
import { param, parametersOf } from './request.ts'
import { coreSchemas, type ResourceSchemas } from './schemas.ts'
import { ScimError } from './scim-error.ts'

type Discovered = { readonly baseUrl: string; readonly schemas: ResourceSchemas }
type Document = { readonly id: string }

/**
 * Discovery needs no token (RFC 7644, 4) and tells nothing of a connection. Whoever shows one is told whether it is right:
 * IdPs probe here.
 */
export function mountDiscovery(router: Router, publicUrl: string, tools: Tools): void {
  const { guard, admit } = tools
  const discover = async (request: Request): Promise<Discovered> => {
    const baseUrl = scimBaseUrl(publicUrl, encodeURIComponent(String(request.params.connectionId)))
    const isTold = request.headers.authorization !== undefined
    return { baseUrl, schemas: isTold ? (await admit(request)).schemas : coreSchemas }
  }
  const documents = {
    '/ServiceProviderConfig': guard(async (request, response) =>
      sendScim(response, {
        status: 200,
        body: serviceProviderConfig((await discover(request)).baseUrl, tokenUrlOf(publicUrl)),
      }),
    ),
    '/ResourceTypes': guard(list(discover, resourceTypes)),
    '/ResourceTypes/:id': guard(one(discover, resourceTypes)),
    '/Schemas': guard(list(discover, schemaDocuments)),
    '/Schemas/:id': guard(one(discover, schemaDocuments)),
  }
  for (const [path, answer] of Object.entries(documents)) router.route(path).get(answer).all(notAllowed(tools, 'GET'))
}

type Discover = (request: Request) => Promise<Discovered>
type DocumentsOf = (discovered: Discovered) => Document[]

function list(discover: Discover, documentsOf: DocumentsOf): Guarded {
  return async (request, response) => {
    // RFC 7644, 4: whoever filters here takes an answer for what it is not.
    if (param(parametersOf(request), 'filter') !== '')
      throw new ScimError(403, undefined, 'this list is short: read it whole')
    sendScim(response, { status: 200, body: asList(documentsOf(await discover(request))) })
  }
}

function one(discover: Discover, documentsOf: DocumentsOf): Guarded {
  return async (request, response) => {
    const wanted = String(request.params.id).toLowerCase()
    const found = documentsOf(await discover(request)).find(({ id }) => id.toLowerCase() === wanted)
    if (found === undefined) throw new ScimError(404, undefined, 'there is no such document')
    sendScim(response, { status: 200, body: found })
  }
}
