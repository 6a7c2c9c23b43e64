import { Command, type ParseOptionsResult } from 'commander'
import { nearestName } from '../domain/nearest-name.ts'
import { printable } from './output.ts'

/** A command that tells of an unknown option first: a misspelt one would else be told as a required one that is missing. */
export class CliCommand extends Command {
  override createCommand(name?: string): CliCommand {
    return new CliCommand(name)
  }

  override parseOptions(argv: string[]): ParseOptionsResult {
    const parsed = super.parseOptions(argv)
    const [unknown] = parsed.unknown
    // Above the commands that act, what is unknown may be an option of the command that comes.
    const isForLater = this.commands.length > 0 || parsed.unknown.some((word) => word === '--help' || word === '-h')
    if (unknown !== undefined && !isForLater) this.error(told(this, unknown), { code: 'commander.unknownOption' })
    return parsed
  }
}

/** The option alone: what stands behind its `=` may be a secret. */
function told(command: Command, word: string): string {
  const [option = word] = word.split('=')
  const near = nearestName(option, ['--help', ...command.options.flatMap(({ long }) => long ?? [])])
  const mend = near === null ? `see "${fullName(command)} --help"` : `did you mean ${near}?`
  return `error: unknown option ${printable(option)}; ${mend}`
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`
}
