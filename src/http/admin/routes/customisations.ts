import { customisationAnswer, exampleCustomisation, presentCustomisation } from '../answers/customisations.ts'
import type { AdminDeps } from '../deps.ts'
import { route, type AdminRoute } from '../route.ts'
import { customisationBody } from '../schemas.ts'
import { memberRef } from './refs.ts'

const tag = 'Members'
const path = '/accounts/:account/members/:member/customisation'
const shown = { answer: customisationAnswer, example: exampleCustomisation }
const conditional = 'member'
const errors = ['policy_violation', 'conflict'] as const

/** One member's permissions, inside what his roles give. */
export function customisationRoutes({ app }: AdminDeps): AdminRoute[] {
  return [
    route({
      ...{ operation: 'getCustomisation', who: 'see-members', tag, method: 'get', path, ...shown },
      about:
        'What a member’s roles give, and what he is let have of it. `withheld` is what they give and he has not, `beyondRole` what he was let have and they give no more. See [customised members](member-roles.md#customised-members).',
      handle: async ({ op, params }) => presentCustomisation(await app.showCustomisation(op, memberRef(params))),
    }),
    ...changes.map(({ method, operation, whole, about }) =>
      route({
        ...{ operation, who: 'manage-members', tag, method, path, conditional, ...shown, about, errors },
        ...{ body: customisationBody, send: { permissions: { 'call-flows': 'read', profiles: 'full' } } },
        async handle({ op, params, body }) {
          await app.customiseMember(op, { ...memberRef(params), ...body, whole })
          return presentCustomisation(await app.showCustomisation(op, memberRef(params)))
        },
      }),
    ),
    route({
      ...{
        operation: 'resetCustomisation',
        who: 'manage-members',
        tag,
        method: 'delete',
        path,
        conditional,
        errors: ['conflict'],
      },
      about:
        'Resets a member to all that his roles give: he follows their changes again. A `conflict` where nothing is customised.',
      handle: ({ op, params }) => app.resetMember(op, memberRef(params)),
    }),
  ]
}

const changes = [
  {
    method: 'put',
    operation: 'putCustomisation',
    whole: true,
    about:
      'Lets a member have exactly these permissions, each [inside what his roles give](member-roles.md#customised-members). What is not named is taken. From then on he does not follow his roles’ changes, until a reset. A `policy_violation` where the catalog allows no customisation or his roles do not give it.',
  },
  {
    method: 'patch',
    operation: 'changeCustomisation',
    whole: false,
    about:
      'Sets some of a member’s permissions inside what his roles give. What is not named stays as he has it now, and no longer follows his roles’ changes.',
  },
] as const
