import { CliError } from './client.ts'

/** The number that an option tells. */
export function wholeNumber(told: string, name: string, least: number): number {
  const count = Number(told)
  if (!Number.isSafeInteger(count) || count < least)
    throw new CliError(`${name} must be a whole number from ${least} on`, 2)
  return count
}
