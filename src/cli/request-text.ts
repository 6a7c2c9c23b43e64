/** A request as the admin API tells of it. */
export type RequestItem = {
  id: string
  at: string
  operation: string
  method: string
  path: string
  query: string | null
  status: number
  scimType: string | null
  detail: string | null
  ms: number
  credential: string | null
  repaired: string[]
  repairedTotal: number
  changed: { action: string; target: string; member: string | null }[]
  changedTotal: number
  members: string[]
  membersTotal: number
}

export function targetOf({ path, query }: RequestItem): string {
  return query === null ? path : `${path}?${query}`
}

/** In a few words: why it was refused, or what it changed. */
export function outcomeOf(item: RequestItem): string {
  const { status, scimType, detail, changed, changedTotal, membersTotal, method } = item
  if (status >= 400) return shortened([scimType, detail].filter((text) => text !== null).join(': ') || 'refused')
  if (changedTotal === 0) return method === 'GET' ? 'read' : 'nothing changed'
  const words = [...new Set(changed.map(({ action }) => wordsOf(action)))]
  return `${words.join(', ')}${membersTotal > 1 ? ` (${membersTotal} members)` : ''}${detail === null ? '' : `; ${detail}`}`
}

/** Each change in a line of its own, with the ids to look further. */
export function changesOf({ changed, members, membersTotal }: RequestItem): string[] {
  const lines = changed.map(({ action, target, member }) => {
    const [noun = 'thing'] = action.split('.')
    return `${wordsOf(action)}: ${noun} ${target}${member === null ? '' : `, member ${member}`}`
  })
  if (membersTotal === 0) return lines
  const rest = membersTotal > members.length ? ` and ${membersTotal - members.length} more` : ''
  return [...lines, `roles looked at anew: ${members.join(', ')}${rest}`]
}

function wordsOf(action: string): string {
  return action.replace('.', ' ').replaceAll('_', ' ')
}

const longestOutcome = 90

function shortened(text: string): string {
  return text.length > longestOutcome ? `${text.slice(0, longestOutcome - 1)}…` : text
}
