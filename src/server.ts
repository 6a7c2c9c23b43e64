import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RequestEntry } from './application/requests/request-entry.ts'
import { describeAdminApi } from './http/admin/openapi/router.ts'
import { equalTexts, randomToken } from './adapters/system/secrets.ts'
import { createHttpApp } from './http/create-http-app.ts'
import type { Runtime } from './runtime.ts'

export type RunningServer = { readonly url: string; readonly publicUrl: string; close(): Promise<void> }

/** What `/openapi.json` says under a public URL. */
export const apiDocument = (publicUrl: string): object => describeAdminApi(publicUrl)

const drainMs = 10_000

/** Listens, and then serves every door; the port is known first, as SCIM URLs are made of the public URL. */
export async function startServer(runtime: Runtime): Promise<RunningServer> {
  const { host, port, publicUrl: configured } = runtime.config.http
  const server = createServer()
  await listen(server, host, port)
  const address = server.address() as AddressInfo
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
  const publicUrl = configured ?? url
  const state = { draining: false }
  server.on('request', createHttpApp(httpDeps(runtime, publicUrl, () => state.draining)))
  return { url, publicUrl, close: () => drain(server, state) }
}

function httpDeps(runtime: Runtime, publicUrl: string, isDraining: () => boolean) {
  const { app, log, clock, newId, metrics, config, adminToken, cursorSeal, requestLog, configurationOf, cookieKeys } =
    runtime
  const { metricsToken } = config.http
  return {
    ...{ app, log, clock, newId, publicUrl, isDraining, cursorSeal, configurationOf, cookieKeys },
    tokenAudience: config.http.tokenAudience ?? publicUrl,
    ...{ newSecret: randomToken, trustedProxies: config.http.trustedProxies },
    metrics: { contentType: metrics.contentType, text: () => freshMetrics(runtime) },
    ready: () => runtime.ready(),
    queueDepth: () => observedDepth(runtime),
    metricsToken: metricsToken === null ? null : (token: string) => equalTexts(token, metricsToken.reveal()),
    observe: metrics.request,
    rateLimit: config.scim.rateLimit,
    requestLog: requestLog && {
      add: (entry: RequestEntry) => requestLog.add(entry),
      skipped: () => metrics.requestsDropped('throttled', 1),
    },
    mailGoesTo: config.mail.url === null ? ('files' as const) : ('server' as const),
    isAdminToken: (token: string) => equalTexts(token, adminToken),
  }
}

/** Queue and audit log are asked when the metrics are; what cannot be reached keeps its last figures. */
async function freshMetrics(runtime: Runtime): Promise<string> {
  const { app, metrics, newId } = runtime
  await observedDepth(runtime).catch(() => undefined)
  const op = { actor: { kind: 'system', part: 'housekeeping' }, id: newId() } as const
  await app.auditStatus(op).then(
    (status) => metrics.auditLog(status),
    () => undefined,
  )
  return metrics.text()
}

async function observedDepth({ queue, metrics }: Runtime) {
  const depth = await queue.depth()
  if (depth !== null) metrics.queueDepth(depth)
  return depth
}

function listen(server: Server, host: string, port: number): Promise<void> {
  server.keepAliveTimeout = 65_000
  server.headersTimeout = 70_000
  server.requestTimeout = 30_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Takes no new connection, lets what is under way finish, and then closes what is left. */
async function drain(server: Server, state: { draining: boolean }): Promise<void> {
  state.draining = true
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A kept-alive connection is idle as soon as its answer is out, and is not waited for any longer.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const timer = setTimeout(() => server.closeAllConnections(), drainMs)
  await closed
  clearInterval(idle)
  clearTimeout(timer)
}
