import type { Knex } from 'knex'

/** The audit log gets doors, values and a chain for each account; personal values lie beside it. */
export const auditChain = {
  name: '0008-audit-chain',
  async up(knex: Knex): Promise<void> {
    await events(knex)
    await beside(knex)
    for (const statement of guards(knex)) await knex.raw(statement)
  },
  async down(knex: Knex): Promise<void> {
    for (const table of ['audit_personal', 'audit_checkpoints', 'audit_heads', 'audit_keys'])
      await knex.schema.dropTable(table)
    const onTable = isPostgres(knex) ? ' on audit_events' : ''
    for (const name of ['audit_events_unchanged', 'audit_events_kept'])
      await knex.raw(`drop trigger if exists ${name}${onTable}`)
    if (isPostgres(knex)) await knex.raw('drop function if exists keep_audit()')
    for (const index of ['unsealed', 'in_chain', 'in_time', 'of_member', 'of_action'])
      await knex.raw(`drop index if exists audit_events_${index}`)
    await knex.schema.alterTable('audit_events', (table) => {
      table.dropColumns('door', 'before_values', 'after_values', 'seq', 'hash')
      table.index(['account_id', 'id'])
      table.index(['member_id', 'id'])
    })
  },
}

async function events(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_events', (table) => {
    table.text('door')
    table.text('before_values')
    table.text('after_values')
    table.bigInteger('seq')
    table.text('hash')
  })
  const index = (name: string, on: string): Promise<unknown> =>
    knex.raw(`create ${name.startsWith('in_chain') ? 'unique ' : ''}index audit_events_${name} on audit_events ${on}`)
  for (const column of ['account_id', 'member_id']) await knex.raw(`drop index audit_events_${column}_id_index`)
  await index('unsealed', '(id) where seq is null')
  await index('in_chain', '(account_id, seq) where seq is not null')
  await index('in_time', '(account_id, at, id)')
  await index('of_action', '(account_id, action, at, id)')
  await index('of_member', '(member_id, at, id)')
}

async function beside(knex: Knex): Promise<void> {
  await knex.schema.createTable('audit_personal', (table) => {
    table.text('event_id').primary().references('audit_events.id')
    table.text('account_id').notNullable()
    table.text('member_id')
    table.text('content').notNullable()
    table.index(['member_id'])
  })
  await knex.schema.createTable('audit_heads', (table) => {
    table.text('account_id').primary()
    table.bigInteger('seq').notNullable()
    table.text('hash').notNullable()
    table.bigInteger('checkpoint_seq').notNullable()
    table.bigInteger('open_since').notNullable()
  })
  await knex.raw('create index audit_heads_open on audit_heads (open_since) where seq > checkpoint_seq')
  await knex.schema.createTable('audit_keys', (table) => {
    table.integer('position').primary()
    table.text('id').notNullable().unique()
    table.text('statement').notNullable()
  })
  await knex.schema.createTable('audit_checkpoints', (table) => {
    table.text('account_id').notNullable()
    table.bigInteger('seq').notNullable()
    table.bigInteger('at').notNullable()
    table.text('key_id').notNullable()
    table.text('statement').notNullable()
    table.integer('in_sink').notNullable()
    table.primary(['account_id', 'seq'])
  })
  await knex.raw('create index audit_checkpoints_to_sink on audit_checkpoints (account_id, seq) where in_sink = 0')
}

function isPostgres(knex: Knex): boolean {
  return (knex.client as { config: { client: string } }).config.client === 'pg'
}

/** A line is written once and sealed once; neither of it is ever undone. */
function guards(knex: Knex): string[] {
  const told = ['id', 'account_id', 'at', 'actor', 'action', 'operation', 'target', 'member_id', 'detail', 'door']
  const fixed = [...told, 'before_values', 'after_values']
  const refusal = 'the audit log is only added to'
  if (!isPostgres(knex)) {
    const moved = fixed.map((name) => `old.${name} is not new.${name}`).join(' or ')
    return [
      `create trigger audit_events_unchanged before update on audit_events
       when old.seq is not null or ${moved} begin select raise(abort, '${refusal}'); end`,
      `create trigger audit_events_kept before delete on audit_events begin select raise(abort, '${refusal}'); end`,
    ]
  }
  const moved = fixed.map((name) => `old.${name} is distinct from new.${name}`).join(' or ')
  return [
    `create function keep_audit() returns trigger language plpgsql as
     $$ begin raise exception '${refusal}'; end $$`,
    `create trigger audit_events_unchanged before update on audit_events for each row
     when (old.seq is not null or ${moved}) execute function keep_audit()`,
    `create trigger audit_events_kept before delete on audit_events for each row execute function keep_audit()`,
  ]
}
