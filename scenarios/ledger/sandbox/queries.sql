-- What the ledger asks its database, each query under its name. Answers of reads are one text of JSON.

-- name: create_wallet
SELECT status, body::text, outcome, conflicts FROM create_wallet($1, $2, $3, $4, $5, $6);

-- name: move_money
SELECT status, body::text, outcome, conflicts FROM move_money($1, $2, $3, $4, $5, $6, $7, $8);

-- name: transfer_money
SELECT status, body::text, outcome, conflicts FROM transfer_money($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: wallets_page
SELECT coalesce(jsonb_agg(wallet_body(w) ORDER BY (w).id), '[]')::text AS body
FROM (SELECT w FROM wallets_read_model w ORDER BY id LIMIT $1 OFFSET $2) AS page;

-- name: wallet_by_id
SELECT (wallet_body(w) || jsonb_build_object('auditTrail', (
  SELECT coalesce(jsonb_agg(
    jsonb_build_object('version', event_version, 'type', event_type, 'data', payload, 'at', iso(created_at))
    ORDER BY event_version DESC), '[]')
  FROM (SELECT * FROM outbox WHERE aggregate_id = $1 ORDER BY event_version DESC LIMIT 100) AS latest)))::text AS body
FROM wallets_read_model w WHERE id = $1;

-- name: entries_of_wallet
SELECT (jsonb_build_object('walletId', $1::text)
  || entries_body(count(*), jsonb_agg(entry_body(e) ORDER BY (e).version DESC)))::text AS body
FROM (
  SELECT e FROM ledger_entries e WHERE "walletId" = $1
    AND ($4::text IS NULL OR "transactionType" = $4)
    AND ($5::timestamptz IS NULL OR "createdAt" >= $5) AND ($6::timestamptz IS NULL OR "createdAt" <= $6)
  ORDER BY version DESC LIMIT $2 OFFSET $3) AS page;

-- name: summary_of_wallet
SELECT jsonb_build_object('walletId', $1::text,
  'totalCredits', trim_scale(coalesce(sum(amount) FILTER (WHERE "transactionType" IN ('CREDIT', 'TRANSFER_IN')), 0)),
  'totalDebits', trim_scale(coalesce(sum(amount) FILTER (WHERE "transactionType" IN ('DEBIT', 'TRANSFER_OUT')), 0)),
  'transactionCount', count(*),
  'lastTransaction', (
    SELECT entry_body(e) FROM ledger_entries e WHERE "walletId" = $1 ORDER BY version DESC LIMIT 1))::text AS body
FROM ledger_entries WHERE "walletId" = $1;

-- name: latest_entries
SELECT entries_body(count(*), jsonb_agg(entry_body(e) ORDER BY (e)."createdAt" DESC, (e).id))::text AS body
FROM (SELECT e FROM ledger_entries e ORDER BY "createdAt" DESC, id LIMIT $1 OFFSET $2) AS page;

-- name: entries_of_reference
SELECT entries_body(count(*), jsonb_agg(entry_body(e) ORDER BY (e).id))::text AS body
FROM (SELECT e FROM ledger_entries e WHERE "referenceId" = $1) AS page;

-- name: consumer_states
SELECT c.projector_name AS name, c.processed::float8 AS processed, (
  SELECT count(*) FROM outbox o WHERE o.transaction_id >= c.low_transaction AND NOT EXISTS (
    SELECT FROM outbox_consumer_processing p WHERE p.outbox_event_id = o.id AND p.consumer_name = c.projector_name)
)::float8 AS backlog
FROM projector_checkpoints c ORDER BY c.projector_name;

-- name: totals
SELECT (SELECT count(*) FROM wallets)::float8 AS wallets, (SELECT count(*) FROM outbox)::float8 AS events,
  (SELECT count(*) FROM ledger_entries)::float8 AS entries, (SELECT count(*) FROM idempotency_keys)::float8 AS keys;

-- name: locked_checkpoint
SELECT low_transaction::text AS low, pg_snapshot_xmin(pg_current_snapshot())::text AS oldest
FROM projector_checkpoints WHERE projector_name = $1 FOR UPDATE SKIP LOCKED;

-- Ids are given before they are committed, so one that is smaller than any seen may still come: what has been done is
-- remembered by event, not by the highest id. Of one wallet ids are in order, since a writer takes its id only after the
-- one before it has committed.
-- name: next_events
SELECT o.id, o.aggregate_id AS wallet, o.event_type AS type, o.event_version AS version, o.payload, o.metadata,
  o.payload->>'amount' AS amount, o.payload->>'initialBalance' AS "initialBalance", o.created_at AS at,
  -- The balance that the consumer itself holds of the wallet so far.
  CASE $1 WHEN 'read-model-projector' THEN (SELECT balance FROM wallets_read_model WHERE id = o.aggregate_id)
  ELSE (SELECT "balanceAfter" FROM ledger_entries WHERE "walletId" = o.aggregate_id ORDER BY version DESC LIMIT 1)
  END AS balance
FROM outbox o
WHERE o.transaction_id >= $2::xid8 AND o.created_at <= clock_timestamp() - $3 * interval '1 millisecond'
  AND NOT EXISTS (SELECT FROM outbox_consumer_processing p WHERE p.outbox_event_id = o.id AND p.consumer_name = $1)
ORDER BY o.id LIMIT 500;

-- name: mark_done
INSERT INTO outbox_consumer_processing (consumer_name, outbox_event_id) SELECT $1, unnest($2::bigint[]);

-- Where the next search begins: at the oldest event that is left, or the oldest transaction that could still bring one.
-- name: advance
UPDATE projector_checkpoints SET processed = processed + $3, low_transaction = least($2::xid8, (
  SELECT o.transaction_id FROM outbox o WHERE o.transaction_id >= low_transaction
    AND NOT EXISTS (SELECT FROM outbox_consumer_processing p WHERE p.outbox_event_id = o.id AND p.consumer_name = $1)
  ORDER BY o.transaction_id LIMIT 1))
WHERE projector_name = $1;

-- name: store_read_model
INSERT INTO wallets_read_model AS known (id, owner_id, balance, version, created_at, updated_at)
SELECT id, coalesce(owner, ''), balance, version, created, updated
FROM unnest($1::text[], $2::text[], $3::numeric[], $4::int[], $5::timestamptz[], $6::timestamptz[])
  AS row (id, owner, balance, version, created, updated)
ON CONFLICT (id) DO UPDATE SET balance = excluded.balance, version = excluded.version, updated_at = excluded.updated_at;

-- name: store_entries
INSERT INTO ledger_entries (id, "walletId", "transactionType", amount, "balanceBefore", "balanceAfter", description,
  "referenceId", "relatedWalletId", metadata, "createdAt", version)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::numeric[], $5::numeric[], $6::numeric[], $7::text[],
  $8::text[], $9::text[], $10::jsonb[], $11::timestamptz[], $12::int[]);
