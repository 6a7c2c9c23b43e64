import { Router, type Response } from 'express'
import type { AdminDeps } from '../deps.ts'
import { etagOf, isKnown } from '../etag.ts'
import { routes } from '../routes.ts'
import { openApiDocument, type OpenApiDocument } from './document.ts'

/** The document of the admin API under a public URL. Routes ask nothing of what they are given until they are called. */
export function describeAdminApi(publicUrl: string): OpenApiDocument {
  return openApiDocument(routes({} as AdminDeps), publicUrl)
}

/** `/openapi.json`, for everybody: it says what there is, and nothing of what is in it. */
export function createOpenApiRouter(publicUrl: string): Router {
  const router = Router()
  const text = JSON.stringify(describeAdminApi(publicUrl))
  const etag = etagOf(text)
  router.get('/openapi.json', (request, response: Response) => {
    response.set({ ETag: etag, 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' })
    if (isKnown(request.get('If-None-Match'), etag)) response.status(304).end()
    else response.set('Content-Type', 'application/json').end(text)
  })
  return router
}
