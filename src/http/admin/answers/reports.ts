import { z } from 'zod'
import type { Holding } from '../../../application/reports/report-assignments.ts'
import { id, instant, text } from './common.ts'
import { isoOrNull } from '../iso.ts'

export const holdingAnswer = z
  .strictObject({
    ...{ member: id, userName: text, displayName: text.nullable(), email: text.nullable() },
    ...{ role: id, roleLabel: text, source: text },
    since: instant
      .nullable()
      .describe('Since when it was assigned; of what comes by a directory or an IdP, since when it is stored as held.'),
    givenBy: z.array(text).describe('Whoever assigned it, or the groups and connections that it comes by.'),
    ...{ endsAt: instant.nullable(), customised: z.boolean() },
    switchedOff: z.array(id).describe('Role groups in whose sections his roles give nothing.'),
    lastSeenAt: instant.nullable().describe('His last sign-in or use of a session here.'),
  })
  .meta({ id: 'Holding' })

export function presentHolding({ since, endsAt, lastSeenAt, ...holding }: Holding) {
  const times = { since: isoOrNull(since), endsAt: isoOrNull(endsAt), lastSeenAt: isoOrNull(lastSeenAt) }
  return { ...holding, ...times }
}

export const exampleHolding = {
  ...{ member: '01a20d9b-8cfd-…', userName: 'jane@acme.example', displayName: 'Jane Roe', email: 'jane@acme.example' },
  ...{ role: 'developer', roleLabel: 'Developer', source: 'directory', since: '2026-11-24T12:50:27.703Z' },
  ...{
    givenBy: ['group Engineers of Okta'],
    endsAt: null,
    customised: false,
    switchedOff: [],
    lastSeenAt: '2026-11-27T08:12:03.117Z',
  },
}
export const exampleReport = `member,userName,displayName,email,role,roleLabel,source,since,givenBy,endsAt,customised,switchedOff,lastSeenAt
01a20d9b-8cfd-…,jane@acme.example,Jane Roe,jane@acme.example,developer,Developer,directory,2026-11-24T12:50:27.703Z,group Engineers of Okta,,no,,2026-11-27T08:12:03.117Z
`
