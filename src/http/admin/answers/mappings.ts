import { z } from 'zod'
import { id, instant, text } from './common.ts'

export const mappingAnswer = z
  .strictObject({
    ...{ id, connection: id, groupId: id.nullable(), groupName: text.nullable(), role: id },
    state: z.enum(['bound', 'waiting', 'unconfirmed', 'dangling', 'lapsed']),
    createdAt: instant,
  })
  .meta({ id: 'Mapping' })

export const exampleMapping = {
  id: '01a20d9b-8b45-…',
  connection: '01a20d9b-6245-…',
  groupId: null,
  groupName: 'Engineers',
  role: 'developer',
  state: 'waiting' as const,
  createdAt: '2026-11-24T12:50:27.269Z',
}
export const boundMapping = { ...exampleMapping, groupId: '01a20d9b-8e14-…', state: 'bound' as const }
