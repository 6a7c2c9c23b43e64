import { at, CliError } from '../client.ts'

/** The log of an account, or that of the service itself. */
export function logPath(account: string | undefined): string {
  return account === undefined ? '/audit' : at`/accounts/${account}/audit`
}

export function wholeNumber(told: string, name: string, least: number): number {
  const count = Number(told)
  if (!Number.isSafeInteger(count) || count < least)
    throw new CliError(`${name} must be a whole number from ${least} on`, 2)
  return count
}
