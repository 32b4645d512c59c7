-- The write side as functions of the database: an operation is one round trip and one transaction, with its
-- idempotency key, its events and its answer.

-- What a client is told, how it came about, and how often the wallet changed between its reading and its writing.
CREATE TYPE answer AS (status int, body jsonb, outcome text, conflicts int);

CREATE FUNCTION iso(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$$;

CREATE FUNCTION wallet_body(w wallets) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('id', w.id, 'ownerId', w.owner_id, 'balance', trim_scale(w.balance), 'version', w.version,
    'createdAt', iso(w.created_at), 'updatedAt', iso(w.updated_at));
$$;

-- The same of the read model, whose columns are named alike.
CREATE FUNCTION wallet_body(w wallets_read_model) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT wallet_body((w.id, w.owner_id, w.balance, w.version, w.created_at, w.updated_at)::wallets);
$$;

CREATE FUNCTION entry_body(e ledger_entries) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('id', e.id, 'walletId', e."walletId", 'transactionType', e."transactionType",
    'amount', e.amount::text, 'balanceBefore', e."balanceBefore"::text, 'balanceAfter', e."balanceAfter"::text,
    'description', e.description, 'referenceId', e."referenceId", 'relatedWalletId', e."relatedWalletId",
    'metadata', e.metadata, 'createdAt', iso(e."createdAt"));
$$;

-- A list of entries; an aggregate of none is NULL.
CREATE FUNCTION entries_body(count bigint, entries jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('count', count, 'transactions', coalesce(entries, '[]'));
$$;

CREATE FUNCTION refusal(status int, outcome text, message text) RETURNS answer LANGUAGE sql IMMUTABLE AS $$
  SELECT (status, jsonb_build_object('message', message, 'statusCode', status, 'error',
    CASE status WHEN 400 THEN 'Bad Request' WHEN 404 THEN 'Not Found' ELSE 'Conflict' END), outcome, 0)::answer;
$$;

CREATE FUNCTION missing(id text) RETURNS answer LANGUAGE sql IMMUTABLE AS $$
  SELECT refusal(404, 'missing', format('Wallet %s not found', id));
$$;

CREATE FUNCTION insufficient(w wallets, amount numeric) RETURNS answer LANGUAGE sql IMMUTABLE AS $$
  SELECT refusal(400, 'funds', format('Wallet %s has insufficient funds: balance %s, attempted debit %s',
    w.id, trim_scale(w.balance), trim_scale(amount)));
$$;

-- The answer that a key has already; NULL when the request is to be carried out. Until the transaction ends, the lock
-- keeps others with the key out, and if the process ends before that, the key is as free as the request is undone.
CREATE FUNCTION begin_request(p_key text, p_hash text) RETURNS answer LANGUAGE plpgsql AS $$
DECLARE known idempotency_keys;
BEGIN
  IF p_key IS NULL THEN RETURN NULL; END IF;
  IF NOT pg_try_advisory_xact_lock(hashtextextended(p_key, 0)) THEN
    RETURN refusal(409, 'in-flight', 'A request with this idempotency key is being processed');
  END IF;
  SELECT * INTO known FROM idempotency_keys WHERE key = p_key AND expires_at > clock_timestamp();
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF known.request_hash <> p_hash THEN
    RETURN refusal(409, 'key-reused', 'This idempotency key was used with a different request');
  END IF;
  RETURN ((known.response->>'status')::int, known.response->'body', 'replayed', 0)::answer;
END $$;

-- Keeps the answer under its key; refusals too, so that one which a client has been told stays one.
CREATE FUNCTION end_request(p_key text, p_hash text, given answer) RETURNS answer LANGUAGE plpgsql AS $$
BEGIN
  IF p_key IS NOT NULL THEN
    INSERT INTO idempotency_keys (key, request_hash, status, response)
    VALUES (p_key, p_hash, CASE given.status WHEN 201 THEN 'completed' ELSE 'failed' END,
      jsonb_build_object('status', given.status, 'body', given.body))
    ON CONFLICT (key) DO UPDATE SET (request_hash, status, response, expires_at) =
      (excluded.request_hash, excluded.status, excluded.response, excluded.expires_at);
  END IF;
  RETURN given;
END $$;

-- Changes a wallet that is still as it was read, and appends the event that says so. Otherwise it fails with
-- serialization_failure, and nothing is changed.
CREATE FUNCTION append_event(seen wallets, change numeric, payload jsonb, metadata jsonb)
RETURNS wallets LANGUAGE plpgsql AS $$
DECLARE w wallets;
BEGIN
  UPDATE wallets SET balance = balance + change, version = version + 1, updated_at = clock_timestamp()
  WHERE id = seen.id AND version = seen.version RETURNING * INTO w;
  IF NOT FOUND THEN RAISE serialization_failure; END IF;
  INSERT INTO outbox (aggregate_id, event_type, event_version, payload, metadata)
  VALUES (w.id, CASE WHEN change > 0 THEN 'WalletCredited' ELSE 'WalletDebited' END, w.version, payload, metadata);
  RETURN w;
END $$;

CREATE FUNCTION create_wallet(p_key text, p_hash text, p_id text, p_owner text, p_initial numeric, p_metadata jsonb)
RETURNS answer LANGUAGE plpgsql AS $$
DECLARE given answer := begin_request(p_key, p_hash); w wallets;
BEGIN
  IF given IS NOT NULL THEN RETURN given; END IF;
  INSERT INTO wallets (id, owner_id, balance, version) VALUES (p_id, p_owner, 0, 1)
  ON CONFLICT (id) DO NOTHING RETURNING * INTO w;
  IF NOT FOUND THEN
    RETURN end_request(p_key, p_hash, refusal(409, 'exists', format('Wallet %s already exists', p_id)));
  END IF;
  INSERT INTO outbox (aggregate_id, event_type, event_version, payload, metadata)
  VALUES (p_id, 'WalletCreated', 1, jsonb_build_object('ownerId', p_owner, 'initialBalance', p_initial), p_metadata);
  IF p_initial > 0 THEN
    w := append_event(w, p_initial,
      jsonb_build_object('amount', p_initial, 'description', 'Initial balance'), p_metadata);
  END IF;
  RETURN end_request(p_key, p_hash, (201, wallet_body(w), 'done', 0)::answer);
END $$;

-- A credit (p_sign 1) or a debit (-1).
CREATE FUNCTION move_money(p_key text, p_hash text, p_wallet text, p_sign int, p_amount numeric, p_description text,
  p_metadata jsonb, p_overdraft boolean)
RETURNS answer LANGUAGE plpgsql AS $$
DECLARE given answer := begin_request(p_key, p_hash); w wallets; conflicts int := 0;
BEGIN
  IF given IS NOT NULL THEN RETURN given; END IF;
  LOOP
    SELECT * INTO w FROM wallets WHERE id = p_wallet;
    IF NOT FOUND THEN RETURN end_request(p_key, p_hash, missing(p_wallet)); END IF;
    IF w.balance + p_sign * p_amount < 0 AND NOT p_overdraft THEN
      RETURN end_request(p_key, p_hash, insufficient(w, p_amount));
    END IF;
    BEGIN
      w := append_event(w, p_sign * p_amount,
        jsonb_build_object('amount', p_amount, 'description', p_description), p_metadata);
      EXIT;
    EXCEPTION WHEN serialization_failure THEN conflicts := conflicts + 1;
    END;
  END LOOP;
  RETURN end_request(p_key, p_hash, (201, wallet_body(w), 'done', conflicts)::answer);
END $$;

-- Both legs or none, unless p_half, a fault, loses the second one.
CREATE FUNCTION transfer_money(p_key text, p_hash text, p_from text, p_to text, p_amount numeric, p_description text,
  p_metadata jsonb, p_overdraft boolean, p_half boolean)
RETURNS answer LANGUAGE plpgsql AS $$
DECLARE
  given answer := begin_request(p_key, p_hash);
  source wallets; target wallets; conflicts int := 0;
  outgoing jsonb := jsonb_build_object('amount', p_amount, 'description', p_description, 'relatedWalletId', p_to);
  incoming jsonb := jsonb_build_object('amount', p_amount, 'description', p_description, 'relatedWalletId', p_from);
BEGIN
  IF given IS NOT NULL THEN RETURN given; END IF;
  LOOP
    SELECT * INTO source FROM wallets WHERE id = p_from;
    IF NOT FOUND THEN RETURN end_request(p_key, p_hash, missing(p_from)); END IF;
    SELECT * INTO target FROM wallets WHERE id = p_to;
    IF NOT FOUND THEN RETURN end_request(p_key, p_hash, missing(p_to)); END IF;
    IF source.balance < p_amount AND NOT p_overdraft THEN
      RETURN end_request(p_key, p_hash, insufficient(source, p_amount));
    END IF;
    BEGIN
      -- Always the lower id first: two transfers in opposite directions would otherwise wait for each other.
      IF p_half THEN
        source := append_event(source, -p_amount, outgoing, p_metadata);
      ELSIF p_from < p_to THEN
        source := append_event(source, -p_amount, outgoing, p_metadata);
        target := append_event(target, p_amount, incoming, p_metadata);
      ELSE
        target := append_event(target, p_amount, incoming, p_metadata);
        source := append_event(source, -p_amount, outgoing, p_metadata);
      END IF;
      EXIT;
    EXCEPTION WHEN serialization_failure THEN conflicts := conflicts + 1;
    END;
  END LOOP;
  RETURN end_request(p_key, p_hash, (201,
    jsonb_build_object('fromWallet', wallet_body(source), 'toWallet', wallet_body(target)), 'done', conflicts)::answer);
END $$;
