#!/usr/bin/env node
import { processEnv } from '../config/env.ts'
import { createProgram } from './program.ts'

const status = await createProgram(processEnv()).run(process.argv)
if (status !== 0) process.exitCode = status
