import { z } from 'zod'
import type { AdminDeps } from '../../src/http/admin/deps.ts'
import { titles } from '../../src/http/problem.ts'
import { errorsOf, isTagged, statusOf } from '../../src/http/admin/route.ts'
import { routes } from '../../src/http/admin/routes.ts'

const known = routes({} as AdminDeps).map((route) => ({
  ...route,
  pattern: new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}$`),
  statuses: [statusOf(route), ...(isTagged(route) ? [304] : []), ...errorsOf(route).map((code) => titles[code].status)],
}))

/** Every answer that a test gets is one that the route’s description has: its status, and each field of its body. */
export function expectAsDescribed(
  method: string,
  path: string,
  { status, body }: { status: number; body: unknown },
): void {
  const [bare = ''] = path.split('?')
  const route = known.find((each) => each.method === method.toLowerCase() && each.pattern.test(bare))
  if (route === undefined || status === 500) return
  const asked = `${method} ${path}, ${route.operation},`
  if (!route.statuses.includes(status)) throw new Error(`${asked} answers ${status}, which its "errors" do not have`)
  if (status !== statusOf(route) || route.answer === null) return
  const parsed = route.answer.safeParse(body)
  if (!parsed.success)
    throw new Error(`${asked} answers what its "answer" does not have: ${z.prettifyError(parsed.error)}`)
}
