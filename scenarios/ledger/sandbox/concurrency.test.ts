// What must hold when many write at once, through two services with both consumers each on one test.database.
import pg from "pg";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { stream } from "../../../src/core/random.ts";
import type { Service } from "../../../src/sandbox/service.ts";
import { type JsonResponse, ledgersUnderTest, send } from "./testing/ledger.ts";

const test = ledgersUnderTest(2);

/** Posts to the services in turn. */
let turn = 0;
const post = (path: string, body: unknown, key?: string): Promise<JsonResponse> => {
  const { url } = test.ledgers[turn++ % test.ledgers.length] as Service;
  return send(url, "POST", path, body, key === undefined ? {} : { "idempotency-key": key });
};
const times = <T>(count: number, act: (k: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, k) => act(k)));
const statuses = (answers: readonly JsonResponse[]) => answers.map(({ status }) => status).sort();

let wallets = 0;
let id: string;
beforeEach(() => {
  id = `c${++wallets}`;
});
const create = (walletId: string, initialBalance: number) =>
  post("/wallets", { walletId, ownerId: "owner", initialBalance });
const balanceOf = async (walletId: string) =>
  Number(
    (await test.database.rows<{ balance: string }>("SELECT balance FROM wallets WHERE id = $1", [walletId]))[0]
      ?.balance,
  );

/** Credits a wallet with 40 in a transaction that is committed when told. */
async function hold(walletId: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: test.database.postgres.dsn });
  await client.connect();
  await client.query("BEGIN");
  await client.query("SELECT status FROM move_money(NULL, '', $1, 1, 40, '', '{}', false)", [walletId]);
  return async () => {
    await client.query("COMMIT");
    await client.end();
  };
}

/** Resolves once somebody waits for a lock. */
const somebodyWaits = () =>
  vi.waitUntil(
    async () => {
      const waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
      return (await test.database.rows(waiting)).length > 0;
    },
    { timeout: 15_000 },
  );

describe("at the same time", () => {
  it("of debits of a whole balance one wins", async () => {
    await create(id, 700);
    const answers = await times(12, () => post(`/wallets/${id}/debit`, { amount: 700 }));
    expect(statuses(answers)).toEqual([201, ...Array(11).fill(400)]);
    expect(await balanceOf(id)).toBe(0);
  });

  it("no credit is lost, and every one has a version of its own", async () => {
    await create(id, 0);
    const answers = await times(60, (k) => post(`/wallets/${id}/credit`, { amount: k + 1 }));
    expect(await balanceOf(id)).toBe((60 * 61) / 2);
    const versions = answers.map(({ body }) => body.version as number).sort((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: 60 }, (_, k) => k + 2));
    const conflicts = await Promise.all(test.ledgers.map(async (each) => (await each.counters()).conflicts ?? 0));
    expect(conflicts.reduce((sum, count) => sum + count)).toBeGreaterThan(0);
  });

  it("of creations of a wallet one wins", async () => {
    expect(statuses(await times(8, () => create(id, 5)))).toEqual([201, ...Array(7).fill(409)]);
    expect(await balanceOf(id)).toBe(5);
  });

  it("requests with one key have one effect: an equal answer, or 409 while it is under way", async () => {
    await create(id, 100);
    const answers = await times(16, () => post(`/wallets/${id}/credit`, { amount: 7 }, `key-${id}`));
    expect(await balanceOf(id)).toBe(107);
    const done = answers.filter(({ status }) => status === 201);
    expect(done.length).toBeGreaterThan(0);
    for (const { body } of done) expect(body).toEqual(done[0]?.body);
    for (const { status, body } of answers)
      if (status !== 201) expect([status, body.message]).toEqual([409, expect.stringMatching(/is being processed/)]);
  });

  it("a key that is under way is refused at once, not waited for", async () => {
    await create(id, 100);
    const release = await hold(id);
    const credit = () => post(`/wallets/${id}/credit`, { amount: 1 }, `slow-${id}`);
    const first = credit();
    await somebodyWaits();
    // The first one is still held: an answer that had waited for it would not be here.
    expect((await credit()).status).toBe(409);
    await release();
    const { status, body } = await first;
    expect([status, body.balance]).toEqual([201, 141]);
    expect((await credit()).body).toEqual(body);
  });

  it("transfers in circles neither lose money nor wait for each other", async () => {
    const ring = [0, 1, 2].map((k) => `${id}-${k}`);
    for (const each of ring) await create(each, 1_000);
    const answers = await times(90, (k) =>
      post(`/wallets/${ring[k % 3]}/transfer`, {
        toWalletId: ring[(k + (k % 2 === 0 ? 1 : 2)) % 3],
        amount: 1 + (k % 50),
      }),
    );
    expect(statuses(answers)).toEqual(Array(90).fill(201));
    const balances = await Promise.all(ring.map(balanceOf));
    expect(balances.reduce((sum, balance) => sum + balance)).toBe(3_000);
  });

  it("a transfer that is refused for its second wallet leaves the first one alone", async () => {
    await create(id, 50);
    expect((await post(`/wallets/${id}/transfer`, { toWalletId: "nobody", amount: 5 })).status).toBe(404);
    expect(await balanceOf(id)).toBe(50);
  });
});

describe("two processes with both consumers", () => {
  it("project every event once, in its wallet's order", async () => {
    const random = stream(7, "mix");
    const ids = Array.from({ length: 12 }, (_, k) => `p-${k}`);
    for (const each of ids) await create(each, 500);
    await times(20, async () => {
      for (let k = 0; k < 25; k++) {
        const from = random.pick(ids);
        const to = random.pick(ids.filter((other) => other !== from));
        const amount = random.integer(1, 300);
        const kind = random.pick(["credit", "debit", "transfer"]);
        await post(`/wallets/${from}/${kind}`, { amount, ...(kind === "transfer" ? { toWalletId: to } : {}) });
      }
    });
    await test.database.quiet();
    expect(await test.database.wrong()).toEqual([]);
    const [counts] = await test.database.rows(
      `SELECT (SELECT count(*) FROM outbox)::int * 2 = (SELECT count(*) FROM outbox_consumer_processing)::int AS "allOnce",
        (SELECT bool_and(processed = (SELECT count(*) FROM outbox)) FROM projector_checkpoints) AS "allCounted"`,
    );
    expect(counts).toEqual({ allOnce: true, allCounted: true });
    // Whoever works for a consumer keeps the other one out, without an error of either.
    for (const ledger of test.ledgers) expect(ledger.errors()).toEqual([]);
  });

  it("do not lose an event whose smaller id is committed after greater ones", async () => {
    await create(id, 0);
    await create(`${id}-late`, 0);
    // Its event takes an id, and stays invisible while others with greater ids are projected.
    const commit = await hold(`${id}-late`);
    for (let k = 0; k < 5; k++) await post(`/wallets/${id}/credit`, { amount: 1 });
    const projected = `SELECT count(*)::int AS before FROM ledger_entries WHERE "walletId" = $1`;
    const before = async () => (await test.database.rows<{ before: number }>(projected, [id]))[0]?.before;
    await vi.waitUntil(async () => (await before()) === 5, { timeout: 15_000 });
    await commit();
    await test.database.quiet();
    const order = await test.database.rows<{ aggregate_id: string }>(
      "SELECT aggregate_id FROM outbox WHERE event_type = 'WalletCredited' AND aggregate_id LIKE $1 ORDER BY id",
      [`${id}%`],
    );
    expect(order[0]?.aggregate_id).toBe(`${id}-late`);
    expect(await test.database.wrong()).toEqual([]);
  });
});
