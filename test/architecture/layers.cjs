// The layer rules of docs/architecture.md, held by dependency-cruiser. Types count as imports.
const may = (folder, ...targets) => ({
  name: `${folder.replaceAll(/[\\^$()?]/g, '')} may import ${targets.join(', ') || 'itself'}`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: '^(src|workers|test)/', pathNot: [`^${folder}/`, ...targets.map((t) => `^${t}`)] },
})
const keep = (name, ...folders) => ({
  name: `${name} only in ${folders.join(', ')}`,
  severity: 'error',
  from: { path: '^(src|workers)/', pathNot: folders.map((f) => `^${f}`) },
  to: { path: `node_modules/${name}/` },
})
const apart = (parent) => ({
  name: `no ${parent}/* imports another`,
  severity: 'error',
  from: { path: `^${parent}/([^/]+)/` },
  to: { path: `^${parent}/[^/]+/`, pathNot: `^${parent}/$1/` },
})

module.exports = {
  forbidden: [
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      // The commands that start processes are their composition roots: see docs/adr/0011.
      name: 'nothing in src imports workers or test, but for the commands that start processes',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/(serve|worker|demo/demo).ts$' },
      to: { path: '^(workers|test)/' },
    },
    {
      name: 'src/cli imports only workers/main.ts',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^workers/', pathNot: '^workers/main.ts$' },
    },
    {
      name: 'domain is pure',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    },
    may('src/domain'),
    may('src/application', 'src/domain/'),
    may('src/adapters', 'src/application/', 'src/domain/'),
    may('src/http', 'src/application/', 'src/domain/'),
    may(
      'src/cli',
      'src/application/',
      'src/domain/',
      'src/runtime.ts',
      'src/server.ts',
      'src/config/',
      'src/adapters/',
      'workers/main.ts',
    ),
    may('src/config', 'src/domain/'),
    { ...may('workers', 'src/application/', 'src/domain/'), from: { path: '^workers/', pathNot: '^workers/main.ts' } },
    {
      name: 'workers/main.ts imports no door and no adapter',
      severity: 'error',
      from: { path: '^workers/main.ts' },
      to: { path: '^src/(adapters|http|cli)/' },
    },
    apart('src/adapters'),
    apart('src/http'),
    keep('knex', 'src/adapters/db'),
    keep('pg', 'src/adapters/db', 'src/adapters/queue'),
    keep('sqlite3', 'src/adapters/db'),
    keep('bullmq', 'src/adapters/queue', 'workers'),
    keep('ioredis', 'src/adapters/queue'),
    keep('pino', 'src/adapters/log'),
    keep('yaml', 'src/adapters/catalogs'),
    keep('tldts', 'src/adapters/domains'),
    keep('nodemailer', 'src/adapters/mail'),
    keep('csv-parse', 'src/cli'),
    keep('express', 'src/http', 'src/server.ts'),
    keep('scimmy', 'src/http/scim'),
    keep('passport', 'src/http/auth'),
    keep('openid-client', 'src/http/auth', 'src/adapters/oidc'),
    keep('express-session', 'src/http/'),
    keep('jose', 'src/adapters/jwt'),
    keep('commander', 'src/cli'),
    keep('prom-client', 'src/adapters/metrics'),
    keep('zod', 'src/application', 'src/config', 'src/http', 'src/cli'),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
