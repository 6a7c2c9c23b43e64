#!/usr/bin/env node
import { processEnv } from '../config/env.ts'
import { createProgram } from './program.ts'

// `joinery audit export | head`: whoever reads has seen enough, and nothing went wrong.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

const status = await createProgram(processEnv()).run(process.argv)
if (status !== 0) process.exitCode = status
