import { CommanderError, type Command } from 'commander'
import { CatalogFileError } from '../adapters/catalogs/load-catalogs.ts'
import type { EnvSource } from '../config/env.ts'
import { ConfigError, configExit } from '../config/load-config.ts'
import { AppError } from '../domain/errors.ts'
import { addAccessKeyCommands } from './access-keys.ts'
import { addAccountCommands } from './accounts.ts'
import { addAuditCommands } from './audit/commands.ts'
import { addCatalogCommands } from './catalog/commands.ts'
import { addDirectoryCommands } from './connections.ts'
import { CliError, createClient } from './client.ts'
import { CliCommand } from './command.ts'
import { addClientCommands } from './clients.ts'
import type { CliContext } from './context.ts'
import { addDomainCommands } from './domains.ts'
import { demo } from './demo/demo.ts'
import { doctor } from './doctor.ts'
import { printOpenApi } from './openapi.ts'
import { printConfig } from './print-config.ts'
import { addKeyCommands } from './keys.ts'
import { addGatewayCommands } from './gateways.ts'
import { addImportCommands } from './import/commands.ts'
import { addInvitationCommands } from './invitations.ts'
import { addMailCommands } from './mail.ts'
import { addMemberCommands } from './members.ts'
import { migrateCommand } from './migrate.ts'
import { addPermissionGroupCommands } from './permission-groups.ts'
import { addRequestCommands } from './requests.ts'
import { addRoleRequestCommands } from './role-requests.ts'
import { addSecretCommands } from './secrets.ts'
import { addSchemaCommands } from './schemas.ts'
import { addSignInCommands } from './sign-in.ts'
import { terminal, type Output } from './output.ts'
import { serve } from './serve.ts'
import { addReportCommands } from './reports.ts'
import { addWhyCommand } from './why.ts'
import { worker } from './worker.ts'

const usageExit = 2

/** The `joinery` command. Exit status: 0 done, 1 failed, 2 wrong usage, 78 wrong configuration. */
export function createProgram(
  env: EnvSource,
  out: Output = terminal,
): { program: Command; run(argv: readonly string[]): Promise<number> } {
  const context: CliContext = { env, client: createClient(env, (text) => out.error(text)), out }
  const program = new CliCommand('joinery')
  program.description('Joins your customers’ directories to your platform’s roles.').exitOverride()
  program.configureOutput({
    writeOut: (text) => out.line(text.trimEnd()),
    writeErr: (text) => out.error(text.trimEnd()),
  })
  addLocalCommands(program, context)
  addCatalogCommands(program, context)
  addAccountCommands(program, context)
  addDirectoryCommands(program, context)
  addClientCommands(program, context)
  addSignInCommands(program, context)
  addMemberCommands(program, context)
  addPermissionGroupCommands(program, context)
  addWhyCommand(program, context)
  addAccessKeyCommands(program, context)
  addReportCommands(program, context)
  addGatewayCommands(program, context)
  addRoleRequestCommands(program, context)
  addRequestCommands(program, context)
  addDomainCommands(program, context)
  addAuditCommands(program, context)
  addSecretCommands(program, context)
  addKeyCommands(program, context)
  addSchemaCommands(program, context)
  addInvitationCommands(program, context)
  addImportCommands(program, context)
  addMailCommands(program, context)
  for (const command of allCommands(program)) command.exitOverride()
  return { program, run: (argv) => run(program, argv, out) }
}

function addLocalCommands(program: Command, { env, out }: CliContext): void {
  program
    .command('serve')
    .description('serve SCIM and the admin API, with the workers inside')
    .option('--no-workers', 'leave the workers to "joinery worker"')
    .action((options: { workers: boolean }) => serve(env, out, options))
  program
    .command('worker')
    .description('run workers alone (PostgreSQL only)')
    .action(() => worker(env, out))
  migrateCommand(program, env, out)
  program
    .command('doctor')
    .description('check configuration, database, queue and secrets')
    .action(() => doctor(env, out))
  program
    .command('demo')
    .description('two customers, a first sync, a week of joiners, movers and leavers, and people who sign in')
    .option('--once', 'end after the table instead of staying up')
    .action((options: { once?: boolean }) => demo(env, out, { once: options.once === true }))
  program
    .command('config')
    .description('print the configuration, secrets left out')
    .action(() => printConfig(env, out))
  program
    .command('openapi')
    .description('print the OpenAPI document of the admin API; no server needs to run')
    .action(() => printOpenApi(env, out))
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)])
}

async function run(program: Command, argv: readonly string[], out: Output): Promise<number> {
  try {
    await program.parseAsync(argv)
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit
    out.error(error instanceof Error ? error.message : String(error))
    if (error instanceof ConfigError || error instanceof CatalogFileError) return configExit
    if (error instanceof CliError) return error.status
    if (!(error instanceof AppError) && error instanceof Error) out.error(error.stack ?? '')
    return 1
  }
}
