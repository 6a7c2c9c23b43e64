import { serviceAccount } from '../../../domain/audit.ts'
import {
  auditKeyAnswer,
  auditLineAnswer,
  checkpointAnswer,
  erasedAnswer,
  exampleAuditLine,
  exampleCheckpoint,
  exampleExport,
  exampleKey,
  presentAuditLine,
  presentCheckpoint,
  presentKey,
} from '../answers/audit.ts'
import { auditKeyOrders, isDescending } from '../../../application/list-orders.ts'
import { pageOf } from '../answers/common.ts'
import { erasureBody, exportQuery, rotationBody } from '../audit-schemas.ts'
import type { AdminDeps } from '../deps.ts'
import { auditQuery, checkpointsQuery } from '../list-queries.ts'
import { listing } from '../listing.ts'
import { route, streamRoute, type AdminRoute } from '../route.ts'
import type { Who } from '../who.ts'

const tag = 'Audit log'
const keys = listing(auditKeyAnswer, { key: 'id', is: ['id', 'by'], sort: auditKeyOrders })
/** JSON Lines, as its authors name it. */
const media = 'application/jsonl'

/** The log of each account, that of the service itself, and the keys that sign them. */
export function auditRoutes(deps: AdminDeps): AdminRoute[] {
  return [...logRoutes(deps, ofAccount), erasureRoute(deps), ...logRoutes(deps, ofService), rotationRoute(deps)]
}

type Log = {
  readonly path: string
  /** What comes between the verb and the noun in the names of operations. */
  readonly name: string
  readonly whose: string
  readonly who: Who
  readonly accountOf: (params: Readonly<Record<string, string>>) => string
}

const ofAccount: Log = {
  ...{ path: '/accounts/:account/audit', name: '', whose: 'an account', who: 'read-audit' },
  accountOf: ({ account = '' }) => account,
}
const ofService: Log = {
  ...{ path: '/audit', name: 'Service', whose: 'the service itself: its keys, secrets and platform-wide gateways' },
  ...{ who: 'operator', accountOf: () => serviceAccount },
}

function logRoutes({ app }: AdminDeps, { path, name, whose, who, accountOf }: Log): AdminRoute[] {
  return [
    route({
      ...{ operation: `list${name}AuditLines`, who, tag, method: 'get', path },
      about: `A page of what was recorded of ${whose}, the newest first unless sorted otherwise: the [audit log](audit-log.md). \`since\` is included, \`until\` is not. \`seq\` and \`hash\` are null until the line is sealed, within a second. A personal value that was erased is \`{"erased": true}\`; \`{"hidden": true}\` to whoever may not see the account’s people.`,
      ...{ query: auditQuery, answer: pageOf(auditLineAnswer), example: { items: [exampleAuditLine], next: null } },
      async handle({ op, params, query: { member: memberId, ...query } }) {
        const page = await app.listAudit(op, { accountId: accountOf(params), memberId, ...query })
        return { items: page.items.map(presentAuditLine), next: page.next }
      },
    }),
    route({
      ...{ operation: `list${name}AuditCheckpoints`, who, tag, method: 'get', path: `${path}/checkpoints` },
      about: `A page of the signed checkpoints in the log of ${whose}, in its order or from its end.`,
      ...{ query: checkpointsQuery, answer: pageOf(checkpointAnswer) },
      example: { items: [exampleCheckpoint], next: null },
      async handle({ op, params, query }) {
        const { sort, ...asked } = query
        const descending = isDescending(sort)
        const page = await app.listCheckpoints(op, { accountId: accountOf(params), ...asked, descending })
        return { items: page.items.map(presentCheckpoint), next: page.next }
      },
    }),
    route({
      ...{ operation: `list${name}AuditKeys`, who, tag, method: 'get', path: `${path}/keys` },
      about:
        'The public keys of all checkpoints, of every account alike, in the order in which they came into use. `by` is the key that endorsed this one.',
      ...{ query: keys.query, answer: pageOf(auditKeyAnswer), example: { items: [exampleKey], next: null } },
      handle: async ({ op, params, query }) =>
        keys.page((await app.listAuditKeys(op, accountOf(params))).map(presentKey), query),
    }),
    streamRoute({
      ...{ operation: `export${name}AuditLog`, who, tag, path: `${path}/export`, query: exportQuery },
      about: `The log of ${whose} as [JSON Lines](audit-log.md#an-export): keys, lines, checkpoints, and a checkpoint that closes it. It is sent as it is read; one that breaks off lacks the last line. \`after\` leaves out the lines up to that number. \`personal\` brings names and addresses along.`,
      stream: { media, example: exampleExport },
      handle: ({ op, params, query }) => app.exportAudit(op, { accountId: accountOf(params), ...query }),
    }),
  ]
}

function erasureRoute({ app }: AdminDeps): AdminRoute {
  return route({
    ...{
      operation: 'eraseFromAuditLog',
      who: 'operator',
      tag,
      method: 'post',
      path: '/accounts/:account/audit/erasures',
    },
    about:
      'Takes the personal values of a member out of the log, for good: [what stays](../operations/audit.md#erase-a-person). Answers of how many lines; a second time of none.',
    ...{ body: erasureBody, send: { member: '01a20d9b-8cfd-…' }, answer: erasedAnswer, example: { lines: 3 } },
    handle: ({ op, params, body: { member: memberId } }) =>
      app.erasePersonal(op, { accountId: params.account, memberId }),
  })
}

function rotationRoute({ app }: AdminDeps): AdminRoute {
  return route({
    ...{ operation: 'rotateAuditKey', who: 'operator', tag, method: 'post', path: '/audit/keys', status: 201 },
    about:
      'Brings a fresh key into use, [endorsed by the one before it](../operations/audit.md#rotate-the-key). With `lost` the key that this process has comes into use without a word of the one before it.',
    ...{ body: rotationBody, send: {}, answer: auditKeyAnswer, example: exampleKey, errors: ['conflict'] },
    handle: async ({ op, body }) => presentKey(await app.rotateAuditKey(op, body)),
  })
}
