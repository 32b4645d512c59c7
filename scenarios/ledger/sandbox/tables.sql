-- The ledger's tables. Names and types are those of the service that the scenario was written for, so that one clean-up
-- and one check of the tables serve both; that one mixes snake_case and "camelCase", hence the quotes.

-- The write side: what decides whether a debit is allowed.
CREATE TABLE wallets (
  id varchar(255) PRIMARY KEY,
  owner_id varchar(255) NOT NULL,
  balance numeric(19,4) NOT NULL,
  version int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The event store and the outbox in one: an event is there for its consumers in the transaction that it happened
-- in. Of two writers who have read the same version of a wallet, the unique constraint lets one append the next.
CREATE TABLE outbox (
  id bigserial PRIMARY KEY,
  aggregate_id varchar(255) NOT NULL,
  event_type varchar(32) NOT NULL,
  event_version int NOT NULL,
  payload jsonb NOT NULL,
  metadata jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
  UNIQUE (aggregate_id, event_version)
);
CREATE INDEX outbox_transaction ON outbox (transaction_id);

-- One row for each event that a consumer has done with.
CREATE TABLE outbox_consumer_processing (
  outbox_event_id bigint NOT NULL REFERENCES outbox,
  consumer_name varchar(64) NOT NULL,
  processed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (outbox_event_id, consumer_name)
);

-- All events of transactions before low_transaction have been processed. The row is also the lock that lets one
-- process at a time work for a consumer.
CREATE TABLE projector_checkpoints (
  projector_name varchar(64) PRIMARY KEY,
  low_transaction xid8 NOT NULL DEFAULT '0',
  processed bigint NOT NULL DEFAULT 0
);
INSERT INTO projector_checkpoints (projector_name) VALUES ('read-model-projector'), ('ledger-projector');

CREATE TABLE wallets_read_model (
  id varchar(255) PRIMARY KEY,
  owner_id varchar(255) NOT NULL,
  balance numeric(20,2) NOT NULL,
  version int NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE ledger_entries (
  id uuid PRIMARY KEY,
  "walletId" varchar(255) NOT NULL,
  "transactionType" varchar(16) NOT NULL,
  amount numeric(20,2) NOT NULL,
  "balanceBefore" numeric(20,2) NOT NULL,
  "balanceAfter" numeric(20,2) NOT NULL,
  description text NOT NULL,
  "referenceId" varchar(300) NOT NULL UNIQUE,
  "relatedWalletId" varchar(255),
  metadata jsonb NOT NULL,
  "createdAt" timestamptz NOT NULL,
  version int NOT NULL
);
CREATE INDEX ledger_entries_of_wallet ON ledger_entries ("walletId", version DESC);

-- What a request with a key was answered: the same request gets the same answer for a day.
CREATE TABLE idempotency_keys (
  key varchar(255) PRIMARY KEY,
  request_hash varchar(64) NOT NULL,
  status varchar(16) NOT NULL,
  response jsonb NOT NULL,
  expires_at timestamptz NOT NULL DEFAULT clock_timestamp() + interval '24 hours'
);
