import type { Knex } from 'knex'

/** Domains that accounts have proved, or mean to. A domain is proved for one account at a time. */
export const accountDomains = {
  name: '0011-account-domains',
  async up(knex: Knex): Promise<void> {
    await knex.schema.createTable('account_domains', (table) => {
      table.text('id').primary()
      table.text('account_id').notNullable().references('accounts.id')
      table.text('domain').notNullable()
      table.text('state').notNullable()
      table.text('challenge').notNullable()
      table.integer('failures').notNullable()
      table.text('problem')
      table.bigInteger('created_at').notNullable()
      table.bigInteger('expires_at').notNullable()
      table.bigInteger('verified_at')
      table.bigInteger('proved_at')
      table.bigInteger('next_check_at').notNullable()
      table.unique(['account_id', 'domain'])
    })
    await knex.raw("create unique index account_domains_owned on account_domains (domain) where state <> 'pending'")
    await knex.raw("create index account_domains_due on account_domains (next_check_at) where state <> 'pending'")
  },
  async down(knex: Knex): Promise<void> {
    await knex.schema.dropTableIfExists('account_domains')
  },
}
