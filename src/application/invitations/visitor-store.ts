import type { Visitor } from '../../domain/visitor.ts'

export type Visitors = {
  /**
   * In place of the one that this browser had for the same purpose. Of the others of the invitation, or of those of the same
   * identity where there is none, at most `keep` stay, the youngest.
   */
  put(visitor: Visitor, keep: number): Promise<void>
  /** Takes the visitor away; whoever comes second gets nothing. */
  take(browserHash: string, invitationId: string | null): Promise<Visitor | undefined>
  /** Takes all of a browser away; answers whose they were. */
  endAll(browserHash: string): Promise<Visitor[]>
}

export type VisitorViews = {
  /** Null: whoever came to open an account. */
  visitor(browserHash: string, invitationId: string | null): Promise<Visitor | undefined>
}
