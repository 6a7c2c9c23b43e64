import { toConfig, type Config } from './config.ts'
import { readEnv, type EnvProblem, type EnvSource } from './env.ts'

/** Exit status of a wrong configuration (sysexits' EX_CONFIG). */
export const configExit = 78

export class ConfigError extends Error {
  readonly problems: readonly EnvProblem[]

  constructor(problems: readonly EnvProblem[]) {
    super(['The configuration is wrong:', ...problems.map(({ name, message }) => `  ${name} ${message}`)].join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** The configuration, or one error with every problem in it. */
export function loadConfig(source: EnvSource): Config {
  const read = readEnv(source)
  if ('problems' in read) throw new ConfigError(read.problems)
  const made = toConfig(read.env)
  if ('problems' in made) throw new ConfigError(made.problems)
  return made.config
}
