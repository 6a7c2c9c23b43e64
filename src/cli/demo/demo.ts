import type { EnvSource } from '../../config/env.ts'
import type { Output } from '../output.ts'

export async function demo(_env: EnvSource, _out: Output, _options: { once: boolean }): Promise<void> {}
