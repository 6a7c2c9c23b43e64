import { at } from '../client.ts'

/** The log of an account, or that of the service itself. */
export function logPath(account: string | undefined): string {
  return account === undefined ? '/audit' : at`/accounts/${account}/audit`
}
