import { defineConfig } from 'vitest/config'

const project = (name: string, extra: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...extra },
})

/** Servers are started once for the whole run; each test makes its own database in them. */
const withServers = { globalSetup: ['test/support/servers.ts'], testTimeout: 60_000, hookTimeout: 60_000 }

const seeded = { setupFiles: ['test/support/seeded-properties.ts'] }

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      project('architecture', { testTimeout: 60_000 }),
      project('unit', seeded),
      project('property', { ...withServers, ...seeded, testTimeout: 240_000 }),
      project('contract', withServers),
      project('integration', withServers),
      project('conformance', withServers),
      project('e2e', { ...withServers, testTimeout: 120_000 }),
      project('fault', { ...withServers, testTimeout: 600_000, fileParallelism: false }),
    ],
  },
})
