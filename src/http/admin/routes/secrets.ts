import { z } from 'zod'
import { count, id } from '../answers/common.ts'
import type { AdminDeps } from '../deps.ts'
import { route, type AdminRoute } from '../route.ts'

const tag = 'Secrets'
const runbook = '[change the secret key](../operations/runbook.md#change-the-secret-key)'
const keyAnswer = z.strictObject({ id, seals: z.boolean(), held: z.boolean(), secrets: count })

/** The keys that secrets at rest are sealed under. */
export function secretRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'showSecrets', who: 'operator', tag, method: 'get', path: '/secrets' },
      about:
        'The keys of `SECRET_KEY`, the one that seals first, and how many secrets at rest lie under each. A key that is not `held` is missing: what lies under it cannot be opened.',
      answer: z.strictObject({ keys: z.array(keyAnswer) }),
      example: {
        keys: [
          { id: '3f0c19a6d2b84e57', seals: true, held: true, secrets: 4 },
          { id: '9b1d7c20e4a3f685', seals: false, held: true, secrets: 12 },
        ],
      },
      handle: async ({ op }) => ({ keys: await app.showSecrets(op) }),
    }),
    route({
      ...{ operation: 'rotateSecrets', who: 'operator', tag, method: 'post', path: '/secrets/rotate' },
      about: `Seals all secrets at rest anew under the first key of \`SECRET_KEY\`. After that the database starts with that key alone: see ${runbook}. Doing it twice is no error.`,
      errors: ['upstream_rejected'],
      ...{
        answer: z.strictObject({ keyId: id, resealed: count }),
        example: { keyId: '3f0c19a6d2b84e57', resealed: 12 },
      },
      handle: ({ op }) => app.rotateSecrets(op),
    }),
  ]
}
