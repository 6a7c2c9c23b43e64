import type { Express } from 'express'

export type HealthDeps = {
  /** Rejects when the store cannot be reached. */
  ready: () => Promise<void>
  /** The queue's depth; null without a queue; rejects when it cannot be reached. */
  queueDepth?: () => Promise<{ waiting: number; active: number } | null>
  metrics: { contentType: string; text: () => Promise<string> }
  metricsToken: ((token: string) => boolean) | null
  isDraining: () => boolean
}

/** `/healthz`: the process lives. `/readyz`: it can work; a queue that is down is told, and no reason to take it away. */
export function mountHealth(app: Express, deps: HealthDeps): void {
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  app.get('/readyz', async (_request, response) => {
    const database = await outcome(deps.ready())
    const queue =
      deps.queueDepth === undefined
        ? 'none'
        : await outcome(deps.queueDepth(), (depth) => (depth === null ? 'none' : 'ok'))
    const draining = deps.isDraining()
    const ready = database === 'ok' && !draining
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ready' : 'not ready', checks: { database, queue, draining } })
  })
  app.get('/metrics', async (request, response) => {
    const [, token = ''] = (request.headers.authorization ?? '').split(' ')
    if (deps.metricsToken !== null && !deps.metricsToken(token)) {
      response
        .status(401)
        .set('WWW-Authenticate', 'Bearer realm="metrics"')
        .type('text/plain')
        .send('send METRICS_TOKEN as a bearer token\n')
      return
    }
    response.set('Content-Type', deps.metrics.contentType).send(await deps.metrics.text())
  })
}

async function outcome<T>(check: Promise<T>, say: (result: T) => string = () => 'ok'): Promise<string> {
  try {
    return say(await check)
  } catch {
    return 'unreachable'
  }
}
