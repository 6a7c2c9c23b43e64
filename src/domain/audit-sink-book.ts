import type { Head } from './audit-chain.ts'
import type { ExportedLine } from './audit-exported.ts'
import type { KeyBook } from './audit-key-book.ts'
import type { CheckpointStatement } from './audit-statement.ts'

/** A checkpoint that was signed after an export was closed. */
export type Later = { readonly seq: number; readonly at: string }

/** How far an export was read. */
type Read = {
  readonly account: string | null
  readonly head: Head
  readonly closing: CheckpointStatement | null
}

/** What the sink knows of lines: held against them as it stands, as it was kept elsewhere. */
export function createSinkBook(keys: KeyBook, checkpoints: readonly CheckpointStatement[]) {
  const bySeq = new Map<string, CheckpointStatement[]>()
  for (const each of checkpoints) {
    const place = `${each.account} ${each.seq}`
    bySeq.set(place, [...(bySeq.get(place) ?? []), each])
  }
  /** Of one line there may be several, and none hides another: they all have to tell the same. */
  const against = (account: string, seq: number, hash: string): string[] =>
    (bySeq.get(`${account} ${seq}`) ?? [])
      .filter((told) => told.hash !== hash)
      .map((told) => {
        const why = keys.whyNot(told)
        const reason = why === null ? 'the chain was computed anew' : `mind that ${why}`
        return `the checkpoint of line ${seq} of ${told.at} that was kept outside has another hash: ${reason}`
      })
  const behind = (account: string | null, end: number): CheckpointStatement[] =>
    checkpoints.filter((each) => each.account === account && each.seq > end)
  return {
    /** The line itself and, of the first in the file, the one that it follows. */
    about({ line, hash }: ExportedLine, isFirst: boolean): string[] {
      const before = isFirst ? against(line.account, line.seq - 1, line.prev) : []
      return [...before, ...against(line.account, line.seq, hash)]
    },
    /** What was signed before the export was closed has to be in it. */
    atEnd({ account, head, closing }: Read): { seq: number; why: string }[] {
      const missing = behind(account, head.seq).find(({ at }) => closing === null || at <= closing.at)
      if (missing === undefined) return []
      const { seq, at } = missing
      const why = `the end was cut: line ${seq} was there at ${at}, as a checkpoint kept outside says, and the export ends with line ${head.seq}`
      return [{ seq, why }]
    },
    later({ account, head, closing }: Read): Later | null {
      const last = behind(account, head.seq).reduce<CheckpointStatement | null>(
        (furthest, each) => (furthest === null || each.seq > furthest.seq ? each : furthest),
        null,
      )
      return last === null || closing === null || last.at <= closing.at ? null : { seq: last.seq, at: last.at }
    },
  }
}
